package io.meridian.store;

import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.ConversationId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Conversations, members and read cursors, as requests of people need them. Written by {@link ProjectionStore}. */
public final class ConversationStore {
    static final String SELECT_INTERVALS =
            "SELECT user_id, added_seq, role, removed_seq FROM ${keyspace}.members WHERE conversation_id = ?";
    static final String INSERT_CURSOR =
            "INSERT INTO ${keyspace}.read_cursors (user_id, conversation_id, read_seq, read_ordinal) VALUES (?, ?, ?, ?)"
                    + " USING TIMESTAMP ?";

    private static final int HEADS_IN_FLIGHT = 64;
    /** Each may have a message of 62 KiB in it. */
    private static final int SHOWN_IN_FLIGHT = 16;
    /** What the contract shows of a conversation at once. */
    static final int MAX_MEMBERS_PAGE = 500;

    private final CqlStatement selectHead;
    private final CqlStatement selectPosition;
    private final CqlStatement selectOfUser;
    private final CqlStatement selectIntervals;
    private final CqlStatement selectMembers;
    private final CqlStatement selectMembersAfter;
    private final CqlStatement selectCursors;
    private final CqlStatement selectCursor;
    private final CqlStatement insertCursor;

    public ConversationStore(Cassandra cassandra) {
        String head = "SELECT conversation_id, type, title, home, created_at, fanout, last_seq, last_ordinal";
        String ofConversation = " FROM ${keyspace}.conversations WHERE conversation_id = ?";
        selectHead = new CqlStatement(cassandra, head + ", last_event" + ofConversation);
        selectPosition = new CqlStatement(cassandra, head + ofConversation);
        selectOfUser = new CqlStatement(
                cassandra,
                "SELECT conversation_id, type, fanout, added_seq, removed_seq FROM ${keyspace}.conversations_by_user"
                        + " WHERE user_id = ?");
        selectIntervals = new CqlStatement(cassandra, SELECT_INTERVALS + " AND user_id = ?");
        selectMembers = new CqlStatement(cassandra, SELECT_INTERVALS);
        selectMembersAfter =
                new CqlStatement(cassandra, SELECT_INTERVALS + " AND (user_id, added_seq) > (?, ?) LIMIT ?");
        String cursors =
                "SELECT conversation_id, read_seq, read_ordinal FROM ${keyspace}.read_cursors WHERE user_id = ?";
        selectCursors = new CqlStatement(cassandra, cursors);
        selectCursor = new CqlStatement(cassandra, cursors + " AND conversation_id = ?");
        insertCursor = new CqlStatement(cassandra, INSERT_CURSOR);
    }

    /** With its last event. */
    public Future<Optional<ConversationHead>> head(ConversationId conversation) {
        return selectHead.one(RowCodec::head, conversation.value());
    }

    /** How far it is, without its last event, which may be larger than all the rest of it. */
    public Future<Optional<ConversationHead>> position(ConversationId conversation) {
        return selectPosition.one(RowCodec::position, conversation.value());
    }

    /** Those that exist, without their last events: a user's thousand conversations must not be 60 MiB. */
    public Future<Map<ConversationId, ConversationHead>> heads(Collection<ConversationId> conversations) {
        return InFlight.found(HEADS_IN_FLIGHT, conversations, this::position);
    }

    /** Those that exist, with their last events: a few at a time. */
    public Future<Map<ConversationId, ConversationHead>> shownHeads(Collection<ConversationId> conversations) {
        return InFlight.found(SHOWN_IN_FLIGHT, conversations, this::head);
    }

    /** Current and former memberships, by conversation id. */
    public Future<List<Membership>> of(UserId user) {
        return selectOfUser
                .rows(user.value())
                .map(rows -> rows.stream()
                        .map(RowCodec::membership)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** A user's memberships, oldest first: what says which events it may see. Never cached. */
    public Future<List<Interval>> intervals(ConversationId conversation, UserId user) {
        return selectIntervals.rows(conversation.value(), user.value()).map(RowCodec::intervals);
    }

    /** Every membership there ever was, by user and beginning. */
    public Future<List<Interval>> members(ConversationId conversation) {
        return selectMembers.rows(conversation.value()).map(RowCodec::intervals);
    }

    /**
     * Current members, by user id.
     *
     * @param afterExclusiveOrNull the last user of the page before, null for the first page
     * @param limit 1 to {@value #MAX_MEMBERS_PAGE}; fewer are answered only at the end
     */
    public Future<List<Interval>> membersPage(ConversationId conversation, UserId afterExclusiveOrNull, int limit) {
        if (limit < 1 || limit > MAX_MEMBERS_PAGE) {
            return Future.failedFuture(
                    new IllegalArgumentException("limit " + limit + " is not 1 to " + MAX_MEMBERS_PAGE));
        }
        String from = afterExclusiveOrNull == null ? "" : afterExclusiveOrNull.value();
        return membersPage(conversation, from, Long.MAX_VALUE, 2 * limit, limit, new ArrayList<>());
    }

    /** Ended memberships lie between the current ones: read on until the page is full, more each time. */
    private Future<List<Interval>> membersPage(
            ConversationId conversation, String fromUser, long fromSeq, int rows, int limit, List<Interval> page) {
        int wanted = Math.min(MAX_MEMBERS_PAGE, rows);
        return selectMembersAfter
                .rows(conversation.value(), fromUser, fromSeq, wanted)
                .compose(read -> {
                    RowCodec.intervals(read).stream()
                            .filter(Interval::open)
                            .limit(limit - page.size())
                            .forEach(page::add);
                    if (page.size() >= limit || read.size() < wanted) {
                        return Future.succeededFuture(page);
                    }
                    Row last = read.get(read.size() - 1);
                    return membersPage(
                            conversation,
                            last.getString("user_id"),
                            last.getLong("added_seq"),
                            2 * wanted,
                            limit,
                            page);
                });
    }

    public Future<Map<ConversationId, ReadCursor>> cursors(UserId user) {
        return selectCursors.rows(user.value()).map(rows -> {
            Map<ConversationId, ReadCursor> cursors = new HashMap<>();
            rows.forEach(
                    row -> cursors.put(new ConversationId(row.getString("conversation_id")), RowCodec.cursor(row)));
            return cursors;
        });
    }

    public Future<Optional<ReadCursor>> cursor(UserId user, ConversationId conversation) {
        return selectCursor.one(RowCodec::cursor, user.value(), conversation.value());
    }

    /** Never moves it back: {@code seq} is the timestamp. */
    public Future<Void> moveCursor(UserId user, ConversationId conversation, long seq, long ordinal) {
        return insertCursor.write(user.value(), conversation.value(), seq, ordinal, seq);
    }
}
