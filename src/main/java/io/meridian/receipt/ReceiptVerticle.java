package io.meridian.receipt;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.ReadResult;
import io.meridian.bus.ReadUpTo;
import io.meridian.bus.Subscription;
import io.meridian.message.ErrorCode;
import io.meridian.store.ConversationStore;
import io.meridian.store.EventStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;

/** Answers {@link Addresses#READ_UP_TO} and publishes {@link Addresses#READS}. Any number of instances; none holds state. */
public final class ReceiptVerticle extends VerticleBase {
    /** 2,000: some seconds of the store at its slowest; reads are shed before messages are. */
    private static final int MAX_IN_WORK = 2_000;

    private final Bus bus;
    private final ReadCursors cursors;
    private Subscription consumer;
    private int inWork;

    public ReceiptVerticle(Bus bus, ConversationStore conversations, EventStore events, InstantSource clock) {
        this.bus = bus;
        this.cursors = new ReadCursors(conversations, events, clock, moved -> bus.publish(Addresses.READS, moved));
    }

    @Override
    public Future<?> start() {
        consumer = bus.answer(Addresses.READ_UP_TO, this::read);
        return consumer.ready();
    }

    @Override
    public Future<?> stop() {
        return consumer.end();
    }

    private Future<ReadResult> read(ReadUpTo read) {
        if (inWork >= MAX_IN_WORK) {
            return Future.succeededFuture(new ReadResult(ErrorCode.OVERLOADED, "too many reads at once"));
        }
        inWork++;
        return cursors.read(read).onComplete(done -> inWork--);
    }
}
