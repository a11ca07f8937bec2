package io.meridian.gateway;

import io.meridian.conversation.CommandSettings;
import io.meridian.message.FoldLimits;
import io.meridian.message.RegionId;
import java.time.Duration;

/**
 * How a node's gateways listen and how patient they are.
 *
 * @param host address to listen on
 * @param port shared by the node's gateways; 0: any free one
 * @param node unique in the region; first half of a gateway's id
 * @param foldLimits carried by every command
 * @param helloTimeout a connection that has not said hello by then is closed with 4408
 * @param heartbeat what clients are told to keep to, and how often a session says to the inbox that it is alive
 * @param deadAfter a connection without any frame for so long is closed with 4408
 * @param acceptedAfter a send that is durable but not answered by then is told {@code message_accepted}
 * @param reappendAfter a command without an outcome is appended again after so long
 */
public record GatewaySettings(
        String host,
        int port,
        RegionId region,
        String node,
        FoldLimits foldLimits,
        Duration helloTimeout,
        Duration heartbeat,
        Duration deadAfter,
        Duration acceptedAfter,
        Duration reappendAfter) {
    private static final int MAX_PORT = 65_535;

    public GatewaySettings {
        require(
                host != null && !host.isBlank(),
                "meridian.http.host",
                host,
                "use 127.0.0.1, or 0.0.0.0 to be reached from outside");
        require(port >= 0 && port <= MAX_PORT, "meridian.http.port", port, "use 0 to " + MAX_PORT);
        require(
                node != null && node.matches("[A-Za-z0-9._-]{1,100}"),
                "gateway node",
                node,
                "use 1 to 100 letters, digits, '.', '_' and '-', unique in the region");
        require(region != null, "gateway region", region, "name the node's region");
        require(foldLimits != null, "gateway fold-limits", foldLimits, "give all of them");
        require(positive(helloTimeout), "gateway hello-timeout", helloTimeout, "use 5s");
        require(
                heartbeat != null && heartbeat.toSeconds() >= 1,
                "gateway heartbeat",
                heartbeat,
                "use at least 1s, 30s is the contract");
        require(
                deadAfter != null && deadAfter.compareTo(heartbeat) > 0,
                "gateway dead-after",
                deadAfter,
                "use more than heartbeat, 60s is the contract");
        require(positive(acceptedAfter), "gateway accepted-after", acceptedAfter, "use 2s");
        require(
                reappendAfter != null && reappendAfter.compareTo(acceptedAfter) >= 0,
                "gateway reappend-after",
                reappendAfter,
                "use at least accepted-after, 10s is the contract");
    }

    /** The contract's times. */
    public static GatewaySettings of(String host, int port, RegionId region, String node) {
        return new GatewaySettings(
                host,
                port,
                region,
                node,
                FoldLimits.DEFAULT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10));
    }

    /** What it needs for the commands that it appends. */
    public CommandSettings commands() {
        return new CommandSettings(foldLimits, acceptedAfter, reappendAfter);
    }

    private static boolean positive(Duration duration) {
        return duration != null && duration.toMillis() > 0;
    }

    /** {@code key}: of the configuration, for what stands there; the rest is the contract's and no operator's to choose. */
    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException(key + " = " + value + ": " + remedy);
        }
    }
}
