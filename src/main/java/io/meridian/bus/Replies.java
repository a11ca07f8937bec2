package io.meridian.bus;

import io.meridian.message.Outcome;
import java.util.List;

/** Outcomes for one gateway, of one batch. */
public record Replies(List<Reply> replies) {
    /** {@code request}: the gateway's own number, from the command's {@code replyTo}. */
    public record Reply(long request, Outcome outcome) {}

    public Replies {
        replies = List.copyOf(replies);
    }
}
