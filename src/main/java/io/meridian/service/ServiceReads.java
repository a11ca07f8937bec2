package io.meridian.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.conversation.History;
import io.meridian.conversation.Visibilities;
import io.meridian.message.ConversationId;
import io.meridian.message.UserId;
import io.meridian.store.ConversationStore;
import io.meridian.store.Membership;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What a service reads, to catch up with what it was not told: as the account's memberships allow, looked up anew each time. */
final class ServiceReads {
    private static final int USUAL_PAGE = 50;
    private static final int LARGEST_PAGE = 100;
    /** One message of the bus carries a page; what waits behind it for the same node waits for all of it. */
    private static final int PAGE_BYTES = 1 << 20;

    private final ConversationStore conversations;
    private final Visibilities visibilities;
    private final History history;

    ServiceReads(ConversationStore conversations, Visibilities visibilities, History history) {
        this.conversations = conversations;
        this.visibilities = visibilities;
        this.history = history;
    }

    /** Events behind {@code after}, oldest first. */
    Future<ObjectNode> messages(Request request) {
        ConversationId conversation = request.body().value("conversationId", ConversationId::new);
        long after = request.body().seqOrStart("after");
        int limit = request.body().limit("limit", USUAL_PAGE, LARGEST_PAGE);
        request.body().check();
        return visibilities
                .readable(conversation, request.account())
                .compose(visible -> history.after(conversation, visible, after, limit))
                .map(page -> ServiceReply.events(page, PAGE_BYTES));
    }

    /** The account's conversations and how far each has come, by id; a cursor is the last id of a page. */
    Future<ObjectNode> conversations(Request request) {
        String after = request.body()
                .optional("cursor", ConversationId::new)
                .map(ConversationId::value)
                .orElse("");
        int limit = request.body().limit("limit", USUAL_PAGE, LARGEST_PAGE);
        request.body().check();
        return current(request.account()).compose(all -> {
            List<ConversationId> behind = all.stream()
                    .filter(id -> id.value().compareTo(after) > 0)
                    .sorted()
                    .limit(limit + 1L)
                    .toList();
            boolean more = behind.size() > limit;
            List<ConversationId> page = more ? behind.subList(0, limit) : behind;
            return conversations
                    .heads(page)
                    // asked again behind the heads: who was removed meanwhile must not hear how far it has come since
                    .compose(found -> current(request.account())
                            .map(still -> page.stream()
                                    .filter(still::contains)
                                    .map(found::get)
                                    .filter(Objects::nonNull)
                                    .toList()))
                    .map(heads -> ServiceReply.conversations(
                            heads, more ? page.get(limit - 1).value() : null));
        });
    }

    private Future<Set<ConversationId>> current(UserId account) {
        return conversations
                .of(account)
                .map(memberships -> memberships.stream()
                        .filter(Membership::current)
                        .map(Membership::conversationId)
                        .collect(Collectors.toSet()));
    }
}
