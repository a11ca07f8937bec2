package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a command asks for. Edits, deletes and reactions will be further cases, each with an event of its own. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Action.CreateDirect.class, name = "create_direct"),
    @JsonSubTypes.Type(value = Action.CreateGroup.class, name = "create_group"),
    @JsonSubTypes.Type(value = Action.CreateChannel.class, name = "create_channel"),
    @JsonSubTypes.Type(value = Action.Send.class, name = "send"),
    @JsonSubTypes.Type(value = Action.AddMembers.class, name = "add_members"),
    @JsonSubTypes.Type(value = Action.RemoveMember.class, name = "remove_member"),
    @JsonSubTypes.Type(value = Action.ChangeRole.class, name = "change_role"),
    @JsonSubTypes.Type(value = Action.ChangeTitle.class, name = "change_title")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Action {

    /** The one conversation of the actor and {@code peer}. */
    record CreateDirect(UserId peer) implements Action {}

    /** A group of the actor, its owner, and {@code members} (without the actor, no one twice). {@code title} may be null. */
    record CreateGroup(String title, List<UserId> members) implements Action {
        public CreateGroup {
            members = List.copyOf(members);
        }
    }

    /** A channel of the actor, its owner, and its first {@code members}. {@code title} may be null. */
    record CreateChannel(String title, List<UserId> members) implements Action {
        public CreateChannel {
            members = List.copyOf(members);
        }
    }

    /** A user's message. {@code replyTo} may be null; lists are never null. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Send(
            MessageType messageType, String content, List<String> mediaIds, MessageId replyTo, List<UserId> mentions)
            implements Action {
        public Send {
            mediaIds = mediaIds == null ? List.of() : List.copyOf(mediaIds);
            mentions = mentions == null ? List.of() : List.copyOf(mentions);
            content = content == null ? "" : content;
        }
    }

    /** Adds {@code users} as members; one that is a member already stays as it is. */
    record AddMembers(List<UserId> users) implements Action {
        public AddMembers {
            users = List.copyOf(users);
        }
    }

    /** Removes {@code user}; the actor itself: leaves. */
    record RemoveMember(UserId user) implements Action {}

    record ChangeRole(UserId user, Role role) implements Action {}

    record ChangeTitle(String title) implements Action {}
}
