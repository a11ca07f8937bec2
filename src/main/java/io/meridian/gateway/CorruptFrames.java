package io.meridian.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import java.util.function.Consumer;

/**
 * Keeps what is no WebSocket frame from closing the connection at once: with bytes of the client still unread the system
 * answers them with a reset, and the client never sees the close code. The decoder throws away what comes behind such a frame.
 */
final class CorruptFrames extends ChannelInboundHandlerAdapter {
    private final Consumer<CorruptedWebSocketFrameException> handler;

    private CorruptFrames(Consumer<CorruptedWebSocketFrameException> handler) {
        this.handler = handler;
    }

    /** {@code handler} is called on the channel's event loop, and has to see to it that the channel is closed. */
    static void watch(Channel channel, Consumer<CorruptedWebSocketFrameException> handler) {
        ChannelPipeline pipeline = channel.pipeline();
        // None: the connection ended while it was upgraded.
        ChannelHandlerContext decoder = pipeline.context(WebSocketFrameDecoder.class);
        if (decoder != null) {
            pipeline.addAfter(decoder.name(), "corrupt-frames", new CorruptFrames(handler));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) throws Exception {
        if (failure instanceof CorruptedWebSocketFrameException corrupted) {
            handler.accept(corrupted);
        } else {
            super.exceptionCaught(context, failure);
        }
    }
}
