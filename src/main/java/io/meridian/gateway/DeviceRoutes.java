package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.meridian.auth.Accounts;
import io.meridian.auth.Authenticator;
import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.SessionNotice;
import io.meridian.conversation.Fields;
import io.meridian.delivery.DeviceRemoval;
import io.meridian.delivery.DeviceRemovedException;
import io.meridian.delivery.Inbox;
import io.meridian.delivery.Removed;
import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.meridian.store.Device;
import io.meridian.store.DeviceStore;
import io.meridian.store.KnownDevices;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A user's devices: naming, listing, removing them. */
final class DeviceRoutes {
    /** The longest push subscription in use has about 1 KiB. */
    private static final int MAX_PUSH_TOKEN = 4_096;

    private final DeviceStore devices;
    private final Inbox inbox;
    private final Accounts accounts;
    private final Authenticator authenticator;
    private final Bus bus;
    private final InstantSource clock;

    DeviceRoutes(GatewayResources resources) {
        this.devices = resources.devices();
        this.inbox = resources.inbox();
        this.accounts = resources.auth().accounts();
        this.authenticator = resources.auth().authenticator();
        this.bus = resources.bus();
        this.clock = resources.clock();
    }

    void mount(Api api) {
        api.route(HttpMethod.PUT, "/api/devices/:deviceId", this::put);
        api.route(HttpMethod.GET, "/api/devices", this::list);
        api.route(HttpMethod.DELETE, "/api/devices/:deviceId", this::remove);
    }

    private Future<Answer> put(Call call) {
        DeviceId id = call.device();
        Fields body = call.body();
        String platform = body.optional("platform", Hello::platform).orElse(null);
        String pushToken = body.optional("pushToken", DeviceRoutes::pushToken).orElse(null);
        body.check();
        return authenticator
                .usedBy(id, call.callerOrNull())
                .compose(noted -> devices.known(call.user()))
                .compose(known -> register(call, known, id, platform, pushToken));
    }

    private Future<Answer> register(
            Call call, KnownDevices known, DeviceId id, String platformOrNull, String pushTokenOrNull) {
        if (known.removedSince(id, call.claim(id).tokenIssuedAt())) {
            return Future.failedFuture(new DeviceRemovedException(id));
        }
        var before = known.find(id);
        if (before.isEmpty() && known.registered().size() >= inbox.maxDevices()) {
            return Future.failedFuture(tooMany());
        }
        Device device = new Device(
                id,
                platformOrNull != null
                        ? platformOrNull
                        : before.map(Device::platform).orElse(null),
                pushTokenOrNull != null
                        ? pushTokenOrNull
                        : before.map(Device::pushToken).orElse(null),
                before.map(Device::registeredAt).orElseGet(clock::instant));
        return devices.put(call.user(), device)
                .compose(done -> before.isPresent() ? Future.succeededFuture() : stillFits(call.user(), id))
                .map(done -> Answer.ok(Shown.device(device)));
    }

    /** Several at once see room for the last one each: those that find too many behind them are none of them. */
    private Future<Void> stillFits(UserId user, DeviceId id) {
        return devices.of(user)
                .compose(known -> known.size() <= inbox.maxDevices()
                        ? Future.succeededFuture()
                        : devices.withdraw(user, id).compose(done -> Future.failedFuture(tooMany())));
    }

    private RefusedException tooMany() {
        return RefusedException.of(
                ErrorCode.CONFLICT, inbox.maxDevices() + " devices are registered already: remove one first");
    }

    /** All of them are one page: there are about as many as may have an inbox. */
    private Future<Answer> list(Call call) {
        return devices.of(call.user()).map(known -> Answer.ok(Shown.list(shown(known), null)));
    }

    /**
     * The logins first: what fails after that can be done again, and the device cannot come back by itself. Then the inbox, which
     * refuses access tokens older than this moment from then on; so a login that took the device meanwhile is known by now, and
     * ends, too. Then the store, in case Redis loses the removal.
     */
    private Future<Answer> remove(Call call) {
        DeviceId id = call.device();
        UserId user = call.user();
        return accounts.forgetDevice(user, id)
                .compose(done -> devices.known(user))
                .compose(known -> {
                    Instant removedAt = clock.instant();
                    boolean registered = known.find(id).isPresent();
                    return inbox.remove(new DeviceRemoval(user, id, removedAt, registered))
                            .compose(removed -> accounts.forgetDevice(user, id).map(removed))
                            .map(removed -> told(user, id, removed))
                            .compose(removed -> removed.wasThere() || registered
                                    ? devices.remove(user, id, removedAt, inbox.removedFor(), known)
                                    : Future.succeededFuture());
                })
                .map(done -> Answer.noContent());
    }

    /** Quickly, if the notice arrives; else its next heartbeat says the same. */
    private Removed told(UserId user, DeviceId id, Removed removed) {
        removed.session()
                .ifPresent(live -> bus.send(
                        Addresses.sessions(live.gateway()),
                        new SessionNotice(user, id, live.sessionId(), SessionNotice.Kind.REMOVED)));
        return removed;
    }

    private static String pushToken(String text) {
        if (text.isBlank() || text.length() > MAX_PUSH_TOKEN) {
            throw new InvalidFieldException("pushToken", "must be 1 to " + MAX_PUSH_TOKEN + " characters");
        }
        return text;
    }

    private static ArrayNode shown(List<Device> devices) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        devices.forEach(device -> array.add(Shown.device(device)));
        return array;
    }
}
