package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.delivery.DeliveryId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A stream that grows, hints that are lost, late or twice, a socket that fills: all is sent, once, in order. */
class InboxPositionProperties {
    private static final int PAGE = 3;

    private final List<DeliveryId> stream = new ArrayList<>();
    private final List<DeliveryId> sent = new ArrayList<>();
    private final Deque<DeliveryId> hints = new ArrayDeque<>();
    private InboxPosition position = new InboxPosition();
    private List<DeliveryId> underWay;
    private boolean full;
    private long generation = 1;
    private long entry;

    @Property(tries = 2_000)
    void everythingIsSentOnceInOrder(@ForAll @Size(max = 80) List<@IntRange(min = 0, max = 9) Integer> steps) {
        stream.clear();
        sent.clear();
        hints.clear();
        position = new InboxPosition();
        full = false;
        entry = 0;
        issueRead();
        steps.forEach(this::step);
        settle();

        assertThat(sent).containsExactlyElementsOf(stream);
    }

    private void step(int kind) {
        switch (kind) {
            case 0, 1, 2 -> add(true);
            case 3 -> add(false);
            case 4 -> hintFirst();
            case 5 -> hintLast();
            case 6 -> answerRead();
            case 7 -> full = true;
            case 8 -> drain();
            default -> {
                generation++;
                entry = 0;
            }
        }
    }

    private void add(boolean hinted) {
        DeliveryId id = new DeliveryId(generation, entry++);
        stream.add(id);
        if (hinted) {
            hints.add(id);
        }
    }

    private void hintFirst() {
        if (!hints.isEmpty()) {
            hint(hints.pollFirst());
        }
    }

    private void hintLast() {
        if (!hints.isEmpty()) {
            hint(hints.pollLast());
        }
    }

    private void hint(DeliveryId id) {
        InboxPosition.Step step = position.hint(id);
        if (step == InboxPosition.Step.SEND) {
            send(id);
        } else {
            follow(step);
        }
    }

    private void send(DeliveryId id) {
        sent.add(id);
        position.sending(id, full);
    }

    private void follow(InboxPosition.Step step) {
        if (step == InboxPosition.Step.READ) {
            issueRead();
        }
    }

    /** What the stream holds when the read is answered by Redis; the answer arrives later. */
    private void issueRead() {
        DeliveryId after = position.sent();
        underWay = stream.stream()
                .filter(id -> after == null || id.compareTo(after) > 0)
                .limit(PAGE)
                .toList();
    }

    private void answerRead() {
        if (underWay == null) {
            return;
        }
        List<DeliveryId> page = underWay;
        underWay = null;
        for (DeliveryId id : page) {
            if (position.wants(id)) {
                send(id);
            }
        }
        follow(position.read(page.size() >= PAGE));
    }

    private void drain() {
        full = false;
        follow(position.drained());
    }

    private void settle() {
        drain();
        while (underWay != null) {
            answerRead();
        }
        if (!stream.isEmpty()) {
            follow(position.heard(stream.get(stream.size() - 1)));
        }
        while (underWay != null) {
            answerRead();
        }
    }
}
