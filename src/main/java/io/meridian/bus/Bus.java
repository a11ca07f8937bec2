package io.meridian.bus;

import io.meridian.message.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
            SessionNotice.class,
            LimitsSpent.class);

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

    /**
     * Makes messages to the address cheap while nobody listens: an address without listeners is looked up in the cluster again
     * for each message, one with a listener is remembered. So this node listens, for itself alone, and does nothing.
     */
    public Subscription remember(OpenAddress address) {
        return subscription(bus.localConsumer(address.name(), message -> {
            // It is the listening that counts.
        }));
    }

    /** {@code body}: of strings, numbers, booleans, maps and lists. */
    public void publish(OpenAddress address, Map<String, Object> body) {
        bus.publish(address.name(), new JsonObject(body));
    }

    /**
     * Answers programs that are not ours. One of the handlers of the region gets a question; what was published instead of
     * sent is left alone, for every one would do it.
     *
     * @param handler answers with the bytes of a JSON object, and does not fail: whoever asks is to have an answer
     */
    public Subscription serve(OpenAddress address, Function<OpenQuestion, Future<byte[]>> handler) {
        return subscription(bus.consumer(address.name(), message -> {
            if (message.isSend()) {
                // What the handler throws is its failure: nobody is to wait for nothing.
                Future.succeededFuture(new OpenQuestion(
                                () -> body(message), message.headers().get("token")))
                        .compose(handler)
                        .onSuccess(answer -> message.reply(new JsonObject(Buffer.buffer(answer))))
                        .onFailure(failure -> message.fail(1, "internal"));
            }
        }));
    }

    private static byte[] body(Message<?> message) {
        try {
            return message.body() instanceof JsonObject body ? body.toBuffer().getBytes() : null;
        } catch (RuntimeException e) {
            return null;
        }
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
