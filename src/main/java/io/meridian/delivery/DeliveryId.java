package io.meridian.delivery;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an entry lies in a device's inbox: {@code generation-n}. Opaque for clients, in order per device; {@code n} is
 * dense within a generation, so that a missing entry is seen.
 *
 * @param generation of the region's inboxes; raised whenever Redis may have lost something
 * @param entry number within the generation
 */
public record DeliveryId(long generation, long entry) implements Comparable<DeliveryId> {
    /** 18 digits at most, so that both numbers fit a long; our own have 13. */
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    public DeliveryId {
        if (generation < 0 || entry < 0) {
            throw new IllegalArgumentException("negative delivery id: " + generation + "-" + entry);
        }
    }

    /** @throws IllegalArgumentException anything but what {@link #toString} makes */
    public static DeliveryId parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a delivery id: " + text);
        }
        return new DeliveryId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    /** Whether this entry comes directly after {@code other}: nothing can lie between. */
    public boolean follows(DeliveryId other) {
        return generation == other.generation && entry == other.entry + 1;
    }

    @Override
    public int compareTo(DeliveryId other) {
        int byGeneration = Long.compare(generation, other.generation);
        return byGeneration != 0 ? byGeneration : Long.compare(entry, other.entry);
    }

    @Override
    public String toString() {
        return generation + "-" + entry;
    }
}
