package io.meridian.testing;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** One WebSocket to a node: text out, text in, its end. */
final class Socket implements Line {
    static final String SUBPROTOCOL = "meridian.v1";
    /** What a connection ended with that was never closed by anybody: RFC 6455 reserves it for that. */
    static final int ABNORMAL = 1006;

    private final ClientWebSocket socket;

    private Socket(ClientWebSocket socket) {
        this.socket = socket;
    }

    /**
     * Connects. Fails with {@code UpgradeRejectedException} when the node refuses; then neither callback is called.
     *
     * @param path with query, {@code /connect} for instance
     * @param onText every text message, in order, on one event loop
     * @param onClose the close code, once
     */
    static Future<Socket> open(
            ClientWorld world, int node, String path, MultiMap headers, Consumer<String> onText, IntConsumer onClose) {
        URI uri = world.api().node(node);
        ClientWebSocket socket = world.sockets().webSocket();
        socket.textMessageHandler(onText::accept);
        // The end is told by the close handler; what went wrong before it is in the code.
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(
                done -> onClose.accept(socket.closeStatusCode() == null ? ABNORMAL : socket.closeStatusCode()));
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort())
                .setURI(path)
                .setTimeout(5_000)
                .addSubProtocol(SUBPROTOCOL);
        headers.forEach(header -> options.addHeader(header.getKey(), header.getValue()));
        return socket.connect(options).map(connected -> new Socket(socket));
    }

    /** With the token in the header, as a {@link Line.Dialler}. */
    static Future<Socket> dial(
            ClientWorld world, int node, String accessToken, Consumer<String> onText, IntConsumer onClose) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + accessToken);
        return open(world, node, "/connect", headers, onText, onClose);
    }

    @Override
    public Future<Void> send(String text) {
        return socket.writeTextMessage(text);
    }

    Future<Void> sendBinary(byte[] bytes) {
        return socket.writeBinaryMessage(io.vertx.core.buffer.Buffer.buffer(bytes));
    }

    String subprotocol() {
        return socket.subProtocol();
    }

    /** An orderly end. */
    @Override
    public void close(int code) {
        socket.close((short) code);
    }

    /** As if the network went: no close frame. */
    @Override
    public void abort() {
        ChannelHandlerContext channel = ((WebSocketInternal) socket).channelHandlerContext();
        if (channel != null) {
            channel.close();
        }
    }

    /** Reads nothing more, so that the server meets a slow consumer. */
    void pause() {
        socket.pause();
    }

    void resume() {
        socket.resume();
    }
}
