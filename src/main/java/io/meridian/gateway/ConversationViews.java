package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.conversation.Facts;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.meridian.store.ConversationHead;
import io.meridian.store.ConversationStore;
import io.meridian.store.Interval;
import io.meridian.store.ReadCursor;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Conversations as their members see them. */
final class ConversationViews {
    /** As many as the contract shows at once; the rest comes in pages. */
    static final int MEMBERS = 500;
    /** In a list: enough for a name and a picture of each; a page of 200 conversations must not be 100,000 members. */
    static final int LISTED_MEMBERS = 10;

    private static final ReadCursor NOTHING_READ = new ReadCursor(0, 0);

    private final ConversationStore conversations;
    private final Facts facts;

    ConversationViews(ConversationStore conversations, Facts facts) {
        this.conversations = conversations;
        this.facts = facts;
    }

    /**
     * For a member only: a stranger must not learn that it exists, a former member does not see what is new. The head is
     * read before the membership: a removal is written before any head that lies behind it, so whoever is still a member
     * then may see this head.
     */
    Future<ObjectNode> one(ConversationId conversation, UserId user) {
        return conversations
                .head(conversation)
                .compose(head -> membership(conversation, user)
                        .map(membership -> since(membership.addedSeq(), head.orElseThrow(Facts::noConversation))))
                .compose(head ->
                        conversations.cursor(user, conversation).compose(cursor -> shown(head, cursor, MEMBERS)));
    }

    Future<ObjectNode> shown(ConversationHead head, Optional<ReadCursor> cursor, int members) {
        return members(head.conversationId(), null, members)
                .map(page -> Shown.conversation(head, page.shown(), page.next(), cursor.orElse(NOTHING_READ)));
    }

    /**
     * As one sees it who is in since {@code addedSeq}: a head that is still the one before that shows an event which only a channel's
     * members may see.
     */
    static ConversationHead since(long addedSeq, ConversationHead head) {
        boolean sees = head.type() == ConversationType.CHANNEL || head.lastSeq() >= addedSeq;
        return sees
                ? head
                : new ConversationHead(
                        head.conversationId(),
                        head.type(),
                        head.title(),
                        head.home(),
                        head.createdAt(),
                        head.fanout(),
                        head.lastSeq(),
                        head.lastOrdinal(),
                        null);
    }

    /** {@code next}: cursor of the next page, or null. */
    record Members(com.fasterxml.jackson.databind.node.ArrayNode shown, String next) {}

    /** Current members, by id, behind {@code after} (null: from the start). */
    Future<Members> members(ConversationId conversation, UserId after, int limit) {
        return conversations
                .membersPage(conversation, after, limit)
                .compose(page -> facts.users(page.stream().map(Interval::user).toList())
                        .map(users -> new Members(Shown.members(page, users), next(page, limit))));
    }

    /** Fails with {@code not_found} for a stranger, {@code not_a_member} for a former member. */
    Future<Void> member(ConversationId conversation, UserId user) {
        return membership(conversation, user).mapEmpty();
    }

    private Future<Interval> membership(ConversationId conversation, UserId user) {
        return conversations.intervals(conversation, user).map(intervals -> {
            if (intervals.isEmpty()) {
                throw Facts.noConversation();
            }
            return intervals.stream()
                    .filter(Interval::open)
                    .findFirst()
                    .orElseThrow(() -> RefusedException.of(ErrorCode.NOT_A_MEMBER, "you are not a member any more"));
        });
    }

    private static String next(List<Interval> page, int limit) {
        return page.size() < limit
                ? null
                : Cursors.of(page.get(page.size() - 1).user().value());
    }
}
