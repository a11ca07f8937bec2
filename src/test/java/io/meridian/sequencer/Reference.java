package io.meridian.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.Command;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.LogRecord;
import io.meridian.message.MessageId;
import io.meridian.message.Outcome;
import io.meridian.message.Ownership;
import io.meridian.message.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a log comes to: the pure fold, one record at a time, with a window that forgets nothing. */
final class Reference {
    private final Map<Long, Sequencing.Decided> decided = new TreeMap<>();
    private final Map<ConversationId, TreeMap<Long, StoredEvent>> rows = new HashMap<>();

    /** {@code log}: null where nobody can read what lies there. */
    Reference(List<LogRecord> log, List<Long> times) {
        Map<ConversationId, ConversationState> states = new HashMap<>();
        Ownership owner = null;
        for (int offset = 0; offset < log.size(); offset++) {
            if (log.get(offset) instanceof Ownership ownership) {
                owner = ownership;
            } else if (log.get(offset) instanceof Command command) {
                ConversationId id = command.conversationId();
                var input = new Input(
                        Commands.LOG, offset, times.get(offset), command, Optional.of(owner), Optional.empty());
                Sequencing.Step step = Sequencing.step(
                        states.getOrDefault(id, ConversationState.NEW), List.of(input), Integer.MAX_VALUE);
                states.put(id, step.next());
                decided.put((long) offset, step.decided().get(0));
                step.events()
                        .forEach(event ->
                                rows.computeIfAbsent(id, key -> new TreeMap<>()).put(event.seq(), event));
            }
        }
    }

    /** By conversation, ascending. */
    Map<ConversationId, List<StoredEvent>> rows() {
        Map<ConversationId, List<StoredEvent>> lists = new HashMap<>();
        rows.forEach((id, events) -> lists.put(id, new ArrayList<>(events.values())));
        return lists;
    }

    /** Offset → what was decided there. */
    Map<Long, Sequencing.Decided> decided() {
        return decided;
    }

    /**
     * An answer is what was decided, or that this is not known any more; the latter never where it left a row. A refusal that is
     * answered once more may name the row that an equal command has: that was done.
     */
    void holds(long offset, Outcome answer) {
        Sequencing.Decided one = decided.get(offset);
        Decision decision = one.decision();
        if (decision instanceof Decision.Changed changed) {
            StoredEvent last = changed.events().get(changed.events().size() - 1);
            assertThat(answer).as("answer to %d", offset).isEqualTo(OutcomeSender.done(one.input(), last, false));
        } else if (answer instanceof Outcome.Done done && done.duplicate()) {
            if (decision instanceof Decision.Duplicate duplicate) {
                assertThat(done.seq()).as("answer to %d", offset).isEqualTo(duplicate.seq());
            } else if (!(decision instanceof Decision.AlreadySo)) {
                StoredEvent row = rows.get(done.conversationId()).get(done.seq());
                MessageId id = one.input().command().id();
                assertThat(row.event().header().commandId())
                        .as("answer to %d", offset)
                        .isEqualTo(id);
                assertThat(row.meta().payloadHash())
                        .isEqualTo(Sequencing.payloadHash(one.input().command()));
            }
        } else {
            assertThat(answer).as("answer to %d: %s", offset, decision).isInstanceOf(Outcome.Rejected.class);
            ErrorCode code = ((Outcome.Rejected) answer).code();
            if (code != ErrorCode.UNAVAILABLE) {
                assertThat(code).as("answer to %d: %s", offset, decision).isEqualTo(refusal(decision));
            }
        }
    }

    /** Null: it was not refused. */
    private static ErrorCode refusal(Decision decision) {
        if (decision instanceof Decision.Refused refused) {
            return refused.code();
        }
        return decision instanceof Decision.Failed ? ErrorCode.INTERNAL : null;
    }
}
