package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationType;
import io.meridian.message.Role;
import io.meridian.message.Seq;
import io.meridian.message.UserId;
import io.meridian.store.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisibilityTest {
    private static Interval interval(long added, long removed) {
        return new Interval(new UserId("user"), Role.MEMBER, added, removed);
    }

    @Test
    void memberOfAGroupSeesFromTheOwnJoiningOn() {
        Visibility visible = Visibility.of(ConversationType.GROUP, List.of(interval(5, 0)), Seq.MAX);

        assertThat(visible.member()).isTrue();
        assertThat(visible.sees(4)).isFalse();
        assertThat(visible.sees(5)).isTrue();
        assertThat(visible.sees(Seq.MAX)).isTrue();
    }

    @Test
    void formerMemberSeesUpToTheOwnRemovalEachTime() {
        Visibility visible = Visibility.of(ConversationType.GROUP, List.of(interval(5, 9), interval(20, 30)), Seq.MAX);

        assertThat(visible.member()).isFalse();
        assertThat(visible.sees(9)).isTrue();
        assertThat(visible.sees(10)).isFalse();
        assertThat(visible.sees(20)).isTrue();
        assertThat(visible.sees(31)).isFalse();
    }

    @Test
    void channelIsOpenToItsMembersOnly() {
        assertThat(Visibility.of(ConversationType.CHANNEL, List.of(interval(50, 0)), Seq.MAX)
                        .sees(1))
                .isTrue();
        assertThat(Visibility.of(ConversationType.CHANNEL, List.of(interval(50, 60)), Seq.MAX)
                        .sees(1))
                .isFalse();
        assertThat(Visibility.of(ConversationType.CHANNEL, List.of(), Seq.MAX).nothing())
                .isTrue();
    }

    @Test
    void removalThatIsNotProjectedYetEndsWhatIsSeenAllTheSame() {
        UserId user = new UserId("user");
        List<Interval> known = Visibility.caughtUp(
                user,
                List.of(interval(5, 0)),
                List.of(
                        Events.removal(9, user),
                        Events.message(10, 9),
                        Events.joining(11, user),
                        Events.message(12, 11)));

        Visibility visible = Visibility.of(ConversationType.GROUP, known, 12);
        assertThat(visible.ranges()).containsExactly(new Visibility.Range(5, 9), new Visibility.Range(11, 12));
        assertThat(visible.sees(10)).isFalse();
    }

    @Test
    void whatIsProjectedAlreadyIsNotCountedTwiceAndOthersDoNotCount() {
        UserId user = new UserId("user");
        List<Interval> projected = List.of(interval(5, 9), interval(11, 0));
        List<Interval> known = Visibility.caughtUp(
                user,
                projected,
                List.of(Events.removal(9, user), Events.joining(11, user), Events.removal(12, new UserId("other"))));

        assertThat(known).isEqualTo(projected);
    }

    @Test
    void whatIsNewerThanTheMembershipsThatWereReadIsNotSeenYet() {
        assertThat(Visibility.of(ConversationType.GROUP, List.of(interval(5, 0)), 8)
                        .sees(9))
                .isFalse();
    }
}
