package io.meridian.conversation;

import io.meridian.message.ConversationId;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.store.EventStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads pages of what a user may see of a conversation, either way, never across a gap. */
public final class History {
    /** 1 MiB: as much as a phone takes in one answer. */
    public static final int PAGE_BYTES = 1 << 20;
    /**
     * Rows of one read. How large they are is known when they are here, so more than 2 MiB, with events as large as they can
     * be, is never asked for; a page of 50 usual ones is two reads.
     */
    static final int STEP = 32;

    /**
     * @param events ascending, {@link #PAGE_BYTES} at most, or one that is larger
     * @param more whether something lies beyond in the page's direction
     * @param broken whether the page ended because an event is missing
     */
    public record Page(List<StoredEvent> events, boolean more, boolean broken) {}

    /** Where rows come from: {@link EventStore}, and its bounds. */
    interface Rows {
        Future<List<StoredEvent>> after(ConversationId conversation, long seq, int limit);

        Future<List<StoredEvent>> before(ConversationId conversation, long seq, int limit);
    }

    private final Rows rows;

    public History(EventStore store) {
        this(new Rows() {
            @Override
            public Future<List<StoredEvent>> after(ConversationId conversation, long seq, int limit) {
                return store.after(conversation, seq, limit);
            }

            @Override
            public Future<List<StoredEvent>> before(ConversationId conversation, long seq, int limit) {
                return store.before(conversation, seq, limit);
            }
        });
    }

    History(Rows rows) {
        this.rows = rows;
    }

    /** The oldest events above {@code seq}: {@code limit}, or as many as fit a page. */
    public Future<Page> after(ConversationId conversation, Visibility visibility, long seq, int limit) {
        List<Visibility.Range> ranges =
                visibility.ranges().stream().filter(range -> range.to() > seq).toList();
        return forward(conversation, ranges, seq, new Gathered(limit));
    }

    /** The newest events below {@code seq}: {@code limit}, or as many as fit a page. */
    public Future<Page> before(ConversationId conversation, Visibility visibility, long seq, int limit) {
        List<Visibility.Range> ranges =
                visibility.ranges().stream().filter(range -> range.from() < seq).toList();
        return backward(conversation, ranges, seq, new Gathered(limit));
    }

    private Future<Page> forward(ConversationId conversation, List<Visibility.Range> ranges, long seq, Gathered page) {
        if (ranges.isEmpty()) {
            return Future.succeededFuture(page.ascending(false, false));
        }
        Visibility.Range range = ranges.get(0);
        // A range begins with the event that opens it: before that nothing of the chain is the user's.
        long reached = Math.max(seq, range.from() - 1);
        int wanted = Math.min(STEP, page.room() + 1);
        return rows.after(conversation, reached, wanted).compose(read -> {
            List<StoredEvent> seen =
                    read.stream().filter(event -> range.holds(event.seq())).toList();
            List<StoredEvent> whole = Chain.forward(seen, reached);
            boolean fitted = whole.stream().allMatch(page::take);
            boolean broken = whole.size() < seen.size();
            if (!fitted || broken) {
                return Future.succeededFuture(page.ascending(true, fitted && broken));
            }
            boolean goesOn = read.size() == wanted && newest(read) < range.to();
            return goesOn
                    ? forward(conversation, ranges, newest(read), page)
                    : forward(conversation, ranges.subList(1, ranges.size()), seq, page);
        });
    }

    private Future<Page> backward(ConversationId conversation, List<Visibility.Range> ranges, long seq, Gathered page) {
        if (ranges.isEmpty()) {
            return Future.succeededFuture(page.descending(false, false));
        }
        Visibility.Range range = ranges.get(ranges.size() - 1);
        boolean within = range.to() >= seq;
        // With the event at seq itself, if there is one: it says what has to come before it.
        long upTo = within ? seq : range.to();
        int wanted = Math.min(STEP, page.room() + 2);
        return rows.before(conversation, Math.min(upTo, Seq.MAX - 1) + 1, wanted)
                .compose(read -> {
                    boolean anchored = within && !read.isEmpty() && newest(read) == seq;
                    long prevSeq = anchored
                            ? read.get(read.size() - 1).event().header().prevSeq()
                            : within ? 0 : range.to();
                    List<StoredEvent> seen = read.stream()
                            .filter(event -> event.seq() < seq && range.holds(event.seq()))
                            .toList();
                    List<StoredEvent> whole = Chain.backward(seen, Math.max(prevSeq, 0));
                    boolean fitted = page.takeNewestFirst(whole);
                    boolean broken = whole.size() < seen.size();
                    if (!fitted || broken) {
                        return Future.succeededFuture(page.descending(true, fitted && broken));
                    }
                    boolean goesOn = read.size() == wanted && read.get(0).seq() > range.from();
                    return goesOn
                            ? backward(conversation, ranges, read.get(0).seq(), page)
                            : backward(conversation, ranges.subList(0, ranges.size() - 1), seq, page);
                });
    }

    private static long newest(List<StoredEvent> ascending) {
        return ascending.get(ascending.size() - 1).seq();
    }

    /** A page so far, in the order in which it is read. */
    private static final class Gathered {
        private final List<StoredEvent> events = new ArrayList<>();
        private final int limit;
        private long bytes;

        Gathered(int limit) {
            this.limit = limit;
        }

        int room() {
            return limit - events.size();
        }

        /** Whether it fitted: what did not, and whatever lies behind it, is another page's. */
        boolean take(StoredEvent event) {
            int size = event.json().length;
            if (room() == 0 || (!events.isEmpty() && bytes + size > PAGE_BYTES)) {
                return false;
            }
            events.add(event);
            bytes += size;
            return true;
        }

        boolean takeNewestFirst(List<StoredEvent> ascending) {
            for (int i = ascending.size() - 1; i >= 0; i--) {
                if (!take(ascending.get(i))) {
                    return false;
                }
            }
            return true;
        }

        Page ascending(boolean more, boolean broken) {
            return new Page(events, more, broken);
        }

        Page descending(boolean more, boolean broken) {
            Collections.reverse(events);
            return new Page(events, more, broken);
        }
    }
}
