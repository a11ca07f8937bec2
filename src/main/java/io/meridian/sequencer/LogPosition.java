package io.meridian.sequencer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.log.BrokenLogException;
import io.meridian.log.Committed;
import io.meridian.message.Json;
import io.meridian.region.Ownerships;
import io.meridian.store.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How far a log was folded: the next offset, and who owned what by then. It lies in the group's commit and in the
 * checkpoint of the store; the higher counts.
 *
 * @param leaderEpoch of the record below {@code offset}: a log that was cut off there and grew again has another one
 */
record LogPosition(String log, long offset, Optional<Integer> leaderEpoch, Ownerships ownerships) {

    /** A log whose beginning may be read, for nobody has before. */
    static LogPosition unseen(String log, long begin) {
        return new LogPosition(log, begin, Optional.empty(), Ownerships.UNKNOWN);
    }

    String metadata() {
        var node = Json.MAPPER.createObjectNode().put("log", log).put("ownership", ownerships.encode());
        leaderEpoch.ifPresent(epoch -> node.put("leaderEpoch", epoch));
        return new String(Json.bytes(node), StandardCharsets.UTF_8);
    }

    private static LogPosition decode(long offset, String metadata) {
        try {
            JsonNode node = Json.MAPPER.readTree(metadata);
            return new LogPosition(
                    node.path("log").asText(),
                    offset,
                    node.hasNonNull("leaderEpoch")
                            ? Optional.of(node.path("leaderEpoch").asInt())
                            : Optional.empty(),
                    Ownerships.decode(node.path("ownership").asText()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a position's metadata: " + metadata, e);
        }
    }

    /**
     * Where to go on.
     *
     * @param begin the first offset that can be read now
     * @param end the offset after the last, or where the log was cut off
     * @throws BrokenLogException the log does not hold what follows the position: it was cut off, or its records expired unread
     */
    static LogPosition choose(
            String log, Optional<Committed> committed, Optional<Checkpoint> checkpoint, long begin, long end) {
        LogPosition position = reached(log, committed, checkpoint).orElseGet(() -> unseen(log, begin));
        if (position.offset() > end) {
            throw new BrokenLogException("log " + log + " ends at " + end + ", below the position " + position.offset()
                    + " that was reached: it was cut off; see docs/operations.md");
        }
        if (position.offset() < begin) {
            throw new BrokenLogException("log " + log + " begins at " + begin + ", above the position "
                    + position.offset() + ": commands expired unread; see docs/operations.md");
        }
        return position;
    }

    /** The furthest that anybody got. */
    static Optional<LogPosition> reached(String log, Optional<Committed> committed, Optional<Checkpoint> checkpoint) {
        // a commit of a topic that was made again since speaks of another log
        Optional<LogPosition> group = committed
                .filter(found -> !found.metadata().isEmpty())
                .map(found -> decode(found.offset(), found.metadata()))
                .filter(found -> found.log().equals(log));
        Optional<LogPosition> store = checkpoint.map(found -> decode(found.offset(), found.metadata()));
        return group.flatMap(one ->
                        store.filter(other -> other.offset() > one.offset()).or(() -> group))
                .or(() -> store);
    }
}
