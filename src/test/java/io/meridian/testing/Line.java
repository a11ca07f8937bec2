package io.meridian.testing;

import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A live connection as a client has it, whatever carries it. */
interface Line {
    /** How a client connects. */
    interface Dialler {
        /**
         * Fails when the node refuses; then neither callback is called.
         *
         * @param onText every frame, in order
         * @param onClose the close code, once
         */
        Future<? extends Line> dial(
                ClientWorld world, int node, String accessToken, Consumer<String> onText, IntConsumer onClose);
    }

    Future<Void> send(String text);

    /** An orderly end. */
    void close(int code);

    /** As if the network went, as far as the client's library lets one. */
    void abort();
}
