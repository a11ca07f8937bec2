package io.meridian.deploy;

import io.meridian.log.LogTail;
import io.meridian.message.Topics;
import io.meridian.sequencer.LogRepair;
import io.meridian.sequencer.SequencerVerticle;
import io.meridian.store.Cassandra;
import io.meridian.store.CheckpointStore;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** {@link LogRepair} with the engines of a node's configuration. Blocking. */
public final class LogRepairs {
    private LogRepairs() {}

    /** @return what was done, in a sentence for a person */
    public static String repair(Configuration configuration, int partition)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (partition < 0 || partition >= configuration.kafka().partitions()) {
            throw new ConfigurationException("--partition " + partition + ": use 0 to "
                    + (configuration.kafka().partitions() - 1));
        }
        Vertx vertx = Vertx.vertx();
        try (LogTail tail = LogTail.open(configuration.kafka(), SequencerVerticle.GROUP, Topics.COMMANDS, partition)) {
            Cassandra cassandra = Cassandra.open(vertx, configuration.cassandra())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
            return new LogRepair(tail, new CheckpointStore(cassandra)).run();
        } finally {
            // and with it what was opened on it
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }
}
