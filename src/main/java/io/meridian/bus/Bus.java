package io.meridian.bus;

import io.meridian.message.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The region's event bus, typed. At most once: whatever matters is asked again until it is answered, or is found
 * again from the log, the store or the inbox. The only class that touches Vert.x's bus.
 */
public final class Bus {
    private static final String TYPE = "meridian.";
    private static final List<Class<?>> TYPES = List.of(
            HeadMoved.class,
            ReadMoved.class,
            ReadUpTo.class,
            ReadResult.class,
            Replies.class,
            HintTaken.class,
            SessionNotice.class);

    private final EventBus bus;

    private Bus(EventBus bus) {
        this.bus = bus;
    }

    /** Registers the codecs; once a Vertx. */
    public static Bus on(Vertx vertx) {
        EventBus bus = vertx.eventBus();
        TYPES.forEach(type -> bus.registerCodec(json(type)));
        bus.registerCodec(new Codec<>(Hint.class, HintCodec::encode, HintCodec::decode));
        return new Bus(bus);
    }

    public <M> void send(Address<M> address, M message) {
        bus.send(address.name(), message, codec(address.type()));
    }

    public <M> void publish(Address<M> address, M message) {
        bus.publish(address.name(), message, codec(address.type()));
    }

    /** Fails when nobody listens, nobody answers in time, or the other side failed: all three mean, ask again. */
    public <Q, A> Future<A> ask(Question<Q, A> address, Q question, Duration timeout) {
        return bus.<A>request(
                        address.name(), question, codec(address.question()).setSendTimeout(timeout.toMillis()))
                .map(answer -> answer.body());
    }

    public <M> Subscription listen(Address<M> address, Consumer<M> handler) {
        return subscription(bus.<M>consumer(address.name(), message -> handler.accept(message.body())));
    }

    public <Q, A> Subscription answer(Question<Q, A> address, Function<Q, Future<A>> handler) {
        return subscription(bus.<Q>consumer(
                address.name(),
                message -> handler.apply(message.body())
                        .onSuccess(answer -> message.reply(answer, codec(address.answer())))
                        .onFailure(failure -> message.fail(1, String.valueOf(failure.getMessage())))));
    }

    private static Subscription subscription(MessageConsumer<?> consumer) {
        return new Subscription() {
            @Override
            public Future<Void> ready() {
                return consumer.completion();
            }

            @Override
            public Future<Void> end() {
                return consumer.unregister();
            }
        };
    }

    private static DeliveryOptions codec(Class<?> type) {
        return new DeliveryOptions().setCodecName(TYPE + type.getSimpleName());
    }

    private static <M> Codec<M> json(Class<M> type) {
        return new Codec<>(type, message -> Buffer.buffer(Json.bytes(message)), buffer -> {
            try {
                return Json.MAPPER.readValue(buffer.getBytes(), type);
            } catch (IOException e) {
                throw new IllegalArgumentException("bus message of another version: " + e.getMessage(), e);
            }
        });
    }

    /** Within a node the immutable message itself is handed over; between nodes its bytes with their length in front. */
    private record Codec<M>(Class<M> type, Function<M, Buffer> encoder, Function<Buffer, M> decoder)
            implements MessageCodec<M, M> {
        @Override
        public void encodeToWire(Buffer wire, M message) {
            Buffer bytes = encoder.apply(message);
            wire.appendInt(bytes.length()).appendBuffer(bytes);
        }

        @Override
        public M decodeFromWire(int position, Buffer wire) {
            int length = wire.getInt(position);
            int start = position + Integer.BYTES;
            return decoder.apply(wire.getBuffer(start, start + length));
        }

        @Override
        public M transform(M message) {
            return message;
        }

        @Override
        public String name() {
            return TYPE + type.getSimpleName();
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
