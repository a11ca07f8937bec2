package io.meridian.delivery;

import static io.meridian.delivery.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.log.EventLog;
import io.meridian.log.LogEntry;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Json;
import io.meridian.message.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadBatchTest {
    private static final ConversationId ROOM = new ConversationId("room");

    @Test
    void whatNobodyCanReadIsLeftOutAndTheRestIsInOrder() {
        LogEntry junk = entry(11, "junk", "{}");

        ReadBatch batch = ReadBatch.of(List.of(good(10), junk, good(12)));

        assertThat(batch.events()).extracting(SentEvent::seq).containsExactly(10L, 12L);
        assertThat(batch.unreadable()).singleElement().satisfies(one -> {
            assertThat(one.entry()).isEqualTo(junk);
            assertThat(one.why()).contains("offset 11");
        });
        assertThat(batch.newer()).isEmpty();
    }

    @Test
    void aWordThatCameLaterEndsTheBatchAndWhatIsBeforeItIsInIt() {
        StoredEvent event = message(11);
        String meta = text(Json.bytes(event.meta())).replace("\"write\"", "\"sideways\"");

        ReadBatch batch = ReadBatch.of(List.of(good(10), entry(11, text(event.json()), meta), good(12)));

        assertThat(batch.events()).extracting(SentEvent::seq).containsExactly(10L);
        assertThat(batch.unreadable()).isEmpty();
        assertThat(batch.newer())
                .get()
                .satisfies(newer ->
                        assertThat(newer).hasMessageContaining("sideways").hasMessageContaining("offset 11"));
    }

    @Test
    void aRoleThatCameLaterDoesTheSame() {
        StoredEvent made =
                Samples.created(ROOM, 5, ConversationType.GROUP, Samples.Way.write(5), user("ann"), user("bob"));
        String json = text(made.json()).replace("\"member\"", "\"guest\"");

        ReadBatch batch = ReadBatch.of(List.of(entry(5, json, text(Json.bytes(made.meta())))));

        assertThat(batch.newer()).isPresent();
        assertThat(batch.unreadable()).isEmpty();
    }

    private static LogEntry good(long offset) {
        return Samples.entry(offset, message(offset));
    }

    private static StoredEvent message(long seq) {
        return Samples.message(ROOM, seq, user("ann"), "hello", Samples.Way.write(1));
    }

    private static LogEntry entry(long offset, String json, String meta) {
        return new LogEntry(
                offset,
                0,
                new byte[0],
                json.getBytes(StandardCharsets.UTF_8),
                Map.of(EventLog.META, meta.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
