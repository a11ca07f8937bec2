package io.meridian.sequencer;

import io.meridian.message.Command;
import io.meridian.message.MessageId;
import io.meridian.message.Ownership;
import java.util.Optional;

/**
 * A command as the fold takes it: what the record says, when and where it was appended, and who owned its home by
 * then. Nothing else decides.
 *
 * @param id the command's: a hash, made once
 * @param indexed what the index says of the command's id, where the window could not tell
 */
record Input(
        String log,
        long offset,
        long atMs,
        Command command,
        MessageId id,
        Optional<Ownership> ownership,
        Optional<Applied> indexed) {

    Input(
            String log,
            long offset,
            long atMs,
            Command command,
            Optional<Ownership> ownership,
            Optional<Applied> indexed) {
        this(log, offset, atMs, command, command.id(), ownership, indexed);
    }

    Input with(Optional<Applied> found) {
        return new Input(log, offset, atMs, command, id, ownership, found);
    }
}
