package io.meridian.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** {@code chat.commands} records as JSON: {@code {"rules": 1, "command": {…}}} or {@code {"rules": 1, "ownership": {…}}}. */
public final class CommandCodec {
    private CommandCodec() {}

    public static byte[] encode(LogRecord record) {
        var node = Json.MAPPER.createObjectNode();
        node.put("rules", record instanceof Command command ? command.rules() : Command.RULES);
        node.set(record instanceof Command ? "command" : "ownership", Json.MAPPER.valueToTree(record));
        return Json.bytes(node);
    }

    /**
     * @throws NewerRecordException the record's rules are newer than this code: nothing behind it may be folded
     * @throws UnreadableRecordException nobody can read it: it belongs in the dead-letter topic
     */
    public static LogRecord decode(byte[] bytes) throws UnreadableRecordException {
        try {
            JsonNode node = Json.MAPPER.readTree(bytes == null ? new byte[0] : bytes);
            int rules = node.path("rules").asInt(0);
            if (rules > Command.RULES) {
                throw new NewerRecordException(rules);
            }
            LogRecord record = rules < 1
                    ? null
                    : node.has("command")
                            ? Json.MAPPER.treeToValue(node.get("command"), Command.class)
                            : Json.MAPPER.treeToValue(node.get("ownership"), Ownership.class);
            if (record == null
                    || record instanceof Command command && !complete(command)
                    || record instanceof Ownership ownership && !complete(ownership)) {
                throw new UnreadableRecordException("no rules, or a required field is missing", null);
            }
            return record;
        } catch (JsonProcessingException | InvalidFieldException e) {
            throw new UnreadableRecordException("not a record of this log: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UnreadableRecordException("not JSON: " + e.getMessage(), e);
        }
    }

    /** Its epoch is the beginning of numbers: one that is out of range would stop every conversation of the home. */
    private static boolean complete(Ownership ownership) {
        return ownership.home() != null && ownership.owner() != null && Seq.isEpoch(ownership.epoch());
    }

    private static boolean complete(Command command) {
        return command.conversationId() != null
                && command.home() != null
                && command.actor() != null
                && command.clientMessageId() != null
                && command.limits() != null
                && command.action() != null;
    }
}
