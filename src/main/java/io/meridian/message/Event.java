package io.meridian.message;

import java.time.Instant;
import java.util.List;

/** One change to a conversation, as every client sees it: live, in history and in sync. */
public sealed interface Event {

    Header header();

    /** The event's name on the wire. */
    String eventType();

    /**
     * What every event has.
     *
     * @param prevSeq the {@code seq} of the event before it, 0 before the first
     * @param ordinal user messages up to and with this event
     * @param commandId id of the command that caused it; a message's {@code messageId}
     * @param at append time of the command's record
     * @param region that ordered it
     */
    record Header(
            ConversationId conversationId,
            long seq,
            long prevSeq,
            long ordinal,
            MessageId commandId,
            ClientMessageId clientMessageId,
            UserId actor,
            Instant at,
            RegionId region) {}

    /** A user and the role in the conversation. */
    record Member(UserId userId, Role role) {}

    record MessageCreated(Header header, Action.Send message) implements Event {
        @Override
        public String eventType() {
            return "message_created";
        }
    }

    /** Lists the first members and is each one's {@code member_added}. {@code title} may be null. */
    record ConversationCreated(Header header, ConversationType type, String title, RegionId home, List<Member> members)
            implements Event {
        public ConversationCreated {
            members = List.copyOf(members);
        }

        @Override
        public String eventType() {
            return "conversation_created";
        }
    }

    record ConversationUpdated(Header header, String title) implements Event {
        @Override
        public String eventType() {
            return "conversation_updated";
        }
    }

    record MemberAdded(Header header, UserId user, Role role) implements Event {
        @Override
        public String eventType() {
            return "member_added";
        }
    }

    /** {@code banned}: removed from a channel by somebody else, and not to return until added again. */
    record MemberRemoved(Header header, UserId user, boolean banned) implements Event {
        @Override
        public String eventType() {
            return "member_removed";
        }
    }

    record MemberRoleChanged(Header header, UserId user, Role role) implements Event {
        @Override
        public String eventType() {
            return "member_role_changed";
        }
    }
}
