package io.meridian.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.bus.Bus;
import io.meridian.bus.Replies;
import io.meridian.log.AssignedLog;
import io.meridian.log.LogEntry;
import io.meridian.log.PlayedLogs;
import io.meridian.log.Retrying;
import io.meridian.message.ConversationId;
import io.meridian.message.EventCodec;
import io.meridian.message.Outcome;
import io.meridian.message.StoredEvent;
import io.meridian.store.Cassandra;
import io.meridian.store.CellTables;
import io.meridian.store.CheckpointStore;
import io.meridian.store.EventStore;
import io.meridian.store.ProjectionStore;
import io.meridian.testing.Steps;
import io.meridian.testing.Stub;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two sequencers that both take one log for theirs, with the shell and the stores that production has, over tables and
 * logs whose every step a {@link Steps} decides. Each may sleep, crash, lose the log or hand it over at any step.
 */
final class PlayedSequencers {
    /** A partition's records in flight, as the log's reader bounds them, but few: so they come in many batches. */
    private static final int MOST_IN_FLIGHT = 200;

    private final List<LogEntry> log;
    private final Reference reference;
    private final Random random;
    private final Steps steps;
    private final List<Process> processes = new ArrayList<>();
    private LogPosition committed = LogPosition.unseen(Commands.LOG, 0);
    final CellTables tables = new CellTables();
    /** Conversation → positions in the order of their first publication. */
    final Map<ConversationId, Set<Long>> published = new HashMap<>();
    /** Offset → every answer to its command. */
    final Map<Long, List<Outcome>> answers = new HashMap<>();
    /** Offsets. */
    final Set<Long> deadLetters = new TreeSet<>();

    PlayedSequencers(List<LogEntry> log, Reference reference, Random random) {
        this.log = log;
        this.reference = reference;
        this.random = random;
        this.steps = new Steps(random);
    }

    PlayedSequencers with(int count) {
        for (int i = 0; i < count; i++) {
            processes.add(new Process());
        }
        return this;
    }

    /** Anything, in any order. */
    void run(int moves) {
        for (int i = 0; i < moves; i++) {
            int which = random.nextInt(processes.size());
            Process process = processes.get(which);
            int move = random.nextInt(200);
            if (move < 150) {
                steps.next();
            } else if (move < 178) {
                process.poll();
            } else if (move < 190) {
                process.commit();
            } else if (move < 196) {
                process.sleepOrWake();
            } else if (move < 198) {
                process.handOver(which);
            } else if (move == 198) {
                process.lose(which);
            } else {
                process.crash(which);
            }
        }
    }

    /** Nothing more goes wrong: all that is under way ends, and the rest of the log is folded; by both, so also by the zombie. */
    void drain() {
        steps.faults(false);
        processes.forEach(process -> process.actor.wake());
        for (int moves = 0; !processes.stream().allMatch(Process::finished) || !steps.idle(); moves++) {
            assertThat(moves).as("steps").isLessThan(1_000_000);
            if (!steps.next()) {
                processes.forEach(Process::poll);
                processes.forEach(Process::commit);
            } else if (random.nextInt(20) == 0) {
                processes.get(random.nextInt(processes.size())).poll();
            }
        }
        processes.forEach(Process::commit);
        assertThat(committed.offset()).isEqualTo(log.size());
    }

    /** What was committed nobody reads again: all of it must be there. */
    private void committed(LogPosition position) {
        reference.decided().forEach((offset, one) -> {
            if (offset < position.offset() && offset >= committed.offset()) {
                if (one.decision() instanceof Decision.Changed changed) {
                    Set<Long> out = published.getOrDefault(one.input().command().conversationId(), Set.of());
                    assertThat(out)
                            .as("%d is committed, but not published", offset)
                            .containsAll(changed.events().stream()
                                    .map(StoredEvent::seq)
                                    .toList());
                } else if (one.decision() instanceof Decision.Failed) {
                    assertThat(deadLetters).as("committed").contains(offset);
                }
                assertThat(answers).as("committed without an answer").containsKey(offset);
            }
        });
        if (position.offset() > committed.offset()) {
            committed = position;
        }
    }

    private void publish(byte[] json) {
        var header = EventCodec.decode(json).header();
        published
                .computeIfAbsent(header.conversationId(), id -> new LinkedHashSet<>())
                .add(header.seq());
    }

    private void replies(Replies replies) {
        for (Replies.Reply reply : replies.replies()) {
            reference.holds(reply.request(), reply.outcome());
            answers.computeIfAbsent(reply.request(), offset -> new ArrayList<>())
                    .add(reply.outcome());
        }
    }

    /** One opening of the log by one process. */
    private final class Process implements AssignedLog {
        final Steps.Actor actor = new Steps.Actor();
        private final Deque<Batch> inFlight = new ArrayDeque<>();
        private final PartitionFold fold;
        private boolean ours = true;
        private long next = committed.offset();
        private long done = committed.offset();

        private static final class Batch {
            final long end;
            boolean done;

            Batch(long end) {
                this.end = end;
            }
        }

        Process() {
            Cassandra cassandra = tables.connect(steps, actor);
            EventBus bus = Stub.of(EventBus.class)
                    .on("registerCodec", codec -> null)
                    .on("send", message -> {
                        replies((Replies) message[1]);
                        return null;
                    })
                    .make();
            @SuppressWarnings("unchecked")
            Vertx vertx = Stub.of(Vertx.class)
                    .on("eventBus", none -> bus)
                    .on("setTimer", timer -> {
                        steps.later(actor, () -> ((Handler<Long>) timer[1]).handle(1L));
                        return 1L;
                    })
                    .make();
            var stores = new SequencerStores(
                    new EventStore(cassandra),
                    new ProjectionStore(cassandra),
                    new CheckpointStore(cassandra),
                    PlayedLogs.events(steps, actor, PlayedSequencers.this::publish),
                    PlayedLogs.deadLetters(steps, actor, deadLetters::add));
            fold = new PartitionFold(this, committed, stores, Bus.on(vertx), new Retrying(vertx));
        }

        void poll() {
            if (!actor.awake() || next == log.size() || next - done >= MOST_IN_FLIGHT) {
                return;
            }
            int most = random.nextInt(4) == 0 ? 130 : 8;
            long end = Math.min(log.size(), next + 1 + random.nextInt(most));
            List<LogEntry> entries = log.subList((int) next, (int) end);
            next = end;
            var batch = new Batch(end);
            inFlight.add(batch);
            fold.process(entries).onComplete(result -> {
                batch.done = result.succeeded();
                if (result.failed() && ours) {
                    throw new AssertionError("the partition stopped", result.cause());
                }
            });
        }

        private void advance() {
            while (!inFlight.isEmpty() && inFlight.peek().done) {
                done = inFlight.poll().end;
            }
        }

        void commit() {
            if (actor.awake() && ours) {
                advance();
                committed(fold.position(done));
                fold.committed(done);
            }
        }

        boolean finished() {
            advance();
            return done == log.size();
        }

        void sleepOrWake() {
            if (actor.awake()) {
                actor.sleep();
            } else {
                actor.wake();
            }
        }

        /** In order: drained, committed, and another opens it, who has nothing in its cache. */
        void handOver(int which) {
            advance();
            if (actor.awake() && inFlight.isEmpty()) {
                commit();
                lose(which);
            }
        }

        /** It goes on with what it has begun until it notices. */
        void lose(int which) {
            ours = false;
            actor.wake();
            processes.set(which, new Process());
        }

        void crash(int which) {
            steps.crash(actor);
            processes.set(which, new Process());
        }

        @Override
        public String log() {
            return Commands.LOG;
        }

        @Override
        public int partition() {
            return 0;
        }

        @Override
        public boolean ours() {
            return ours;
        }

        @Override
        public void reopen() {
            throw new AssertionError("nothing is read again here");
        }
    }
}
