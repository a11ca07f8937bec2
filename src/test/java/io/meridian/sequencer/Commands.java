package io.meridian.sequencer;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.Command;
import io.meridian.message.ConversationId;
import io.meridian.message.FoldLimits;
import io.meridian.message.Ids;
import io.meridian.message.MessageType;
import io.meridian.message.Ownership;
import io.meridian.message.RegionId;
import io.meridian.message.Role;
import io.meridian.message.Seq;
import io.meridian.message.UserId;
import java.util.List;
import java.util.Optional;

/** Commands of one group, for tests of the fold. */
final class Commands {
    static final RegionId US = new RegionId("us-east");
    static final Ownership OWNED = new Ownership(US, Seq.epochOf(1, 0), US);
    static final String LOG = "topic/0";
    static final UserId ANN = new UserId("ann");
    static final UserId BOB = new UserId("bob");
    static final UserId CAT = new UserId("cat");
    static final UserId DAN = new UserId("dan");
    static final ConversationId GROUP = Ids.group(ANN, new ClientMessageId("create"));

    private Commands() {}

    static Command command(UserId actor, String id, Action action) {
        return command(actor, id, action, FoldLimits.DEFAULT);
    }

    static Command command(UserId actor, String id, Action action, FoldLimits limits) {
        return new Command(Command.RULES, GROUP, US, actor, new ClientMessageId(id), null, null, limits, action);
    }

    static Command create(UserId... others) {
        return command(ANN, "create", new Action.CreateGroup("Friends", List.of(others)));
    }

    static Command send(UserId actor, String id) {
        return send(actor, id, "text of " + id);
    }

    static Command send(UserId actor, String id, String content) {
        return command(actor, id, new Action.Send(MessageType.TEXT, content, List.of(), null, List.of()));
    }

    static Command add(UserId actor, String id, UserId... users) {
        return command(actor, id, new Action.AddMembers(List.of(users)));
    }

    static Command remove(UserId actor, String id, UserId user) {
        return command(actor, id, new Action.RemoveMember(user));
    }

    static Command role(UserId actor, String id, UserId user, Role role) {
        return command(actor, id, new Action.ChangeRole(user, role));
    }

    static Command title(UserId actor, String id, String title) {
        return command(actor, id, new Action.ChangeTitle(title));
    }

    static Input at(long offset, Command command) {
        return at(offset, 1_000_000 + offset * 1_000, command);
    }

    static Input at(long offset, long atMs, Command command) {
        return new Input(LOG, offset, atMs, command, Optional.of(OWNED), Optional.empty());
    }
}
