package io.meridian.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.meridian.auth.AuthSettings;
import io.meridian.auth.OutsideIssuer;
import io.meridian.delivery.FeedLevel;
import io.meridian.delivery.InboxSettings;
import io.meridian.delivery.RedisSettings;
import io.meridian.gateway.GatewaySettings;
import io.meridian.gateway.ProtectionSettings;
import io.meridian.log.LogSettings;
import io.meridian.message.FoldLimits;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.RegionId;
import io.meridian.message.Seq;
import io.meridian.service.ServiceSettings;
import io.meridian.store.StoreSettings;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything a node is told at its start, checked. */
public record Configuration(
        RegionId region,
        int regionIndex,
        String node,
        VerticleTable verticles,
        ClusterSettings cluster,
        LogSettings kafka,
        StoreSettings cassandra,
        RedisSettings redis,
        InboxSettings inbox,
        AuthSettings auth,
        GatewaySettings gateway,
        ServiceSettings services,
        FeedLevel feed,
        ProtectionSettings protection) {
    /** Tokens are taken half a minute longer than they say. */
    private static final Duration CLOCKS_AND_CALLS = Duration.ofMinutes(1);

    /**
     * @param file over the defaults, or null
     * @param start names this start of the node, unlike any earlier one
     * @throws ConfigurationException with the key, the value and the remedy
     */
    public static Configuration load(File file, Map<String, String> environment, String start) {
        Config all = ConfigurationFile.load(file, environment);
        try {
            return of(all.getConfig("meridian"), start);
        } catch (ConfigException | InvalidFieldException e) {
            throw new ConfigurationException(e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private static Configuration of(Config config, String start) {
        int index = config.getInt("region.index");
        if (index < 0 || index >= Seq.REGIONS) {
            throw new ConfigurationException(
                    "meridian.region.index = " + index + ": use 0 to " + (Seq.REGIONS - 1) + ", one a region");
        }
        AuthSettings auth = auth(config.getConfig("auth"));
        GatewaySettings gateway = gateway(config, new RegionId(config.getString("region.name")), start);
        return new Configuration(
                new RegionId(config.getString("region.name")),
                index,
                node(config.getString("node.name")),
                VerticleTable.ofRole(config.getString("node.role")),
                new ClusterSettings(
                        config.getString("cluster.host"),
                        config.getInt("cluster.port"),
                        config.getInt("cluster.bus-port"),
                        config.getStringList("cluster.members")),
                kafka(config.getConfig("kafka")),
                cassandra(config.getConfig("cassandra")),
                RedisSettings.of(
                        config.getString("redis.mode"),
                        config.getString("redis.url"),
                        config.getDuration("redis.request-timeout")),
                inbox(config.getConfig("inbox"), auth),
                auth,
                gateway,
                new ServiceSettings(gateway.node(), config.getInt("services.in-flight"), gateway.commands()),
                FeedLevel.of(config.getString("services.events")),
                ProtectionConfiguration.of(config));
    }

    private static String node(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,40}")) {
            throw new ConfigurationException(
                    "meridian.node.name = " + name + ": use 1 to 40 letters, digits, dots, dashes and underscores");
        }
        return name;
    }

    private static LogSettings kafka(Config kafka) {
        return new LogSettings(
                kafka.getString("bootstrap-servers"),
                kafka.getInt("partitions"),
                (short) kafka.getInt("replication-factor"),
                kafka.getInt("min-insync-replicas"),
                kafka.getDuration("append-timeout"));
    }

    private static StoreSettings cassandra(Config cassandra) {
        String local = cassandra.getString("local-datacenter");
        Map<String, Integer> replication = new LinkedHashMap<>();
        Config listed = cassandra.getConfig("replication");
        listed.root()
                .keySet()
                .forEach(dc ->
                        replication.put(dc, (Integer) listed.root().get(dc).unwrapped()));
        if (replication.isEmpty()) {
            // one machine, one copy; a production keyspace is made by its operator or names its data centres here
            replication.put(local, 1);
        }
        return new StoreSettings(
                cassandra.getStringList("contact-points"),
                local,
                cassandra.getString("keyspace"),
                replication,
                cassandra.getDuration("request-timeout"));
    }

    private static InboxSettings inbox(Config inbox, AuthSettings auth) {
        Duration removedFor = inbox.getDuration("removed-for");
        if (removedFor.compareTo(auth.accessTokenLife().plus(CLOCKS_AND_CALLS)) < 0) {
            throw new ConfigurationException("meridian.inbox.removed-for = " + removedFor
                    + ": use more than auth.access-token-life, which is " + auth.accessTokenLife());
        }
        return new InboxSettings(
                inbox.getInt("max-devices"),
                inbox.getInt("max-entries"),
                inbox.getBytes("max-bytes"),
                inbox.getDuration("unseen-for"),
                inbox.getDuration("holder-timeout"),
                removedFor);
    }

    private static AuthSettings auth(Config auth) {
        int threads = auth.getInt("hash-threads");
        List<OutsideIssuer> issuers = auth.getConfigList("outside-issuers").stream()
                .map(one -> new OutsideIssuer(
                        one.getString("issuer"), one.getString("jwks-url"), one.getString("audience")))
                .toList();
        return new AuthSettings(
                Path.of(auth.getString("signing-key-file")),
                auth.getString("issuer"),
                auth.getString("audience"),
                auth.getDuration("access-token-life"),
                auth.getDuration("refresh-token-life"),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                auth.getInt("hash-queue"),
                issuers);
    }

    private static FoldLimits foldLimits(Config limits) {
        FoldLimits defaults = FoldLimits.DEFAULT;
        return new FoldLimits(
                limits.getInt("max-members"),
                limits.getInt("write-fanout-members"),
                defaults.maxBans(),
                defaults.dedupAgeMs());
    }

    /** A gateway's id names its node and this start of it, so that an answer to an earlier life finds nobody. */
    private static GatewaySettings gateway(Config config, RegionId region, String start) {
        GatewaySettings contract = GatewaySettings.of(
                config.getString("http.host"),
                config.getInt("http.port"),
                region,
                config.getString("node.name") + "." + start);
        return new GatewaySettings(
                contract.host(),
                contract.port(),
                contract.region(),
                contract.node(),
                foldLimits(config.getConfig("limits")),
                contract.helloTimeout(),
                contract.heartbeat(),
                contract.deadAfter(),
                contract.acceptedAfter(),
                contract.reappendAfter());
    }
}
