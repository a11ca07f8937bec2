package io.meridian.conversation;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationType;
import io.meridian.message.Ids;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.meridian.store.User;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes conversations. */
public final class Creations {
    private final CommandCalls calls;
    private final Facts facts;

    public Creations(CommandCalls calls, Facts facts) {
        this.calls = calls;
        this.facts = facts;
    }

    /** Done when its members can see it; of a repetition, or a direct one that was there before, {@code duplicate}. */
    public Future<Outcome.Done> make(UserId creator, ClientMessageId id, Creation wanted) {
        List<UserId> all = new ArrayList<>(wanted.others());
        all.add(creator);
        return facts.users(all).compose(users -> {
            existing(wanted.others(), users);
            return wanted.type() == ConversationType.DIRECT
                    ? direct(creator, wanted.others().get(0), id, users)
                    : group(creator, id, wanted, users);
        });
    }

    private Future<Outcome.Done> direct(UserId creator, UserId peer, ClientMessageId id, Map<UserId, User> users) {
        // Of two who ask at once both must name the same home: the smaller one's.
        UserId smaller = creator.compareTo(peer) <= 0 ? creator : peer;
        return calls.make(
                Ids.direct(creator, peer), user(users, smaller).home(), creator, id, new Action.CreateDirect(peer));
    }

    private Future<Outcome.Done> group(UserId creator, ClientMessageId id, Creation wanted, Map<UserId, User> users) {
        Action action = wanted.type() == ConversationType.GROUP
                ? new Action.CreateGroup(wanted.titleOrNull(), wanted.others())
                : new Action.CreateChannel(wanted.titleOrNull(), wanted.others());
        return calls.make(Ids.group(creator, id), user(users, creator).home(), creator, id, action);
    }

    static List<UserId> existing(List<UserId> wanted, Map<UserId, User> users) {
        wanted.stream().filter(user -> !users.containsKey(user)).findFirst().ifPresent(unknown -> {
            throw RefusedException.invalid("memberIds", "names a user that does not exist: " + unknown);
        });
        return wanted;
    }

    /** The caller's own row can be missing only if the account was made elsewhere and has not arrived here. */
    private static User user(Map<UserId, User> users, UserId user) {
        User found = users.get(user);
        if (found == null) {
            throw Refusals.unavailable();
        }
        return found;
    }
}
