package io.meridian.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.Command;
import io.meridian.message.FoldLimits;
import io.meridian.message.MessageId;
import io.meridian.message.Role;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Two sequencers that overlap in any interleaving of loads, look-ups, writes, evictions, commits and crashes leave the
 * rows that one alone would have left, publish every one in order, and answer each command that left a row, never in two ways.
 */
class OverlapTest {
    private static final List<UserId> USERS = List.of(Commands.ANN, Commands.BOB, Commands.CAT, Commands.DAN);
    /** Short, so that repetitions after it occur. */
    private static final FoldLimits LIMITS = new FoldLimits(10, 3, 10, 20_000);

    /** What the store promises: cells with the highest timestamp win, a batch is written as a whole. */
    private static final class Store {
        final Map<MessageId, TreeMap<Long, Applied>> index = new HashMap<>();
        final TreeMap<Long, StoredEvent> rows = new TreeMap<>();
        byte[] snapshot = StateCodec.encode(ConversationState.NEW);
        long snapshotSeq = -1;
        final List<Long> published = new ArrayList<>();
        final Map<Long, String> answers = new HashMap<>();
        long committed;

        void index(List<StoredEvent> events) {
            for (StoredEvent event : events) {
                var entry = new Applied(
                        event.seq(), event.meta().payloadHash(), event.meta().appendedAtMs());
                index.computeIfAbsent(event.event().header().commandId(), id -> new TreeMap<>())
                        .put(event.seq(), entry);
            }
        }

        Optional<Applied> find(MessageId id, long atOrBelow) {
            return Optional.ofNullable(index.getOrDefault(id, new TreeMap<>()).floorEntry(atOrBelow))
                    .map(Map.Entry::getValue);
        }

        void rows(List<StoredEvent> events) {
            for (StoredEvent event : events) {
                StoredEvent other = rows.put(event.seq(), event);
                assertThat(other == null || other.equals(event))
                        .as("two events at %d", event.seq())
                        .isTrue();
            }
        }

        void answer(long offset, String answer) {
            if (answer.equals("unavailable")) {
                return;
            }
            String other = answers.put(offset, answer);
            assertThat(other == null || other.equals(answer))
                    .as("two answers: %s, %s", other, answer)
                    .isTrue();
        }
    }

    /** A sequencer as a machine of small steps, each of which another may come between. */
    private static final class Sequencer {
        private final Store store;
        private final List<Command> log;
        private final int window;
        private ConversationState state;
        private long next;
        private int phase;
        private List<Input> batch = List.of();
        private Sequencing.Step step;
        private List<StoredEvent> replayed = List.of();

        Sequencer(Store store, List<Command> log, int window) {
            this.store = store;
            this.log = log;
            this.window = window;
            crash();
        }

        void crash() {
            state = null;
            next = store.committed;
            phase = 0;
        }

        boolean finished() {
            return phase == 0 && next == log.size();
        }

        void evict() {
            if (phase == 0) {
                state = null;
            }
        }

        void commit() {
            if (phase == 0) {
                store.committed = Math.max(store.committed, next);
            }
        }

        void advance(Random random) {
            switch (phase) {
                case 0 -> begin(random);
                case 1 -> store.index(step.events());
                case 2 -> store.rows(step.events());
                case 3 -> stored(random);
                default -> publish();
            }
            phase = phase == 4 ? 0 : phase == 0 && batch.isEmpty() ? 0 : phase + 1;
        }

        private void load() {
            ConversationState base = StateCodec.decode(store.snapshot);
            List<StoredEvent> rows =
                    List.copyOf(store.rows.tailMap(base.lastSeq(), false).values());
            state = Sequencing.restore(base, rows, window);
        }

        private void begin(Random random) {
            batch = List.of();
            if (next == log.size()) {
                return;
            }
            if (state == null) {
                load();
            }
            List<Input> inputs = new ArrayList<>();
            long end = Math.min(log.size(), next + 1 + random.nextInt(6));
            for (long offset = next; offset < end; offset++) {
                inputs.add(input(offset));
            }
            if (inputs.get(0).offset() <= state.position(Commands.LOG)) {
                replay(inputs);
                return;
            }
            List<Input> answered = new ArrayList<>();
            for (Input input : inputs) {
                MessageId id = input.command().id();
                boolean ask = state.window().needsLookup(id, input.atMs(), LIMITS.dedupAgeMs());
                answered.add(ask ? input.with(store.find(id, state.lastSeq())) : input);
            }
            batch = answered;
            step = Sequencing.step(state, batch, window);
        }

        private Input input(long offset) {
            return Commands.at(offset, log.get((int) offset));
        }

        private void replay(List<Input> inputs) {
            replayed = new ArrayList<>();
            for (Input input : inputs) {
                if (input.offset() > state.position(Commands.LOG)) {
                    break;
                }
                List<StoredEvent> own = store.rows.values().stream()
                        .filter(row -> row.meta().offset() == input.offset())
                        .toList();
                boolean found = !own.isEmpty()
                        && store.index
                                .getOrDefault(input.command().id(), new TreeMap<>())
                                .containsKey(own.get(own.size() - 1).seq());
                assertThat(own.isEmpty() || found)
                        .as("a row that the index does not lead to")
                        .isTrue();
                store.answer(
                        input.offset(),
                        own.isEmpty()
                                ? "unavailable"
                                : "at " + own.get(own.size() - 1).seq());
                replayed.addAll(own);
                next = input.offset() + 1;
            }
            replayed.forEach(row -> store.published.add(row.seq()));
        }

        private void stored(Random random) {
            state = step.next();
            next = step.decided().get(step.decided().size() - 1).input().offset() + 1;
            for (Sequencing.Decided one : step.decided()) {
                store.answer(one.input().offset(), answer(one.decision()));
            }
            if (random.nextInt(4) == 0 && state.lastSeq() > store.snapshotSeq) {
                store.snapshot = StateCodec.encode(state);
                store.snapshotSeq = state.lastSeq();
            }
        }

        private static String answer(Decision decision) {
            if (decision instanceof Decision.Changed changed) {
                return "at " + changed.events().get(changed.events().size() - 1).seq();
            }
            return decision.toString();
        }

        private void publish() {
            step.events().forEach(event -> store.published.add(event.seq()));
        }
    }

    @Property(tries = 3_000)
    void anyInterleavingLeavesTheSameRowsAndLosesNoAnswer(@ForAll long seed) {
        var random = new Random(seed);
        List<Command> log = log(random, 5 + random.nextInt(60));
        Store alone = new Store();
        drain(new Sequencer(alone, log, 512), new Random(1));

        Store store = new Store();
        List<Sequencer> both = List.of(
                new Sequencer(store, log, 1 + random.nextInt(8)), new Sequencer(store, log, 1 + random.nextInt(8)));
        for (int i = 0; i < 400; i++) {
            Sequencer one = both.get(random.nextInt(2));
            switch (random.nextInt(20)) {
                case 0 -> one.crash();
                case 1, 2 -> one.evict();
                case 3, 4 -> one.commit();
                default -> one.advance(random);
            }
        }
        both.get(0).crash();
        drain(both.get(0), random);
        assertLeft(store, alone);
        // the other wakes up, wherever it was, and ends what it had begun
        drain(both.get(1), random);
        assertLeft(store, alone);
    }

    private static void assertLeft(Store store, Store alone) {
        assertThat(store.rows).isEqualTo(alone.rows);
        assertThat(store.index).isEqualTo(alone.index);
        assertThat(new ArrayList<>(new LinkedHashSet<>(store.published)))
                .as("first occurrences, in order, none missing")
                .isEqualTo(new ArrayList<>(alone.rows.keySet()));
        store.answers.forEach((offset, answer) -> assertThat(answer).isEqualTo(alone.answers.get(offset)));
        assertThat(store.answers.keySet())
                .as("who left a row is told where")
                .containsAll(alone.rows.values().stream()
                        .map(row -> row.meta().offset())
                        .toList());
    }

    private static void drain(Sequencer sequencer, Random random) {
        for (int i = 0; !sequencer.finished(); i++) {
            assertThat(i).as("steps").isLessThan(10_000);
            sequencer.advance(random);
        }
    }

    /** Commands of a small world, with repetitions, conflicts and refusals. */
    private static List<Command> log(Random random, int size) {
        List<Command> log = new ArrayList<>();
        log.add(limited(Commands.create(Commands.BOB)));
        while (log.size() < size) {
            UserId actor = USERS.get(random.nextInt(USERS.size()));
            UserId other = USERS.get(random.nextInt(USERS.size()));
            String id = "c" + random.nextInt(20);
            log.add(limited(
                    switch (random.nextInt(12)) {
                        case 0 -> Commands.add(actor, id, other, Commands.DAN);
                        case 1 -> Commands.remove(actor, id, other);
                        case 2 -> Commands.role(actor, id, other, Role.values()[random.nextInt(3)]);
                        case 3 -> Commands.title(actor, id, "title " + random.nextInt(2));
                        case 4 -> log.get(random.nextInt(log.size()));
                        default -> Commands.send(actor, id, "text " + random.nextInt(2));
                    }));
        }
        return log;
    }

    private static Command limited(Command command) {
        return Commands.command(command.actor(), command.clientMessageId().value(), command.action(), LIMITS);
    }
}
