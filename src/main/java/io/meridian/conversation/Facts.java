package io.meridian.conversation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.ErrorCode;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.meridian.store.ConversationStore;
import io.meridian.store.Interval;
import io.meridian.store.User;
import io.meridian.store.UserStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What a command has to be checked against before it is appended. Only what never changes is remembered. */
public final class Facts {
    /** Type and home of a conversation; for ever. */
    public record Fact(ConversationType type, RegionId home) {}

    /** 50,000 conversations in use at a gateway are about 10 MB. */
    private static final int MAX_CONVERSATIONS = 50_000;

    private static final String NO_CONVERSATION = "no such conversation";
    private static final int MAX_USERS = 20_000;

    private record Member(ConversationId conversation, UserId user) {}

    private final ConversationStore conversations;
    private final UserStore users;
    private final Cache<ConversationId, Fact> known =
            Caffeine.newBuilder().maximumSize(MAX_CONVERSATIONS).build();
    /** Who was found to be in a direct conversation. */
    private final Cache<Member, Boolean> directs =
            Caffeine.newBuilder().maximumSize(MAX_CONVERSATIONS).build();
    /** Names are shown from here; ten minutes are as long as a changed one may look old. */
    private final Cache<UserId, User> profiles = Caffeine.newBuilder()
            .maximumSize(MAX_USERS)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();

    public Facts(ConversationStore conversations, UserStore users) {
        this.conversations = conversations;
        this.users = users;
    }

    /** Fails with {@code not_found}. */
    public Future<Fact> of(ConversationId conversation) {
        Fact fact = known.getIfPresent(conversation);
        if (fact != null) {
            return Future.succeededFuture(fact);
        }
        return conversations.head(conversation).map(head -> {
            Fact found = head.map(one -> new Fact(one.type(), one.home())).orElseThrow(Facts::noConversation);
            known.put(conversation, found);
            return found;
        });
    }

    /**
     * The same, for a user who is or was a member. The id of a direct conversation can be computed, and that two others have one
     * is their secret: whether it is there or not, a stranger costs one and the same read.
     */
    public Future<Fact> of(ConversationId conversation, UserId user) {
        Fact fact = known.getIfPresent(conversation);
        Member member = new Member(conversation, user);
        if (fact != null && (fact.type() != ConversationType.DIRECT || directs.getIfPresent(member) != null)) {
            return Future.succeededFuture(fact);
        }
        return conversations.intervals(conversation, user).compose(intervals -> {
            if (intervals.isEmpty()) {
                throw noConversation();
            }
            return of(conversation).onSuccess(found -> {
                if (found.type() == ConversationType.DIRECT) {
                    directs.put(member, true);
                }
            });
        });
    }

    /**
     * The conversation's facts if the user may ask something of it. Who is in a direct conversation stays in it; members of
     * groups are the fold's to know; those of a channel are a projection, read anew each time.
     */
    public Future<Fact> admit(ConversationId conversation, UserId user) {
        return of(conversation, user)
                .compose(fact -> fact.type() == ConversationType.CHANNEL
                        ? conversations.intervals(conversation, user).map(intervals -> {
                            if (intervals.isEmpty()) {
                                throw noConversation();
                            }
                            if (intervals.stream().noneMatch(Interval::open)) {
                                throw RefusedException.of(ErrorCode.NOT_A_MEMBER, "you are not a member any more");
                            }
                            return fact;
                        })
                        : Future.succeededFuture(fact));
    }

    /**
     * Fails with {@code not_found} where the user is no member of this channel: its fold would not know. Of other conversations
     * it does.
     */
    Future<Void> inChannel(ConversationId conversation, Fact fact, UserId user) {
        return fact.type() != ConversationType.CHANNEL
                ? Future.succeededFuture()
                : conversations.intervals(conversation, user).map(intervals -> {
                    if (intervals.stream().noneMatch(Interval::open)) {
                        throw RefusedException.of(ErrorCode.NOT_FOUND, "not a member of this conversation");
                    }
                    return null;
                });
    }

    /** Those of the users that exist. */
    public Future<Map<UserId, User>> users(Collection<UserId> wanted) {
        Map<UserId, User> found = new HashMap<>(profiles.getAllPresent(wanted));
        var missing = wanted.stream().filter(user -> !found.containsKey(user)).toList();
        if (missing.isEmpty()) {
            return Future.succeededFuture(found);
        }
        return users.byIds(missing).map(read -> {
            profiles.putAll(read);
            found.putAll(read);
            return found;
        });
    }

    /**
     * What a group's fold refuses a user who is no member, as the user may hear it: it does not know who was one, and who never
     * was hears what anybody hears of a conversation that does not exist.
     */
    Future<Outcome> veiled(ConversationId conversation, UserId user, Outcome outcome) {
        boolean refused = outcome instanceof Outcome.Rejected rejected && rejected.code() == ErrorCode.NOT_A_MEMBER;
        return refused
                ? conversations
                        .intervals(conversation, user)
                        .map(intervals -> intervals.isEmpty()
                                ? new Outcome.Rejected(ErrorCode.NOT_FOUND, NO_CONVERSATION)
                                : outcome)
                : Future.succeededFuture(outcome);
    }

    public static RefusedException noConversation() {
        return RefusedException.of(ErrorCode.NOT_FOUND, NO_CONVERSATION);
    }
}
