package io.meridian;

import io.meridian.deploy.Configuration;
import io.meridian.deploy.ConfigurationException;
import io.meridian.deploy.LogRepairs;
import io.meridian.deploy.Node;
import java.io.File;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sun.misc.Signal;

/** Starts a node: reads the configuration, opens resources, deploys the role's verticles; closes in reverse on SIGTERM. */
@Command(
        name = "meridian-node",
        subcommands = {Main.NodeCommand.class, Main.RepairLogCommand.class},
        mixinStandardHelpOptions = true)
public final class Main {
    private static final Logger LOGGER = LoggerFactory.getLogger(Main.class);
    /** Longer than leaving groups takes; with the drain before it shorter than what process managers grant before SIGKILL. */
    private static final long STOP_SECONDS = 8;

    private static final int USAGE = 2;

    private Main() {}

    public static void main(String[] args) {
        int code = new CommandLine(new Main()).execute(args);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Command(
            name = "repair-log",
            description = "Lets a partition of chat.commands go on that was cut off, or whose records expired unread.")
    static final class RepairLogCommand implements Callable<Integer> {
        @Option(names = "--conf", description = "The configuration of a node.")
        private File conf;

        @Option(names = "--partition", required = true, description = "Its number, as the alarm says it.")
        private int partition;

        @Override
        public Integer call() throws InterruptedException {
            try {
                LOGGER.info(
                        "{}",
                        LogRepairs.repair(
                                Configuration.load(conf, System.getenv(), NodeCommand.newStart()), partition));
                return 0;
            } catch (ConfigurationException e) {
                LOGGER.error("configuration: {}", e.getMessage());
                return USAGE;
            } catch (ExecutionException | TimeoutException | RuntimeException e) {
                LOGGER.error("the log is not repaired, and the same may be tried again: {}", e.toString(), e);
                return 1;
            }
        }
    }

    @Command(name = "node", description = "Runs one node until it is stopped.")
    static final class NodeCommand implements Callable<Integer> {
        @Option(names = "--conf", description = "Configuration over the defaults of conf/meridian.conf.")
        private File conf;

        @Override
        public Integer call() throws InterruptedException {
            try {
                Configuration configuration = Configuration.load(conf, System.getenv(), newStart());
                Node node = Node.start(configuration, Clock.systemUTC())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, configuration.drainBound()), "stop"));
                return 0;
            } catch (ConfigurationException e) {
                return refused(e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ConfigurationException configuration) {
                    return refused(configuration);
                }
                LOGGER.error("the node cannot start: {}", e.getCause().getMessage(), e.getCause());
                return 1;
            }
        }

        private static int refused(ConfigurationException e) {
            LOGGER.error("configuration: {}", e.getMessage());
            return USAGE;
        }

        private static String newStart() {
            return Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        }

        private static void stop(Node node, Duration drain) {
            // The JVM takes a second signal for nothing new while it shuts down; here it means: do not wait for
            // clients.
            Signal.handle(new Signal("TERM"), again -> node.hurry());
            Signal.handle(new Signal("INT"), again -> node.hurry());
            try {
                node.stop()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(drain.toSeconds() + STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOGGER.warn("stopped, but not in order: {}", e.toString());
            }
        }
    }
}
