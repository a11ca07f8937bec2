package io.meridian.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a device has on its disk: its conversations and its outbox. It outlives connections and restarts of the app; a device
 * that loses it is a new device and takes a new {@code deviceId}. Pure; not thread-safe.
 */
final class DeviceState {
    private final String userId;
    private final Outbox outbox;
    private final Map<String, ConversationLog> logs = new TreeMap<>();

    DeviceState(String userId, Outbox outbox) {
        this.userId = userId;
        this.outbox = outbox;
    }

    Outbox outbox() {
        return outbox;
    }

    ConversationLog log(String conversationId) {
        return logs.computeIfAbsent(conversationId, id -> new ConversationLog(id, userId));
    }

    Map<String, ConversationLog> logs() {
        return Map.copyOf(logs);
    }

    /** Takes an event from wherever it came; whether it is new to this device. */
    boolean apply(ChatEvent event) {
        return log(event.conversationId()).apply(event);
    }

    SyncRun beginSync() {
        Map<String, Long> positions = new TreeMap<>();
        logs.forEach((id, log) -> {
            if (log.heldWithoutGap() > 0) {
                positions.put(id, log.heldWithoutGap());
            }
        });
        return new SyncRun(positions);
    }

    boolean isCaughtUp() {
        return logs.values().stream().allMatch(ConversationLog::isCaughtUp);
    }

    /** One pass through {@code POST /api/sync}, from its first page to its last. */
    final class SyncRun {
        private final Map<String, Long> positions;
        private final Map<String, Long> lowest = new HashMap<>();
        private final Map<String, Long> newest = new HashMap<>();

        private SyncRun(Map<String, Long> positions) {
            this.positions = Map.copyOf(positions);
            newest.putAll(positions);
        }

        /** What every page's request names: for each conversation that the device knows, what it held when the run began. */
        Map<String, Long> positions() {
            return positions;
        }

        /** Takes a page; {@code heads}: the last {@code seq} of each conversation that the answer names. */
        void page(List<ChatEvent> items, Map<String, Long> heads) {
            for (ChatEvent event : items) {
                String conversation = event.conversationId();
                log(conversation).applyPage(newest.getOrDefault(conversation, 0L), List.of(event));
                newest.put(conversation, event.seq());
                if (!positions.containsKey(event.conversationId())) {
                    lowest.merge(event.conversationId(), event.seq(), Math::min);
                }
            }
            heads.forEach((id, lastSeq) -> log(id).announce(lastSeq));
        }

        /** The last page is in: of a conversation the device did not name, this is where its own copy starts. */
        void end() {
            lowest.forEach((id, seq) -> log(id).startAt(seq));
        }
    }
}
