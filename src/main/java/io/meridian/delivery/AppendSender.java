package io.meridian.delivery;

import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries a plan's entries into the inboxes, and does not end before all are there: only what failed is repeated, and
 * nothing of a later batch is sent before. Shared by a verticle's partitions; on one Vert.x context.
 */
final class AppendSender {
    /** 1 MiB of events a call: a script holds up Redis for some 20 ms at most, and never fills a client's buffers. */
    static final int CALL_BYTES = 1 << 20;
    /** 64 users a write: one system call for all, and few to repeat when one fails. */
    private static final int CALLS_PER_WRITE = 64;
    /** Of all partitions together: enough to keep Redis busy while answers travel, 8 to 16 MiB at most. */
    private static final int WRITES_IN_FLIGHT = 8;

    private final Inbox inbox;
    private final FlowWindow window = new FlowWindow(WRITES_IN_FLIGHT);

    /** One call that was answered, and the devices it reached that are live. */
    record Appended(FanoutPlan.UserEntries call, List<AppendScript.LiveDevice> live) {}

    AppendSender(Inbox inbox) {
        this.inbox = inbox;
    }

    /** Done when every entry is in every inbox; answers the calls that reached live devices, each user's in order. */
    Future<List<Appended>> append(List<FanoutPlan.UserEntries> calls, PartitionDelivery partition) {
        List<List<FanoutPlan.UserEntries>> waves = waves(calls);
        List<Appended> reached = new ArrayList<>();
        Future<Void> done = Future.succeededFuture();
        for (List<FanoutPlan.UserEntries> wave : waves) {
            done = done.compose(before -> wave(wave, partition, reached));
        }
        return done.map(all -> reached);
    }

    /** The first part of every user's entries, then the second of those who have one, and so on. */
    private static List<List<FanoutPlan.UserEntries>> waves(List<FanoutPlan.UserEntries> calls) {
        List<List<FanoutPlan.UserEntries>> waves = new ArrayList<>();
        for (FanoutPlan.UserEntries call : calls) {
            List<FanoutPlan.UserEntries> parts = call.split(CALL_BYTES);
            for (int i = 0; i < parts.size(); i++) {
                if (i == waves.size()) {
                    waves.add(new ArrayList<>());
                }
                waves.get(i).add(parts.get(i));
            }
        }
        return waves;
    }

    private Future<Void> wave(List<FanoutPlan.UserEntries> wave, PartitionDelivery partition, List<Appended> reached) {
        List<Future<Void>> writes = new ArrayList<>();
        List<FanoutPlan.UserEntries> write = new ArrayList<>();
        long bytes = 0;
        for (FanoutPlan.UserEntries call : wave) {
            long more = call.bytes();
            if (!write.isEmpty() && (write.size() == CALLS_PER_WRITE || bytes + more > CALL_BYTES)) {
                writes.add(write(write, partition, reached, 0));
                write = new ArrayList<>();
                bytes = 0;
            }
            write.add(call);
            bytes += more;
        }
        if (!write.isEmpty()) {
            writes.add(write(write, partition, reached, 0));
        }
        return Future.all(writes).mapEmpty();
    }

    private Future<Void> write(
            List<FanoutPlan.UserEntries> calls, PartitionDelivery partition, List<Appended> reached, int attempt) {
        return window.run(() -> partition.current()
                        ? inbox.append(partition.generation(), calls)
                        : Future.failedFuture("superseded"))
                .<Void>map(answers -> {
                    note(calls, answers, reached);
                    return null;
                })
                .recover(failure -> calls.size() > 1 && failure instanceof Response && inbox.up()
                        ? separately(calls, partition, reached)
                        : partition
                                .pause(attempt, "append to inboxes", failure)
                                .compose(again -> write(calls, partition, reached, attempt + 1)));
    }

    /** Redis refused one at least, and the answers of the others are lost: each for itself, so that only what fails is repeated. */
    private Future<Void> separately(
            List<FanoutPlan.UserEntries> calls, PartitionDelivery partition, List<Appended> reached) {
        return Future.all(calls.stream()
                        .map(call -> write(List.of(call), partition, reached, 0))
                        .toList())
                .mapEmpty();
    }

    private static void note(
            List<FanoutPlan.UserEntries> calls, List<List<AppendScript.LiveDevice>> answers, List<Appended> reached) {
        for (int i = 0; i < calls.size(); i++) {
            if (!answers.get(i).isEmpty()) {
                reached.add(new Appended(calls.get(i), answers.get(i)));
            }
        }
    }
}
