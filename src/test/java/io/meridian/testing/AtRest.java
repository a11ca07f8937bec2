package io.meridian.testing;

import java.util.List;
import java.util.Map;

/**
 * What can be read when everything has settled: no send is under way, every device is connected and says that it has all.
 *
 * @param held what each device holds of each conversation, in the order in which it shows it
 * @param pages what history holds for each user of each conversation, page after page, oldest first
 * @param listings what the conversation list says to each user
 */
public record AtRest(
        Map<Observation.Device, Map<String, List<ChatEvent>>> held,
        Map<String, Map<String, List<ChatEvent>>> pages,
        Map<String, Map<String, Listing>> listings) {

    /** A conversation as {@code GET /api/conversations} lists it. */
    public record Listing(long lastSeq, long lastOrdinal, long readSeq, long unreadCount) {}
}
