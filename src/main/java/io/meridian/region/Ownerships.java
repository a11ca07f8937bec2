package io.meridian.region;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.meridian.message.Json;
import io.meridian.message.Ownership;
import io.meridian.message.RegionId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who orders the conversations of each home, as one partition's records have said so far. The highest
 * epoch counts; two regions never share one, so the order in which they are heard doesn't matter.
 */
public record Ownerships(Map<RegionId, Ownership> byHome) {
    public static final Ownerships UNKNOWN = new Ownerships(Map.of());

    public Ownerships {
        byHome = Map.copyOf(byHome);
    }

    /** Empty: unknown, and then nothing of that home may be sequenced. */
    public Optional<Ownership> of(RegionId home) {
        return Optional.ofNullable(byHome.get(home));
    }

    public Ownerships with(Ownership ownership) {
        Ownership held = byHome.get(ownership.home());
        if (held != null && held.epoch() >= ownership.epoch()) {
            return this;
        }
        Map<RegionId, Ownership> next = new TreeMap<>(byHome);
        next.put(ownership.home(), ownership);
        return new Ownerships(next);
    }

    /** JSON, for the metadata of a commit: a hundred bytes a home. */
    public String encode() {
        return new String(Json.bytes(new TreeMap<>(byHome).values()), StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException what {@link #encode} did not make */
    public static Ownerships decode(String encoded) {
        try {
            Ownerships all = UNKNOWN;
            for (Ownership ownership : Json.MAPPER.readValue(encoded, new TypeReference<List<Ownership>>() {})) {
                all = all.with(ownership);
            }
            return all;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a list of ownerships: " + encoded, e);
        }
    }
}
