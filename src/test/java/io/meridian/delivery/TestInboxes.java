package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.meridian.store.Cassandra;
import io.meridian.store.GenerationStore;
import io.meridian.store.InboxGeneration;
import io.meridian.store.StoreSettings;
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** Inboxes of a region of their own: a region name and a keyspace nobody else uses, on the Redis given. */
final class TestInboxes implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(60);
    /** One for all tests of a JVM: making its tables takes seconds, and every region has rows of its own. */
    private static final String KEYSPACE = Samples.unique("inbox_");

    private static final Duration QUICK = Duration.ofMillis(800);

    final Vertx vertx = Vertx.vertx();
    final RegionId region = new RegionId(Samples.unique("r").substring(0, 30));
    final Cassandra cassandra;
    final GenerationStore generations;
    final RedisLink link;
    final Inbox inbox;
    private final Redis raw;

    TestInboxes(String redisUrl, InboxSettings settings) {
        cassandra = await(Cassandra.open(
                vertx,
                new StoreSettings(
                        List.of(Engines.cassandra().contactPoint()),
                        Engines.REGION,
                        KEYSPACE,
                        Map.of(Engines.REGION, 1),
                        Duration.ofSeconds(5))));
        await(cassandra.migrate());
        generations = new GenerationStore(cassandra);
        link = RedisLink.open(vertx, redis(redisUrl), generations, region, InstantSource.system());
        inbox = new Inbox(link, settings, InstantSource.system(), () -> Samples.unique("t"));
        raw = Redis.createClient(vertx, redisUrl.split(",")[0]);
        awaitUp();
    }

    /** Several URLs, separated by commas: a cluster's. */
    private static RedisSettings redis(String urls) {
        return RedisSettings.of(urls.contains(",") ? "cluster" : "single", urls, QUICK);
    }

    /** A second node of the region. */
    RedisLink anotherLink(String redisUrl) {
        return RedisLink.open(vertx, redis(redisUrl), generations, region, InstantSource.system());
    }

    void awaitUp() {
        awaitUp(link);
    }

    static void awaitUp(RedisLink link) {
        Awaitility.await().atMost(BOUND).until(link::up);
    }

    void awaitDown() {
        Awaitility.await().atMost(BOUND).until(() -> !link.up());
    }

    InboxGeneration generation() {
        return await(link.generation());
    }

    /** Appends messages to everybody's inbox, as delivery does. */
    List<AppendScript.LiveDevice> append(FanoutPlan.UserEntries call) {
        return append(generation(), call);
    }

    List<AppendScript.LiveDevice> append(InboxGeneration generation, FanoutPlan.UserEntries call) {
        return await(inbox.append(generation, List.of(call))).get(0);
    }

    List<InboxEntry> read(UserId user, DeviceId device) {
        List<InboxEntry> all = new ArrayList<>();
        InboxPage page;
        do {
            DeliveryId after = all.isEmpty() ? null : all.get(all.size() - 1).id();
            page = await(inbox.read(user, device, after, Inbox.MAX_READ, 1024 * 1024));
            all.addAll(page.entries());
        } while (page.more());
        return all;
    }

    boolean connect(UserId user, DeviceId device, SessionRef session, Instant now) {
        return connected(user, device, session, now).complete();
    }

    Connected connected(UserId user, DeviceId device, SessionRef session, Instant now) {
        return connected(user, device, new Takeover(session, now, false), now);
    }

    Connected connected(UserId user, DeviceId device, Takeover takeover, Instant now) {
        return await(inbox.connect(claim(user, device), takeover, now));
    }

    /** With a token that is newer than anything. */
    static DeviceClaim claim(UserId user, DeviceId device) {
        return new DeviceClaim(user, device, Instant.ofEpochMilli(Long.MAX_VALUE / 2));
    }

    String beginSync(UserId user, DeviceId device) {
        return await(inbox.beginSync(claim(user, device)));
    }

    boolean endSync(UserId user, DeviceId device, String token) {
        return await(inbox.endSync(claim(user, device), token));
    }

    /** Of a session that has held the device for long. */
    Heartbeat beat(UserId user, DeviceId device, SessionRef session, Instant now) {
        return beat(user, device, session, 0, now);
    }

    Heartbeat beat(UserId user, DeviceId device, SessionRef session, long sinceMs, Instant now) {
        return await(inbox.heartbeat(claim(user, device), session, sinceMs, now));
    }

    Removed remove(UserId user, DeviceId device) {
        return await(inbox.remove(new DeviceRemoval(user, device, Instant.now(), false)));
    }

    /** Takes the device in and lets it sync at once. */
    void complete(UserId user, DeviceId device) {
        if (!endSync(user, device, beginSync(user, device))) {
            throw new AssertionError("the sync of " + device + " did not make it complete");
        }
    }

    Response redis(Command command, String... args) {
        Request request = Request.cmd(command);
        for (String arg : args) {
            request.arg(arg);
        }
        return await(raw.send(request));
    }

    static String text(InboxEntry entry) {
        return new String(entry.json(), StandardCharsets.UTF_8);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("nothing came within " + BOUND, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        raw.close();
        await(link.close());
        await(cassandra.close());
        await(vertx.close());
    }
}
