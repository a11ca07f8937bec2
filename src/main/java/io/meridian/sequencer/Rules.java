package io.meridian.sequencer;

import io.meridian.message.Action;
import io.meridian.message.Command;
import io.meridian.message.ConversationType;
import io.meridian.message.ErrorCode;
import io.meridian.message.Event;
import io.meridian.message.Fanout;
import io.meridian.message.Ids;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may change what, and which events that makes. Pure, and part of the fold: a change of what any record leads to
 * raises {@link Command#RULES}. Edits, deletes and reactions will be further cases of {@link #decide}.
 */
final class Rules {
    /** All events of a command lie in one bucket of 1,024. */
    static final int MAX_EVENTS = 512;

    private static final Decision ALREADY_SO = new Decision.AlreadySo();

    private Rules() {}

    static Decision decide(Draft draft, Input input, String payloadHash) {
        Command command = input.command();
        Action action = command.action();
        var change = new Change(draft, input, payloadHash);
        if (action instanceof Action.CreateDirect create) {
            return createDirect(draft, command, create, change);
        }
        if (action instanceof Action.CreateGroup create) {
            return create(draft, command, ConversationType.GROUP, create.title(), create.members(), change);
        }
        if (action instanceof Action.CreateChannel create) {
            return create(draft, command, ConversationType.CHANNEL, create.title(), create.members(), change);
        }
        if (!draft.exists()) {
            return new Decision.Refused(ErrorCode.NOT_FOUND, "no such conversation");
        }
        if (!mayAct(draft, command.actor())) {
            // that two others talk to each other is their secret: the id of a direct conversation can be computed
            return draft.type() == ConversationType.DIRECT
                    ? new Decision.Refused(ErrorCode.NOT_FOUND, "no such conversation")
                    : new Decision.Refused(ErrorCode.NOT_A_MEMBER, "you are not a member of this conversation");
        }
        if (action instanceof Action.Send send) {
            return change.event(header -> new Event.MessageCreated(header, send))
                    .decision();
        }
        if (draft.type() == ConversationType.DIRECT) {
            return new Decision.Refused(ErrorCode.INVALID, "a direct conversation stays as it is");
        }
        return changeOf(draft, command, action, change);
    }

    private static Decision changeOf(Draft draft, Command command, Action action, Change change) {
        if (action instanceof Action.AddMembers add) {
            return addMembers(draft, command, add, change);
        }
        if (action instanceof Action.RemoveMember remove) {
            return remove.user().equals(command.actor())
                    ? leave(draft, command.actor(), change)
                    : remove(draft, command, remove.user(), change);
        }
        if (action instanceof Action.ChangeRole role) {
            Decision changed = changeRole(draft, command.actor(), role, change);
            return changed instanceof Decision.Changed && namesTooMany(draft, command, role)
                    ? new Decision.Refused(ErrorCode.INVALID, "this channel has as many named roles as it can hold")
                    : changed;
        }
        if (action instanceof Action.ChangeTitle title) {
            return changeTitle(draft, command.actor(), title, change);
        }
        throw new IllegalStateException("no rule for " + action.getClass().getSimpleName());
    }

    /** A channel's plain members are known at the gateway; here it only counts who was thrown out. */
    private static boolean mayAct(Draft draft, UserId actor) {
        return draft.type() == ConversationType.CHANNEL
                ? !draft.members().banned().contains(actor)
                : draft.members().has(actor);
    }

    private static Decision createDirect(Draft draft, Command command, Action.CreateDirect create, Change change) {
        UserId peer = create.peer();
        if (peer.equals(command.actor()) || !command.conversationId().equals(Ids.direct(command.actor(), peer))) {
            return new Decision.Refused(ErrorCode.INVALID, "a direct conversation is one of its creator and another");
        }
        if (draft.exists()) {
            return ALREADY_SO;
        }
        List<Event.Member> members =
                List.of(new Event.Member(command.actor(), Role.MEMBER), new Event.Member(peer, Role.MEMBER));
        return change.create(ConversationType.DIRECT, null, members).decision();
    }

    private static Decision create(
            Draft draft, Command command, ConversationType type, String title, List<UserId> others, Change change) {
        if (!command.conversationId().equals(Ids.group(command.actor(), command.clientMessageId()))) {
            return new Decision.Refused(ErrorCode.INVALID, "not the id of what this creator makes");
        }
        if (draft.exists()) {
            return ALREADY_SO;
        }
        Set<UserId> distinct = new LinkedHashSet<>(others);
        distinct.remove(command.actor());
        if (distinct.size() + 1 > Math.min(MAX_EVENTS, command.limits().maxMembers())) {
            return new Decision.Refused(ErrorCode.INVALID, "too many members at once");
        }
        List<Event.Member> members = new ArrayList<>();
        members.add(new Event.Member(command.actor(), Role.OWNER));
        distinct.forEach(user -> members.add(new Event.Member(user, Role.MEMBER)));
        return change.create(type, title, members).decision();
    }

    private static Decision addMembers(Draft draft, Command command, Action.AddMembers add, Change change) {
        if (!draft.members().role(command.actor()).atLeast(Role.ADMIN)) {
            return new Decision.Refused(ErrorCode.FORBIDDEN, "only an owner or admin adds members");
        }
        Set<UserId> fresh = new LinkedHashSet<>(add.users());
        fresh.removeIf(draft.members()::has);
        if (fresh.isEmpty()) {
            return ALREADY_SO;
        }
        boolean group = draft.type() == ConversationType.GROUP;
        int limit = command.limits().maxMembers();
        if (fresh.size() > MAX_EVENTS || group && draft.members().count() + fresh.size() > limit) {
            return new Decision.Refused(
                    ErrorCode.INVALID, "at most " + MAX_EVENTS + " at once, and " + limit + " members of a group");
        }
        int members = draft.members().count();
        for (UserId user : fresh) {
            members++;
            if (group && members > command.limits().writeFanoutMembers()) {
                change.fanOut(Fanout.READ);
            }
            change.memberEvent(header -> new Event.MemberAdded(header, user, Role.MEMBER));
        }
        return change.decision();
    }

    private static Decision leave(Draft draft, UserId actor, Change change) {
        change.memberEvent(header -> new Event.MemberRemoved(header, actor, false));
        boolean owner = draft.members().role(actor) == Role.OWNER;
        if (owner) {
            draft.members()
                    .successor(actor)
                    .ifPresent(next -> change.event(header -> new Event.MemberRoleChanged(header, next, Role.OWNER)));
        }
        return change.decision();
    }

    private static Decision remove(Draft draft, Command command, UserId user, Change change) {
        Role actors = draft.members().role(command.actor());
        if (!actors.atLeast(Role.ADMIN) || draft.members().role(user).atLeast(actors)) {
            return new Decision.Refused(ErrorCode.FORBIDDEN, "only a stronger role removes a member");
        }
        boolean channel = draft.type() == ConversationType.CHANNEL;
        if (channel ? draft.members().banned().contains(user) : !draft.members().has(user)) {
            return new Decision.Refused(ErrorCode.NOT_FOUND, "not a member of this conversation");
        }
        if (channel && draft.members().banned().size() >= command.limits().maxBans()) {
            return new Decision.Refused(ErrorCode.INVALID, "this channel has as many bans as it can hold");
        }
        return change.memberEvent(header -> new Event.MemberRemoved(header, user, channel))
                .decision();
    }

    private static Decision changeRole(Draft draft, UserId actor, Action.ChangeRole change, Change made) {
        UserId user = change.user();
        if (draft.members().role(actor) != Role.OWNER) {
            return new Decision.Refused(ErrorCode.FORBIDDEN, "only the owner changes roles");
        }
        boolean known = draft.type() == ConversationType.CHANNEL
                ? !draft.members().banned().contains(user)
                : draft.members().has(user);
        if (!known) {
            return new Decision.Refused(ErrorCode.NOT_FOUND, "not a member of this conversation");
        }
        if (draft.members().role(user) == change.role()) {
            return ALREADY_SO;
        }
        if (user.equals(actor)) {
            return new Decision.Refused(ErrorCode.INVALID, "an owner names another owner instead");
        }
        made.event(header -> new Event.MemberRoleChanged(header, user, change.role()));
        if (change.role() == Role.OWNER) {
            made.event(header -> new Event.MemberRoleChanged(header, actor, Role.ADMIN));
        }
        return made.decision();
    }

    /** Of a channel the fold keeps those with a role above member, and as many as a group may have. */
    private static boolean namesTooMany(Draft draft, Command command, Action.ChangeRole change) {
        return change.role() != Role.MEMBER
                && !draft.members().has(change.user())
                && draft.members().count() >= command.limits().maxMembers();
    }

    private static Decision changeTitle(Draft draft, UserId actor, Action.ChangeTitle change, Change made) {
        if (!draft.members().role(actor).atLeast(Role.ADMIN)) {
            return new Decision.Refused(ErrorCode.FORBIDDEN, "only an owner or admin changes the title");
        }
        return change.title().equals(draft.title())
                ? ALREADY_SO
                : made.event(header -> new Event.ConversationUpdated(header, change.title()))
                        .decision();
    }
}
