package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.meridian.auth.Accounts;
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
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A user's devices: naming, listing, removing them. */
final class DeviceRoutes {
    /** As many as have an inbox, see the inbox' own bound. */
    private static final int MAX_DEVICES = 20;
    /** The longest push subscription in use has about 1 KiB. */
    private static final int MAX_PUSH_TOKEN = 4_096;

    private final DeviceStore devices;
    private final Inbox inbox;
    private final Accounts accounts;
    private final Bus bus;
    private final InstantSource clock;

    DeviceRoutes(GatewayResources resources) {
        this.devices = resources.devices();
        this.inbox = resources.inbox();
        this.accounts = resources.auth().accounts();
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
        return devices.known(call.user()).compose(known -> {
            if (known.removedSince(id, call.claim(id).tokenIssuedAt())) {
                return Future.failedFuture(new DeviceRemovedException(id));
            }
            var before = known.find(id);
            if (before.isEmpty() && known.registered().size() >= MAX_DEVICES) {
                return Future.failedFuture(RefusedException.of(
                        ErrorCode.CONFLICT, MAX_DEVICES + " devices are registered already: remove one first"));
            }
            Device device = new Device(
                    id,
                    platform != null ? platform : before.map(Device::platform).orElse(null),
                    pushToken != null
                            ? pushToken
                            : before.map(Device::pushToken).orElse(null),
                    before.map(Device::registeredAt).orElseGet(clock::instant));
            return devices.put(call.user(), device).map(done -> Answer.ok(Shown.device(device)));
        });
    }

    /** All of them are one page: there are never more than {@link #MAX_DEVICES}. */
    private Future<Answer> list(Call call) {
        return devices.of(call.user()).map(known -> Answer.ok(Shown.list(shown(known), null)));
    }

    /**
     * The refresh tokens first: what fails after that can be done again, and the device cannot come back by itself. Then the
     * inbox, which refuses its older access tokens from then on; then the store, in case Redis loses that.
     */
    private Future<Answer> remove(Call call) {
        DeviceId id = call.device();
        UserId user = call.user();
        Instant now = clock.instant();
        return accounts.forgetDevice(user, id)
                .compose(done -> devices.known(user))
                .compose(known -> inbox.remove(
                                new DeviceRemoval(user, id, now, known.find(id).isPresent()))
                        .map(removed -> told(user, id, removed))
                        .compose(removed -> removed.wasThere() || known.find(id).isPresent()
                                ? devices.remove(user, id, now, inbox.removedFor(), known)
                                : Future.succeededFuture()))
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
