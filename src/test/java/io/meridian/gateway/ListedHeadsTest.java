package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.RegionId;
import io.meridian.store.ConversationHead;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListedHeadsTest {
    private static final int LARGE = 60_000;

    private final Map<ConversationId, ConversationHead> stored = new HashMap<>();
    private final List<Integer> asked = new ArrayList<>();

    private static ConversationId id(int number) {
        return new ConversationId(String.format("%032x", number));
    }

    private List<ConversationId> store(int count, int bytes) {
        List<ConversationId> ids =
                IntStream.range(0, count).mapToObj(ListedHeadsTest::id).toList();
        ids.forEach(id -> stored.put(
                id,
                new ConversationHead(
                        id,
                        ConversationType.GROUP,
                        null,
                        new RegionId("us-east"),
                        Instant.EPOCH,
                        Fanout.WRITE,
                        1,
                        1,
                        new byte[bytes])));
        return ids;
    }

    private Future<Map<ConversationId, ConversationHead>> heads(Collection<ConversationId> ids) {
        asked.add(ids.size());
        Map<ConversationId, ConversationHead> found = new HashMap<>(stored);
        found.keySet().retainAll(List.copyOf(ids));
        return Future.succeededFuture(found);
    }

    private ListedHeads page(List<ConversationId> ids, int limit) {
        return ListedHeads.read(ids, limit, this::heads).result();
    }

    @Test
    void aPageOfLargeLastEventsEndsAtItsBytesAndTheNextBeginsBehindIt() {
        List<ConversationId> ids = store(100, LARGE);
        List<ConversationId> read = new ArrayList<>();
        ListedHeads page = page(ids, 100);
        assertThat(asked).containsExactly(ListedHeads.STEP);
        while (true) {
            assertThat(page.heads().size() * LARGE).isLessThanOrEqualTo(ListedHeads.MAX_BYTES);
            page.heads().forEach(head -> read.add(head.conversationId()));
            if (page.next() == null) {
                break;
            }
            ConversationId last = new ConversationId(Cursors.name(page.next()));
            page = page(ids.subList(ids.indexOf(last) + 1, ids.size()), 100);
        }
        assertThat(read).isEqualTo(ids);
    }

    @Test
    void oneThatIsLargerThanAPageIsAPage() {
        List<ConversationId> ids = store(2, ListedHeads.MAX_BYTES + 1);
        assertThat(page(ids, 50).heads()).hasSize(1);
        assertThat(page(ids.subList(1, 2), 50).next()).isNull();
    }

    @Test
    void aPageOfSmallOnesHasItsLimitAndThoseThatAreGoneArePassed() {
        List<ConversationId> ids = store(100, 10);
        stored.remove(ids.get(3));
        ListedHeads page = page(ids, 50);
        assertThat(page.heads()).hasSize(49);
        assertThat(Cursors.name(page.next())).isEqualTo(ids.get(49).value());
        assertThat(page(ids.subList(50, 100), 50).next()).isNull();
        assertThat(page(List.of(), 50).next()).isNull();
    }
}
