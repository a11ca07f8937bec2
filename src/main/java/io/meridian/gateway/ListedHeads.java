package io.meridian.gateway;

import io.meridian.message.ConversationId;
import io.meridian.store.ConversationHead;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Heads of a page of a list, with their last events: as many as asked for, or as fit its bytes. Read in steps, for how large
 * they are is known when they are here.
 */
final class ListedHeads {
    /** 1 MiB, as of a page of events. */
    static final int MAX_BYTES = 1 << 20;
    /** 2 MiB at most. */
    static final int STEP = 32;

    private final List<ConversationId> ids;
    private final int limit;
    private final Function<Collection<ConversationId>, Future<Map<ConversationId, ConversationHead>>> store;
    private final List<ConversationHead> found = new ArrayList<>();
    private int passed;
    private long bytes;

    private ListedHeads(
            List<ConversationId> ids,
            int limit,
            Function<Collection<ConversationId>, Future<Map<ConversationId, ConversationHead>>> store) {
        this.ids = ids;
        this.limit = Math.min(limit, ids.size());
        this.store = store;
    }

    /** {@code ids}: of this page and of those behind it, in the list's order. */
    static Future<ListedHeads> read(
            List<ConversationId> ids,
            int limit,
            Function<Collection<ConversationId>, Future<Map<ConversationId, ConversationHead>>> store) {
        return new ListedHeads(ids, limit, store).read();
    }

    private Future<ListedHeads> read() {
        if (passed >= limit) {
            return Future.succeededFuture(this);
        }
        List<ConversationId> step = ids.subList(passed, Math.min(limit, passed + STEP));
        return store.apply(step).compose(heads -> {
            for (ConversationId id : step) {
                ConversationHead head = heads.get(id);
                if (head != null && !take(head)) {
                    return Future.succeededFuture(this);
                }
                passed++;
            }
            return read();
        });
    }

    private boolean take(ConversationHead head) {
        int size = head.lastEvent() == null ? 0 : head.lastEvent().length;
        if (!found.isEmpty() && bytes + size > MAX_BYTES) {
            return false;
        }
        bytes += size;
        found.add(head);
        return true;
    }

    /** Those of the page that exist, in the list's order. */
    List<ConversationHead> heads() {
        return found;
    }

    /** The cursor of the next page; null at the end. */
    String next() {
        return passed < ids.size() ? Cursors.of(ids.get(passed - 1).value()) : null;
    }
}
