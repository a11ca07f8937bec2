package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One change that a user asks of one conversation, as it lies in {@code chat.commands}.
 *
 * @param rules version of the fold's rules that it was made for, see {@link #RULES}
 * @param home the region that the conversation belongs to, whoever owns it now
 * @param actor who asks; authenticated by the gateway
 * @param clientMessageId never null: the gateway makes one where the caller gave none
 * @param originDevice the device that sent it over a live connection and is answered there, or null
 * @param replyTo null when nobody waits
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Command(
        int rules,
        ConversationId conversationId,
        RegionId home,
        UserId actor,
        ClientMessageId clientMessageId,
        DeviceId originDevice,
        ReplyTo replyTo,
        FoldLimits limits,
        Action action)
        implements LogRecord {

    /** The version of the rules of this code. A change of what any record leads to raises it. */
    public static final int RULES = 1;

    @JsonIgnore
    public MessageId id() {
        return Ids.message(conversationId, actor, clientMessageId);
    }
}
