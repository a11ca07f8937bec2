package io.meridian.conversation;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.meridian.store.ConversationStore;
import io.meridian.store.Interval;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Adds members to conversations. */
public final class Additions {
    /** Each is an event, and those of one command are one batch of the store. */
    private static final int MAX_ADDED = 100;

    private final ConversationStore conversations;
    private final CommandCalls calls;
    private final Facts facts;

    public Additions(ConversationStore conversations, CommandCalls calls, Facts facts) {
        this.conversations = conversations;
        this.calls = calls;
        this.facts = facts;
    }

    /** {@code memberIds} as in a creation; one alone may be given as {@code userId}. */
    public static List<UserId> read(Fields body) {
        Stream<UserId> one = body.optional("userId", UserId::new).stream();
        Stream<UserId> many =
                Stream.of("memberIds", "userIds").flatMap(field -> body.values(field, MAX_ADDED, UserId::new).stream());
        List<UserId> users = Stream.concat(one, many).distinct().sorted().toList();
        if (users.isEmpty()) {
            body.reject("memberIds", "must name at least one user");
        }
        if (users.size() > MAX_ADDED) {
            body.reject("memberIds", "names " + users.size() + " users, " + MAX_ADDED + " are allowed at once");
        }
        body.check();
        return users;
    }

    /**
     * Empty: all of them are in the channel already. Who may not ask is refused before anything is read of the conversation: what
     * is there already would tell a stranger who is in it.
     */
    public Future<Optional<Outcome.Done>> make(
            ConversationId conversation, UserId actor, ClientMessageId id, List<UserId> users) {
        return calls.admitted(conversation, actor)
                .compose(fact -> facts.users(users)
                        .map(found -> Creations.existing(users, found))
                        .compose(existing -> fresh(conversation, fact, existing))
                        .compose(fresh -> fresh.isEmpty()
                                ? Future.succeededFuture(Optional.<Outcome.Done>empty())
                                : calls.change(conversation, fact, actor, id, new Action.AddMembers(fresh))
                                        .map(Optional::of)));
    }

    /**
     * The fold does not know a channel's plain members: to add one again would be to begin the membership, and what is
     * unread, anew. So they are left out here.
     */
    private Future<List<UserId>> fresh(ConversationId conversation, Facts.Fact fact, List<UserId> users) {
        return fact.type() == ConversationType.CHANNEL ? outside(conversation, users) : Future.succeededFuture(users);
    }

    /** Those of {@code users} who are not members now. */
    private Future<List<UserId>> outside(ConversationId conversation, List<UserId> users) {
        List<Future<Boolean>> member = users.stream()
                .map(user -> conversations
                        .intervals(conversation, user)
                        .map(intervals -> intervals.stream().anyMatch(Interval::open)))
                .toList();
        return Future.all(member)
                .map(known -> users.stream()
                        .filter(user -> !member.get(users.indexOf(user)).result())
                        .toList());
    }
}
