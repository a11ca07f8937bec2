package io.meridian.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One count on one event loop: the warm-up is one, what is measured another. Not thread-safe. */
final class Phase {
    private final String name;
    private final Ticker ticker;
    private final List<Room> rooms = new ArrayList<>();
    private final Latencies acknowledgements = new Latencies();
    private final Latencies deliveries = new Latencies();
    private final Latencies lag = new Latencies();
    private final Map<String, Long> errors = new TreeMap<>();
    private long offered;
    private long acknowledged;
    private long refused;
    private long accepted;
    private long lastArrivalNs;

    /** @param conversations of the rooms of this event loop, in their order */
    Phase(String name, Ticker ticker, List<String> conversations, int members) {
        this.name = name;
        this.ticker = ticker;
        conversations.forEach(id -> rooms.add(new Room(id, members)));
    }

    String name() {
        return name;
    }

    Room room(int index) {
        return rooms.get(index);
    }

    /** About to be sent, or to be found impossible to send. */
    void offer(long dueNs) {
        offered++;
        lag.record(ticker.nowNs() - dueNs);
    }

    /** Sent some other way, over HTTP say, with its position. */
    void sentElsewhere(int room, long seq, long prevSeq) {
        offered++;
        acknowledged++;
        rooms.get(room).acknowledged(Room.NO_DEVICE, seq, prevSeq);
    }

    void acknowledged(int room, int member, String frame) {
        String id = Frames.text(frame, Frames.CLIENT_MESSAGE_ID);
        if (id == null || !Stamp.isOf(name, id)) {
            return;
        }
        Room books = rooms.get(room);
        long before = books.acknowledgedBy(member);
        books.acknowledged(member, Frames.number(frame, Frames.SEQ), Frames.number(frame, Frames.PREV_SEQ));
        if (books.acknowledgedBy(member) > before) {
            acknowledged++;
            lastArrivalNs = ticker.nowNs();
            acknowledgements.record(lastArrivalNs - Stamp.dueNs(id));
        }
    }

    void delivered(int room, int member, String frame) {
        String id = Frames.text(frame, Frames.CLIENT_MESSAGE_ID);
        if (id == null || !Stamp.isOf(name, id)) {
            return;
        }
        SeqLog.Place place = rooms.get(room)
                .received(member, Frames.number(frame, Frames.SEQ), Frames.number(frame, Frames.PREV_SEQ));
        if (place != SeqLog.Place.AGAIN) {
            lastArrivalNs = ticker.nowNs();
            deliveries.record(lastArrivalNs - Stamp.dueNs(id));
        }
    }

    /** {@code message_accepted}: in the log, its position follows. */
    void accepted() {
        accepted++;
    }

    /** What a send ended with in place of an acknowledgement. */
    void refused(String code) {
        refused++;
        error(code);
    }

    void error(String code) {
        errors.merge(code, 1L, Long::sum);
    }

    boolean mayBeComplete() {
        return acknowledged + refused >= offered && rooms.stream().allMatch(Room::mayBeComplete);
    }

    /** What is known by now, as a value of its own. */
    Outcome outcome() {
        Counts counts = rooms.stream().map(Room::counts).reduce(Counts.NONE, Counts::plus);
        return new Outcome(
                offered,
                accepted,
                refused,
                counts,
                acknowledgements.copy(),
                deliveries.copy(),
                lag.copy(),
                new TreeMap<>(errors),
                lastArrivalNs);
    }
}
