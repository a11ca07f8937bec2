package io.meridian.store;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.RegionId;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import java.time.Instant;

/**
 * One change to the tables that are read by people's requests and never by the fold. Pure values: each can be made again
 * from an event's row and applied again, late and in any order against newer ones, for every cell carries the {@code seq} of
 * its event as its timestamp.
 */
public sealed interface Projection {

    ConversationId conversationId();

    /** Position of the causing event, the timestamp of every cell written for it. */
    long at();

    /** A conversation was made; none of this ever changes. */
    record Made(ConversationId conversationId, ConversationType type, RegionId home, Instant createdAt, long seq)
            implements Projection {
        @Override
        public long at() {
            return seq;
        }
    }

    /** The conversation has another title from {@code seq} on. */
    record Titled(ConversationId conversationId, String title, long seq) implements Projection {
        @Override
        public long at() {
            return seq;
        }
    }

    /** How far the conversation has got with its event {@code lastSeq}, whose JSON is {@code lastEvent}. */
    record Head(ConversationId conversationId, Fanout fanout, long lastSeq, long lastOrdinal, byte[] lastEvent)
            implements Projection {
        @Override
        public long at() {
            return lastSeq;
        }
    }

    /** A user became a member at {@code addedSeq} and has read everything up to there. */
    record Joined(
            ConversationId conversationId,
            ConversationType type,
            Fanout fanout,
            UserId user,
            Role role,
            long addedSeq,
            long addedOrdinal)
            implements Projection {
        @Override
        public long at() {
            return addedSeq;
        }
    }

    /** A user's membership ended with event {@code removedSeq}. */
    record Left(ConversationId conversationId, UserId user, long removedSeq) implements Projection {
        @Override
        public long at() {
            return removedSeq;
        }
    }

    /** The role of the membership that covers {@code seq}. */
    record RoleChanged(ConversationId conversationId, UserId user, Role role, long seq) implements Projection {
        @Override
        public long at() {
            return seq;
        }
    }

    /**
     * From {@code seq} on events reach devices in another way: told to the list of conversations of every current member.
     * The members are read from the projection itself, for the row of the event doesn't list them.
     */
    record FanoutChanged(ConversationId conversationId, Fanout fanout, long seq) implements Projection {
        @Override
        public long at() {
            return seq;
        }
    }

    /** A user has read up to {@code seq}, the {@code ordinal}-th user message. */
    record Read(ConversationId conversationId, UserId user, long seq, long ordinal) implements Projection {
        @Override
        public long at() {
            return seq;
        }
    }
}
