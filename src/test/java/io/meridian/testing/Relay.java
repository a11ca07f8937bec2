package io.meridian.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A network between a client and a node that a test can take away: it carries TCP connections, and knows each by the line it
 * begins with. What is cut ends without a word and is refused until it is restored. Thread-safe.
 */
public final class Relay implements AutoCloseable {
    private static final int BOUND_S = 10;

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final URI target;
    private final NetServer server;
    private final Set<Carried> carried = ConcurrentHashMap.newKeySet();
    private volatile Predicate<String> cut = line -> false;

    private record Carried(String firstLine, NetSocket near, NetSocket far) {
        void end() {
            near.close();
            far.close();
        }
    }

    private Relay(URI target) {
        this.target = target;
        this.server = vertx.createNetServer().connectHandler(this::accept);
    }

    public static Relay to(URI target) {
        Relay relay = new Relay(target);
        try {
            relay.server.listen(0, "127.0.0.1").await(BOUND_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the relay does not listen", e);
        }
        return relay;
    }

    /** Where a client finds the node behind this. */
    public String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** No connection any more, none that is there and no new one. */
    public void cut() {
        cut(line -> true);
    }

    /** The same for connections whose first line is one of these. */
    public void cut(Predicate<String> firstLines) {
        cut = firstLines;
        carried.stream().filter(one -> firstLines.test(one.firstLine())).forEach(Carried::end);
    }

    public void restore() {
        cut = line -> false;
    }

    private void accept(NetSocket near) {
        near.exceptionHandler(broken -> near.close());
        near.handler(first -> {
            near.pause();
            String line = first.toString().lines().findFirst().orElse("");
            if (cut.test(line)) {
                near.close();
            } else {
                carry(near, line, first);
            }
        });
    }

    private void carry(NetSocket near, String line, Buffer first) {
        client.connect(target.getPort(), target.getHost())
                .onFailure(refused -> near.close())
                .onSuccess(far -> {
                    Carried one = new Carried(line, near, far);
                    carried.add(one);
                    far.exceptionHandler(broken -> far.close());
                    far.closeHandler(closed -> near.close());
                    near.closeHandler(closed -> {
                        carried.remove(one);
                        far.close();
                    });
                    if (cut.test(line)) {
                        one.end();
                        return;
                    }
                    far.handler(near::write);
                    near.handler(far::write);
                    far.write(first);
                    near.resume();
                });
    }

    @Override
    public void close() {
        try {
            vertx.close().await(BOUND_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the relay does not end", e);
        }
    }
}
