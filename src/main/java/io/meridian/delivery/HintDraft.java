package io.meridian.delivery;

import io.meridian.bus.Hint;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A hint in the making: each event's bytes once, however many devices get it. */
final class HintDraft {
    /** A hint of this many devices costs a gateway some 5 ms of its event loop. */
    private static final int MAX_TARGETS = 4_096;
    /** Between nodes a hint is one frame; larger ones would hold up the others. */
    private static final int MAX_BYTES = 1 << 20;
    /** User and device ids with their lengths, and the numbers. */
    private static final int BYTES_PER_TARGET = 100;

    private final List<Hint.Payload> payloads = new ArrayList<>();
    private final Map<SentEvent, Integer> indices = new IdentityHashMap<>();
    private final List<Hint.Target> targets = new ArrayList<>();
    private long bytes;

    void add(UserId user, DeviceId device, FanoutPlan.Entry entry, DeliveryId id) {
        Integer index = indices.get(entry.event());
        if (index == null) {
            index = payloads.size();
            indices.put(entry.event(), index);
            payloads.add(new Hint.Payload(entry.json(), entry.flags()));
            bytes += entry.json().length;
        }
        targets.add(new Hint.Target(user, device, index, id.generation(), id.entry()));
        bytes += BYTES_PER_TARGET;
    }

    boolean full() {
        return targets.size() >= MAX_TARGETS || bytes >= MAX_BYTES;
    }

    int size() {
        return targets.size();
    }

    long bytes() {
        return bytes;
    }

    Hint hint() {
        return new Hint(payloads, targets);
    }
}
