package io.meridian.delivery;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which primary of a Redis Cluster holds which slots, as one node of it sees that. Pure. */
record SlotMap(List<Range> ranges) {

    /** Slots {@code first} to {@code last}, both included, at {@code host:port}. */
    record Range(int first, int last, String host, int port) {
        String address() {
            return host + ":" + port;
        }
    }

    /** @throws IllegalStateException if a slot has no primary: nothing is served then */
    SlotMap {
        ranges = List.copyOf(ranges);
        int covered = ranges.stream()
                .mapToInt(range -> range.last() - range.first() + 1)
                .sum();
        if (covered != KeySlot.SLOTS) {
            throw new IllegalStateException(covered + " of " + KeySlot.SLOTS + " slots of the cluster have a primary");
        }
    }

    /** {@code host:port} of each. */
    Set<String> primaries() {
        Set<String> addresses = new TreeSet<>();
        ranges.forEach(range -> addresses.add(range.address()));
        return addresses;
    }

    /** The primary's address by slot. */
    String[] table() {
        String[] table = new String[KeySlot.SLOTS];
        for (Range range : ranges) {
            Arrays.fill(table, range.first(), range.last() + 1, range.address());
        }
        return table;
    }
}
