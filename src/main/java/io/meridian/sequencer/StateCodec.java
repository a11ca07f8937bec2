package io.meridian.sequencer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.message.Json;
import io.meridian.message.NewerRecordException;
import java.io.IOException;

/** A conversation's state as the blob of a snapshot: JSON with the version of its form. */
final class StateCodec {
    private static final int VERSION = 1;

    private StateCodec() {}

    static byte[] encode(ConversationState state) {
        ObjectNode node = Json.MAPPER.valueToTree(state);
        return Json.bytes(node.put("version", VERSION));
    }

    /** @throws NewerRecordException made by newer code, which alone may go on from it */
    static ConversationState decode(byte[] blob) {
        try {
            JsonNode node = Json.MAPPER.readTree(blob);
            int version = node.path("version").asInt();
            if (version > VERSION) {
                throw new NewerRecordException(version);
            }
            return Json.MAPPER.treeToValue(node, ConversationState.class);
        } catch (IOException e) {
            throw new IllegalStateException("snapshot cannot be read: " + e.getMessage(), e);
        }
    }
}
