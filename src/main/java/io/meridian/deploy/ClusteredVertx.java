package io.meridian.deploy;

import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.transport.Transport;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Vert.x joined with the other nodes of the region by Hazelcast, over TCP and a fixed list of members. */
final class ClusteredVertx {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClusteredVertx.class);

    private ClusteredVertx() {}

    static Future<Vertx> start(ClusterSettings settings, String region) {
        var options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventBusOptions(
                        new EventBusOptions().setHost(settings.host()).setPort(settings.busPort()));
        return Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(hazelcast(settings, region)))
                .buildClustered()
                .onSuccess(vertx -> LOGGER.info("transport: {}", transport(vertx)));
    }

    /** Silence about the slower one would cost somebody an afternoon. */
    private static String transport(Vertx vertx) {
        if (vertx.isNativeTransportEnabled()) {
            return Transport.nativeTransport().name();
        }
        Throwable cause = vertx.unavailableNativeTransportCause();
        return "nio: " + (cause == null ? "no native transport on the class path" : cause);
    }

    private static Config hazelcast(ClusterSettings settings, String region) {
        Config config = ConfigUtil.loadConfig().setClusterName("meridian-" + region);
        config.setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                // nodes are listed: nobody unknown is worth waiting for
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                // a node that was cut off and comes back joins again within seconds, not minutes
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        NetworkConfig network = config.getNetworkConfig()
                .setPort(settings.port())
                .setPortAutoIncrement(false)
                .setPublicAddress(settings.host() + ":" + settings.port());
        network.getInterfaces().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true).setMembers(settings.members());
        config.setProperty("hazelcast.local.localAddress", settings.host());
        return config;
    }
}
