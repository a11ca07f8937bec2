package io.meridian.conversation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.meridian.message.ConversationId;
import io.meridian.store.ConversationStore;
import io.vertx.core.Future;
import java.time.Duration;

/** Which conversations are large. Asked only of those that are busy, so that a quiet one costs no look-up. */
final class ConversationSizes {
    private static final int MAX_KNOWN = 10_000;
    /** A conversation that has grown is limited as a large one this much later; a look-up that failed is made again. */
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    private final ConversationStore conversations;
    private final int above;
    private final Cache<ConversationId, Future<Boolean>> known = Caffeine.newBuilder()
            .maximumSize(MAX_KNOWN)
            .expireAfterWrite(KNOWN_FOR)
            .build();

    /** {@code above}: members that are not many yet. */
    ConversationSizes(ConversationStore conversations, int above) {
        this.conversations = conversations;
        this.above = above;
    }

    /** False also while it is not known. */
    boolean large(ConversationId conversation) {
        Future<Boolean> large = known.getIfPresent(conversation);
        if (large == null) {
            large = conversations.membersPage(conversation, null, above + 1).map(members -> members.size() > above);
            known.put(conversation, large);
        }
        return large.succeeded() && large.result();
    }
}
