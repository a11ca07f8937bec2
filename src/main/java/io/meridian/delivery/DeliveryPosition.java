package io.meridian.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meridian.message.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What is committed beside an offset.
 *
 * @param log identity of the log the offset belongs to
 * @param generation under which the partition appended
 * @param back the offset to go back to when Redis may have lost something: finished well before the committed one
 */
record DeliveryPosition(String log, long generation, long back) {

    String encode() {
        return new String(Json.bytes(this), StandardCharsets.UTF_8);
    }

    /** Empty for words that are not ours: an operator has set the offset, and nothing is known of it. */
    static Optional<DeliveryPosition> decode(String metadata) {
        if (metadata == null || metadata.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(Json.MAPPER.readValue(metadata, DeliveryPosition.class))
                    .filter(position -> position.log() != null);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
