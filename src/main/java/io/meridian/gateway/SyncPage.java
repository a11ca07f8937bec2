package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.meridian.message.ConversationId;
import io.meridian.message.Json;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.store.ConversationHead;
import io.meridian.store.ReadCursor;
import java.util.ArrayList;
import java.util.List;

/** What a page of a sync has gathered so far, within its bounds. */
final class SyncPage {
    static final int MAX_EVENTS = 200;
    /** 1 MiB: as much as a phone takes in one answer. */
    private static final int MAX_BYTES = 1024 * 1024;

    private final List<StoredEvent> events = new ArrayList<>();
    private final ArrayNode conversations = Json.MAPPER.createArrayNode();
    private int bytes;
    private boolean cut;
    private String conversation = "";
    private long reached;

    int room() {
        return MAX_EVENTS - events.size();
    }

    /**
     * Whether the sync ends with this page: nothing lies behind it, and nothing that makes the inbox whole is still to arrive.
     *
     * @param token of what the sync is to make complete, empty if the inbox was whole when it began
     */
    boolean last(boolean more, String token) {
        return !cut() && !more && (token.isEmpty() || events.isEmpty());
    }

    /** Whether the page ends here. */
    boolean cut() {
        return cut || room() == 0;
    }

    /**
     * Takes what fits.
     *
     * @param from the position that the events follow
     * @return whether all of them fitted
     */
    boolean take(ConversationId of, long from, List<StoredEvent> found) {
        conversation = of.value();
        reached = from;
        for (StoredEvent event : found) {
            boolean fits = room() > 0 && (events.isEmpty() || bytes + event.json().length <= MAX_BYTES);
            if (!fits) {
                cut = true;
                return false;
            }
            events.add(event);
            bytes += event.json().length;
            reached = event.seq();
        }
        return true;
    }

    /** The conversation goes on, but not on this page. */
    void cutHere() {
        cut = true;
    }

    /** All of the conversation has been given. {@code newest}: position and ordinal of its last event here, or 0. */
    void finished(ConversationHead head, ReadCursor cursor, long newest, long newestOrdinal) {
        boolean ahead = newest > head.lastSeq();
        conversations
                .addObject()
                .put("conversationId", head.conversationId().value())
                .put("lastSeq", ahead ? newest : head.lastSeq())
                .put("lastOrdinal", ahead ? newestOrdinal : head.lastOrdinal())
                .put("readSeq", cursor == null ? 0 : cursor.seq());
    }

    /** There is nothing more of the conversation. */
    void passed(ConversationId of) {
        conversation = of.value();
        reached = Seq.MAX;
    }

    /** Where the next page begins: in the conversation that was cut, or behind the last one passed. */
    Cursors.Sync next(String token) {
        return new Cursors.Sync(conversation, reached, token);
    }

    Answer answer(String nextCursor) {
        var body = Shown.list(Shown.events(events), nextCursor);
        body.set("conversations", conversations);
        return Answer.ok(body);
    }
}
