package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.RegionId;
import io.meridian.store.ConversationHead;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConversationViewsTest {
    private static ConversationHead head(ConversationType type, long lastSeq) {
        return new ConversationHead(
                new ConversationId("chat"),
                type,
                "title",
                new RegionId("us-east"),
                Instant.EPOCH,
                Fanout.WRITE,
                lastSeq,
                1,
                "{\"content\":\"before your time\"}".getBytes(StandardCharsets.UTF_8));
    }

    /** A membership is projected before the head that lies behind it. */
    @Test
    void aNewMemberDoesNotSeeTheLastEventFromBeforeItsTime() {
        ConversationHead seen = ConversationViews.since(8, head(ConversationType.GROUP, 7));

        assertThat(seen.lastEvent()).isNull();
        assertThat(seen.lastSeq()).isEqualTo(7);
        assertThat(seen.title()).isEqualTo("title");
    }

    @Test
    void whatCameSinceIsSeenAndInAChannelEverything() {
        ConversationHead own = head(ConversationType.GROUP, 8);
        ConversationHead channel = head(ConversationType.CHANNEL, 7);

        assertThat(ConversationViews.since(8, own)).isSameAs(own);
        assertThat(ConversationViews.since(8, channel)).isSameAs(channel);
    }
}
