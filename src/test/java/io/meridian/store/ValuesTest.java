package io.meridian.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.DeviceId;
import io.meridian.message.Fanout;
import io.meridian.message.Role;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ValuesTest {
    private static final UserId USER = new UserId("u1");

    @Test
    void aMemberSeesFromItsJoiningToItsRemoval() {
        Interval ended = new Interval(USER, Role.MEMBER, 5, 9);
        Interval open = new Interval(USER, Role.MEMBER, 12, 0);

        assertThat(LongStream.rangeClosed(1, 20).filter(ended::sees)).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(LongStream.rangeClosed(1, 14).filter(open::sees)).containsExactly(12L, 13L, 14L);
    }

    @Test
    void aMembershipIsCurrentUntilANewerRemoval() {
        assertThat(membership(5, 0).current()).isTrue();
        assertThat(membership(5, 9).current()).isFalse();
        assertThat(membership(12, 9).current()).isTrue();
    }

    @Test
    void secretsAreNotPrinted() {
        User user = new User(USER, "ann", "Ann", TestStore.REGION, TestStore.NOW);

        assertThat(new Credentials(user, "hash-1").toString()).contains("u1").doesNotContain("hash-1");
        assertThat(new RefreshFamily("f", USER, "hash-2", null, false, TestStore.NOW).toString())
                .contains("u1")
                .doesNotContain("hash-2");
        assertThat(new Device(new DeviceId("phone"), "ios", "token-3", TestStore.NOW).toString())
                .contains("phone")
                .doesNotContain("token-3");
    }

    @Test
    void aBatchOfEventsIsCutBetweenCommandsWhenItGetsTooLarge() {
        ConversationId id = TestStore.conversation();
        String large = "x".repeat(60_000);
        List<StoredEvent> events = LongStream.rangeClosed(1, 50)
                .mapToObj(seq -> TestStore.message(id, seq, large))
                .toList();

        List<List<StoredEvent>> parts = EventBatchStatement.parts(events);

        assertThat(parts.stream().flatMap(List::stream)).containsExactlyElementsOf(events);
        assertThat(parts)
                .hasSize(3)
                .allSatisfy(part -> assertThat(part.stream()
                                .mapToInt(event -> event.json().length)
                                .sum())
                        .isLessThan(2 * EventBatchStatement.MAX_BATCH_BYTES));
        assertThat(EventBatchStatement.parts(events.subList(0, 10))).hasSize(1);
    }

    private static Membership membership(long addedSeq, long removedSeq) {
        return new Membership(new ConversationId("c"), ConversationType.GROUP, Fanout.WRITE, addedSeq, removedSeq);
    }
}
