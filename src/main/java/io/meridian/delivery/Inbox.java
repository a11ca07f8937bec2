package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The inboxes of a region's devices, on Redis streams; the package's documentation tells the layout. An entry leaves
 * only by {@link #acknowledge}, {@link #remove} or its retention; whoever may have lost one is incomplete until a sync
 * has ended.
 *
 * <p>Every call is one round trip. A failure says that Redis could not be asked, or that its answer was lost: all calls
 * may be repeated. {@link #connect}, {@link #heartbeat} and {@link #beginSync} take a device in that is not there, and
 * fail with {@link DeviceLimitException} where the user has too many. May be called from any thread.
 */
public final class Inbox {
    /** What one read may carry: 200 frames of 64 KiB are 12.5 MiB. */
    public static final int MAX_READ = 200;

    private final RedisLink link;
    private final InboxSettings settings;
    private final InstantSource clock;
    private final String tokenPrefix;
    private final AtomicLong tokens = new AtomicLong();

    /** {@code ids}: makes a string never made before; asked once, for the tokens of incompleteness. */
    public Inbox(RedisLink link, InboxSettings settings, InstantSource clock, Supplier<String> ids) {
        this.link = link;
        this.settings = settings;
        this.clock = clock;
        this.tokenPrefix = ids.get() + ".";
    }

    /** The session takes the device over from whichever had it; from now on the device's stream gets everything. */
    public Future<Connected> connect(UserId user, DeviceId device, SessionRef session, Instant now) {
        return taking(
                        user,
                        ConnectScript.SCRIPT,
                        generation -> ConnectScript.request(
                                generation, now, freshToken(), settings.maxDevices(), user, device, session))
                .map(ConnectScript::reply);
    }

    /** Entries above {@code after} (null: from the oldest), ascending, at most {@link #MAX_READ}. */
    public Future<List<InboxEntry>> read(UserId user, DeviceId device, DeliveryId after, int limit) {
        if (limit < 1 || limit > MAX_READ) {
            throw new IllegalArgumentException("read 1 to " + MAX_READ + " entries, not " + limit);
        }
        return link.send(Request.cmd(Command.XRANGE)
                        .arg(InboxKeys.stream(user, device))
                        .arg(after == null ? "-" : "(" + after)
                        .arg("+")
                        .arg("COUNT")
                        .arg(limit))
                .map(Inbox::entries);
    }

    private static List<InboxEntry> entries(Response response) {
        List<InboxEntry> entries = new ArrayList<>(response.size());
        for (Response entry : response) {
            Response fields = entry.get(1);
            entries.add(new InboxEntry(
                    DeliveryId.parse(entry.get(0).toString()),
                    fields.get(1).toBytes(),
                    Integer.parseInt(fields.get(0).toString())));
        }
        return entries;
    }

    /** To be called by every live session at least every third of the holder timeout. */
    public Future<Heartbeat> heartbeat(UserId user, DeviceId device, SessionRef session, Instant now) {
        return taking(
                        user,
                        HeartbeatScript.SCRIPT,
                        generation -> HeartbeatScript.request(
                                generation, now, freshToken(), settings.maxDevices(), user, device, session))
                .map(HeartbeatScript::reply);
    }

    /** The session has ended: no more hints to it. Does nothing if another holds the device by now. */
    public Future<Void> disconnect(UserId user, DeviceId device, SessionRef session) {
        return link.run(DisconnectScript.SCRIPT, any -> DisconnectScript.request(user, device, session))
                .mapEmpty();
    }

    /** Drops every entry up to and with {@code upTo}. The caller vouches that the device was sent all of them. */
    public Future<Void> acknowledge(UserId user, DeviceId device, DeliveryId upTo) {
        var next = new DeliveryId(upTo.generation(), upTo.entry() + 1);
        return link.send(Request.cmd(Command.XTRIM)
                        .arg(InboxKeys.stream(user, device))
                        .arg("MINID")
                        .arg(next.toString()))
                .mapEmpty();
    }

    /** The token that the first page of a sync carries on: what the sync is to clear, "" when nothing. */
    public Future<String> beginSync(UserId user, DeviceId device) {
        return taking(
                        user,
                        BeginSyncScript.SCRIPT,
                        generation -> BeginSyncScript.request(
                                generation, clock.instant(), freshToken(), settings.maxDevices(), user, device))
                .map(Response::toString);
    }

    /** After the last page: whether the device is complete now. False when something was lost since the first one. */
    public Future<Boolean> endSync(UserId user, DeviceId device, String token) {
        return taking(
                        user,
                        EndSyncScript.SCRIPT,
                        generation -> EndSyncScript.request(
                                generation, clock.instant(), freshToken(), settings.maxDevices(), user, device, token))
                .map(answer -> answer.toInteger() == 1);
    }

    /** Forgets the device and drops its stream; the session that held it is to be told. */
    public Future<Optional<SessionRef>> remove(UserId user, DeviceId device) {
        return link.run(RemoveScript.SCRIPT, any -> RemoveScript.request(user, device))
                .map(RemoveScript::reply);
    }

    /**
     * One call for each of these users, in one write, under {@code generation} or not at all. Answers the devices with
     * live sessions, in the order of the calls. A failure is one for all of them.
     */
    Future<List<List<AppendScript.LiveDevice>>> append(InboxGeneration generation, List<FanoutPlan.UserEntries> calls) {
        Instant now = clock.instant();
        List<Request> requests = new ArrayList<>(calls.size());
        calls.forEach(call -> requests.add(AppendScript.request(generation, now, freshToken(), settings, call)));
        return link.batch(generation, AppendScript.SCRIPT, requests)
                .map(answers -> answers.stream().map(AppendScript::reply).toList());
    }

    RedisLink link() {
        return link;
    }

    private Future<Response> taking(UserId user, LuaScript script, Function<InboxGeneration, Request> request) {
        return link.run(script, request)
                .recover(failure -> Future.failedFuture(
                        String.valueOf(failure.getMessage()).startsWith("LIMIT")
                                ? new DeviceLimitException(user, settings.maxDevices())
                                : failure));
    }

    private String freshToken() {
        return tokenPrefix + tokens.incrementAndGet();
    }
}
