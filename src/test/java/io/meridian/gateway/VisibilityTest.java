package io.meridian.gateway;

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
        Visibility visible = Visibility.of(ConversationType.GROUP, List.of(interval(5, 0)));

        assertThat(visible.member()).isTrue();
        assertThat(visible.sees(4)).isFalse();
        assertThat(visible.sees(5)).isTrue();
        assertThat(visible.sees(Seq.MAX)).isTrue();
    }

    @Test
    void formerMemberSeesUpToTheOwnRemovalEachTime() {
        Visibility visible = Visibility.of(ConversationType.GROUP, List.of(interval(5, 9), interval(20, 30)));

        assertThat(visible.member()).isFalse();
        assertThat(visible.sees(9)).isTrue();
        assertThat(visible.sees(10)).isFalse();
        assertThat(visible.sees(20)).isTrue();
        assertThat(visible.sees(31)).isFalse();
    }

    @Test
    void channelIsOpenToItsMembersOnly() {
        assertThat(Visibility.of(ConversationType.CHANNEL, List.of(interval(50, 0)))
                        .sees(1))
                .isTrue();
        assertThat(Visibility.of(ConversationType.CHANNEL, List.of(interval(50, 60)))
                        .sees(1))
                .isFalse();
        assertThat(Visibility.of(ConversationType.CHANNEL, List.of()).nothing()).isTrue();
    }
}
