package io.meridian.conversation;

import io.meridian.message.ConversationId;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.store.EventStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Reads pages of what a user may see of a conversation, either way, never across a gap. */
public final class History {
    /**
     * @param events ascending
     * @param more whether something lies beyond in the page's direction
     * @param broken whether the page ended because an event is missing
     */
    public record Page(List<StoredEvent> events, boolean more, boolean broken) {}

    private final EventStore store;

    public History(EventStore store) {
        this.store = store;
    }

    /** The oldest {@code limit} events above {@code seq}. */
    public Future<Page> after(ConversationId conversation, Visibility visibility, long seq, int limit) {
        List<Visibility.Range> ranges =
                visibility.ranges().stream().filter(range -> range.to() > seq).toList();
        return forward(conversation, ranges, seq, limit, new ArrayList<>());
    }

    /** The newest {@code limit} events below {@code seq}. */
    public Future<Page> before(ConversationId conversation, Visibility visibility, long seq, int limit) {
        List<Visibility.Range> ranges =
                visibility.ranges().stream().filter(range -> range.from() < seq).toList();
        return backward(conversation, ranges, seq, limit, new ArrayList<>());
    }

    private Future<Page> forward(
            ConversationId conversation, List<Visibility.Range> ranges, long seq, int limit, List<StoredEvent> page) {
        if (ranges.isEmpty()) {
            return Future.succeededFuture(new Page(page, false, false));
        }
        Visibility.Range range = ranges.get(0);
        // A range begins with the event that opens it: before that nothing of the chain is the user's.
        long reached = Math.max(seq, range.from() - 1);
        int wanted = limit + 1 - page.size();
        return store.after(conversation, reached, wanted).compose(read -> {
            List<StoredEvent> seen =
                    read.stream().filter(event -> range.holds(event.seq())).toList();
            List<StoredEvent> whole = Chain.forward(seen, reached);
            page.addAll(whole);
            boolean broken = whole.size() < seen.size();
            if (broken || page.size() > limit) {
                return Future.succeededFuture(
                        new Page(page.subList(0, Math.min(limit, page.size())), true, broken && page.size() <= limit));
            }
            return forward(conversation, ranges.subList(1, ranges.size()), seq, limit, page);
        });
    }

    private Future<Page> backward(
            ConversationId conversation, List<Visibility.Range> ranges, long seq, int limit, List<StoredEvent> page) {
        if (ranges.isEmpty()) {
            return Future.succeededFuture(new Page(page, false, false));
        }
        Visibility.Range range = ranges.get(ranges.size() - 1);
        boolean within = range.to() >= seq;
        // With the event at seq itself, if there is one: it says what has to come before it.
        long upTo = within ? seq : range.to();
        int wanted = limit + 2 - page.size();
        return store.before(conversation, Math.min(upTo, Seq.MAX - 1) + 1, wanted)
                .compose(read -> {
                    boolean anchored = within
                            && !read.isEmpty()
                            && read.get(read.size() - 1).seq() == seq;
                    long prevSeq = anchored
                            ? read.get(read.size() - 1).event().header().prevSeq()
                            : within ? 0 : range.to();
                    List<StoredEvent> seen = read.stream()
                            .filter(event -> event.seq() < seq && range.holds(event.seq()))
                            .toList();
                    List<StoredEvent> whole = Chain.backward(seen, Math.max(prevSeq, 0));
                    boolean broken = whole.size() < seen.size();
                    page.addAll(0, whole);
                    if (broken || page.size() > limit) {
                        int from = Math.max(0, page.size() - limit);
                        return Future.succeededFuture(
                                new Page(page.subList(from, page.size()), true, broken && page.size() <= limit));
                    }
                    return backward(conversation, ranges.subList(0, ranges.size() - 1), seq, limit, page);
                });
    }
}
