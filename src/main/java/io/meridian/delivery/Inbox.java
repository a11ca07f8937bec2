package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
 * fail with {@link DeviceLimitException} where the user has too many, with {@link DeviceRemovedException} where the device
 * was removed after the caller's token had been made. May be called from any thread.
 */
public final class Inbox {
    /** What one read may carry. */
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

    /**
     * The session takes the device over from whichever had it; from now on the device's stream gets everything. Fails with
     * {@link DevicePassedException} where it came too late for that.
     */
    public Future<Connected> connect(DeviceClaim claim, Takeover takeover, Instant now) {
        return admitted(claim, now, ConnectScript.SCRIPT, admission -> ConnectScript.request(admission, takeover))
                .map(ConnectScript::reply);
    }

    /**
     * Entries above {@code after} (null: from the oldest), ascending: at most {@link #MAX_READ}, and no more when
     * {@code bytes} of events are reached, which up to eight of the largest may exceed.
     */
    public Future<InboxPage> read(UserId user, DeviceId device, DeliveryId after, int limit, int bytes) {
        if (limit < 1 || limit > MAX_READ || bytes < 1) {
            throw new IllegalArgumentException(
                    "read 1 to " + MAX_READ + " entries and a byte at least, not " + limit + " and " + bytes);
        }
        return link.run(user, ReadScript.SCRIPT, any -> ReadScript.request(user, device, after, limit, bytes))
                .map(response ->
                        new InboxPage(entries(response.get(1)), response.get(0).toInteger() == 1));
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

    /**
     * To be called by every live session at least every third of the holder timeout.
     *
     * @param sinceMs since when it holds the device, as {@link #connect} has answered
     */
    public Future<Heartbeat> heartbeat(DeviceClaim claim, SessionRef session, long sinceMs, Instant now) {
        return admitted(
                        claim,
                        now,
                        HeartbeatScript.SCRIPT,
                        admission -> HeartbeatScript.request(admission, session, sinceMs))
                .map(HeartbeatScript::reply);
    }

    /** The session has ended: no more hints to it. Does nothing if another holds the device by now. */
    public Future<Void> disconnect(UserId user, DeviceId device, SessionRef session) {
        return link.run(user, DisconnectScript.SCRIPT, any -> DisconnectScript.request(user, device, session))
                .mapEmpty();
    }

    /** Drops every entry up to and with {@code upTo}. The caller vouches that the device was sent all of them. */
    public Future<Void> acknowledge(UserId user, DeviceId device, DeliveryId upTo) {
        var next = new DeliveryId(upTo.generation(), upTo.entry() + 1);
        return link.send(
                        user,
                        Request.cmd(Command.XTRIM)
                                .arg(InboxKeys.stream(user, device))
                                .arg("MINID")
                                .arg(next.toString()))
                .mapEmpty();
    }

    /** The token that the first page of a sync carries on: what the sync is to clear, "" when nothing. */
    public Future<String> beginSync(DeviceClaim claim) {
        return admitted(claim, clock.instant(), BeginSyncScript.SCRIPT, BeginSyncScript::request)
                .map(Response::toString);
    }

    /**
     * When everything that the sync gave has arrived: whether the device is complete now. False when something was lost since
     * the first page, or the device is not there any more.
     */
    public Future<Boolean> endSync(DeviceClaim claim, String token) {
        return admitted(
                        claim,
                        clock.instant(),
                        EndSyncScript.SCRIPT,
                        admission -> EndSyncScript.request(admission, token))
                .map(answer -> answer.toInteger() == 1);
    }

    /**
     * Forgets the device, drops its stream and refuses its older tokens for {@link #removedFor}; the session that held it
     * is to be told.
     */
    public Future<Removed> remove(DeviceRemoval removal) {
        return link.run(
                        removal.user(),
                        RemoveScript.SCRIPT,
                        any -> RemoveScript.request(removal, settings.removedFor()))
                .map(RemoveScript::reply);
    }

    /** How many devices of a user have an inbox at most. */
    public int maxDevices() {
        return settings.maxDevices();
    }

    /** How long a removal is remembered. */
    public Duration removedFor() {
        return settings.removedFor();
    }

    /**
     * One call for each of these users, in one write a server, under {@code generation} or not at all. Answers the devices with
     * live sessions, in the order of the calls. A failure is one for all of them.
     */
    Future<List<List<AppendScript.LiveDevice>>> append(InboxGeneration generation, List<FanoutPlan.UserEntries> calls) {
        Instant now = clock.instant();
        List<RedisLink.UserCall> requests = new ArrayList<>(calls.size());
        calls.forEach(call -> requests.add(new RedisLink.UserCall(
                call.user(), AppendScript.request(generation, now, freshToken(), settings, call))));
        return link.batch(generation, AppendScript.SCRIPT, requests)
                .map(answers -> answers.stream().map(AppendScript::reply).toList());
    }

    /** Grows whenever Redis may have lost something: then heartbeats tell who did. 0 before Redis was there. */
    public long generation() {
        return link.lastGeneration();
    }

    /** Whether Redis is there. */
    boolean up() {
        return link.up();
    }

    RedisLink link() {
        return link;
    }

    private Future<Response> admitted(
            DeviceClaim claim, Instant now, LuaScript script, Function<Admission, Request> request) {
        return link.run(
                        claim.user(),
                        script,
                        generation -> request.apply(new Admission(generation, now, freshToken(), settings, claim)))
                .recover(failure -> Future.failedFuture(refusal(failure, claim)));
    }

    private Throwable refusal(Throwable failure, DeviceClaim claim) {
        String message = String.valueOf(failure.getMessage());
        if (message.startsWith("LIMIT")) {
            return new DeviceLimitException(claim.user(), settings.maxDevices());
        }
        return message.startsWith("REMOVED") ? new DeviceRemovedException(claim.device()) : failure;
    }

    private String freshToken() {
        return tokenPrefix + tokens.incrementAndGet();
    }
}
