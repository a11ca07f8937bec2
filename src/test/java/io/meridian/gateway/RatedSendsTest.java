package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.meridian.limits.RateLimits;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.MessageId;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import org.junit.jupiter.api.Test;

class RatedSendsTest {
    private static final UserId ANN = new UserId("ann");
    private static final ConversationId CHAT = new ConversationId("chat");

    private final RateLimits rates = new RateLimits(
            LimitSettings.standard(10)
                    .with(Limit.USER_MESSAGES, new Rate(1, 3))
                    .with(Limit.CONVERSATION_MESSAGES, new Rate(1, 5)),
            () -> 0);
    /** Nobody asks for a size below the large conversations' burst. */
    private final RatedSends sends = new RatedSends(rates, null);

    @Test
    void aUserIsRefusedByAFailureThatSaysSo() {
        for (int i = 0; i < 3; i++) {
            assertThat(sends.user(ANN).succeeded()).isTrue();
        }
        assertThat(sends.user(ANN).cause())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED));
        assertThat(sends.user(new UserId("bob")).succeeded()).isTrue();
    }

    @Test
    void whatTheFoldRefusesTakesNothingFromTheConversation() {
        for (int i = 0; i < 50; i++) {
            sends.conversation(CHAT);
            sends.outcome(CHAT, new Outcome.Rejected(ErrorCode.NOT_A_MEMBER, "you are not a member"));
        }
        for (int i = 0; i < 5; i++) {
            sends.conversation(CHAT);
            sends.outcome(CHAT, new Outcome.Done(CHAT, new MessageId("m"), 1, 0, 1, 0, true));
        }
        assertThatThrownBy(() -> sends.conversation(CHAT)).hasMessageContaining("messages in a conversation");
    }
}
