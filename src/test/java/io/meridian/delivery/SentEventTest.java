package io.meridian.delivery;

import static io.meridian.delivery.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.log.EventLog;
import io.meridian.log.LogEntry;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Json;
import io.meridian.message.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentEventTest {
    private static final ConversationId ROOM = new ConversationId("room");

    @Test
    void readsTheHeadOfAMessageWhateverItsContent() {
        StoredEvent stored =
                Samples.message(ROOM, 42, user("ann"), "{\"seq\": 7, \"senderId\": \"eve\"}", Samples.Way.write(3));

        SentEvent event = Samples.sent(stored);

        assertThat(event.conversationId()).isEqualTo(ROOM);
        assertThat(event.seq()).isEqualTo(42);
        assertThat(event.ordinal()).isEqualTo(42);
        assertThat(event.actor()).isEqualTo(user("ann"));
        assertThat(event.meta()).isEqualTo(stored.meta());
        assertThat(event.named()).isEmpty();
        assertThat(event.json()).isEqualTo(stored.json());
    }

    @Test
    void namesTheUsersWhoseMembershipChanges() {
        assertThat(Samples.sent(Samples.created(
                                ROOM, 1, ConversationType.GROUP, Samples.Way.write(1), user("ann"), user("bob")))
                        .named())
                .containsExactly(user("ann"), user("bob"));
        assertThat(Samples.sent(Samples.added(ROOM, 2, user("ann"), user("eve"), Samples.Way.write(2)))
                        .named())
                .containsExactly(user("eve"));
        assertThat(Samples.sent(Samples.removed(ROOM, 3, user("ann"), user("bob"), Samples.Way.write(3)))
                        .named())
                .containsExactly(user("bob"));
    }

    @Test
    void aRecordThatIsNoEventIsSaidToBeUnreadable() {
        StoredEvent stored = Samples.message(ROOM, 1, user("ann"), "hello", Samples.Way.write(1));
        byte[] meta = Json.bytes(stored.meta());
        assertUnreadable(stored.json(), Map.of());
        assertUnreadable(null, Map.of(EventLog.META, meta));
        for (String text : new String[] {"", "{}", "[]", "not json", "{\"eventType\":\"message_created\"}"}) {
            assertUnreadable(text.getBytes(StandardCharsets.UTF_8), Map.of(EventLog.META, meta));
        }
        assertUnreadable(stored.json(), Map.of(EventLog.META, "?".getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertUnreadable(byte[] value, Map<String, byte[]> headers) {
        assertThatThrownBy(() -> SentEvent.decode(new LogEntry(5, 0, new byte[0], value, headers)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offset 5");
    }
}
