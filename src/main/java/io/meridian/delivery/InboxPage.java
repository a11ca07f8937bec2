package io.meridian.delivery;

import java.util.List;

/**
 * A part of a device's inbox, ascending.
 *
 * @param more whether it ended by its bounds, so that more may follow
 */
public record InboxPage(List<InboxEntry> entries, boolean more) {
    public InboxPage {
        entries = List.copyOf(entries);
    }
}
