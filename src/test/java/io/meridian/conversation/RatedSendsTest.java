package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.meridian.limits.RateLimits;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.MessageId;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RatedSendsTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final ConversationId CHAT = new ConversationId("chat");
    private static final RegionId HOME = new RegionId("us-east");
    private static final ClientMessageId ID = new ClientMessageId("id");
    private static final Commands.Draft TITLE = draft(new Action.ChangeTitle("t"));
    private static final Outcome REFUSED = new Outcome.Rejected(ErrorCode.NOT_A_MEMBER, "you are not a member");

    private final RateLimits rates = new RateLimits(
            LimitSettings.standard(10)
                    .with(Limit.USER_MESSAGES, new Rate(1, 3))
                    .with(Limit.CONVERSATION_MESSAGES, new Rate(1, 5))
                    .with(Limit.USER_MEMBERSHIPS, new Rate(0.5, 20)),
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
        assertThat(sends.user(BOB).succeeded()).isTrue();
    }

    @Test
    void whatTheFoldRefusesTakesNothingFromTheConversation() {
        for (int i = 0; i < 50; i++) {
            sends.change(TITLE);
            sends.outcome(TITLE, REFUSED);
        }
        for (int i = 0; i < 5; i++) {
            sends.change(TITLE);
            sends.outcome(TITLE, done(true));
        }
        assertThatThrownBy(() -> sends.change(TITLE)).hasMessageContaining("messages in a conversation");
    }

    @Test
    void everyMembershipCountsAndTheMakersOwnToo() {
        sends.change(draft(new Action.CreateGroup("t", users(5))));
        sends.change(draft(new Action.CreateChannel("t", users(5))));
        sends.change(draft(new Action.CreateDirect(BOB)));
        sends.change(draft(new Action.AddMembers(users(6))));

        assertThatThrownBy(() -> sends.change(draft(new Action.AddMembers(users(1)))))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
                    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(2));
                });
        sends.change(new Commands.Draft(CHAT, HOME, BOB, ID, null, 1, new Action.AddMembers(users(1))));
    }

    @Test
    void aRefusalOfMembershipsTakesNothing() {
        sends.change(draft(new Action.CreateGroup("t", users(15))));
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> sends.change(draft(new Action.AddMembers(users(5)))))
                    .hasMessageContaining("memberships");
        }
        sends.change(draft(new Action.AddMembers(users(4))));
    }

    @Test
    void membershipsThatWereThereBeforeOrAreRefusedAreGivenBack() {
        Commands.Draft direct = draft(new Action.CreateDirect(BOB));
        for (int i = 0; i < 50; i++) {
            sends.change(direct);
            sends.outcome(direct, i % 2 == 0 ? done(true) : REFUSED);
        }
        for (int i = 0; i < 10; i++) {
            sends.change(direct);
            sends.outcome(direct, done(false));
        }
        assertThatThrownBy(() -> sends.change(direct)).hasMessageContaining("memberships");
    }

    private static Commands.Draft draft(Action action) {
        return new Commands.Draft(CHAT, HOME, ANN, ID, null, 1, action);
    }

    private static List<UserId> users(int count) {
        return IntStream.range(0, count).mapToObj(i -> new UserId("u" + i)).toList();
    }

    private static Outcome done(boolean duplicate) {
        return new Outcome.Done(CHAT, new MessageId("m"), 1, 0, 1, 0, duplicate);
    }
}
