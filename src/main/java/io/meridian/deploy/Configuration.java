package io.meridian.deploy;

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
    private static final String ROOT = "meridian";

    /** Tokens are taken half a minute longer than they say. */
    private static final Duration CLOCKS_AND_CALLS = Duration.ofMinutes(1);

    /** A conversation's state is one blob: 10,000 members keep it below 1 MiB. */
    private static final int MOST_MEMBERS = 10_000;

    /** Each is a call to Redis for every event: 5,000 take it some 0.2 s. */
    private static final int MOST_WRITE_FANOUT = 5_000;

    /**
     * @param file over the defaults, or null
     * @param start names this start of the node, unlike any earlier one
     * @throws ConfigurationException with the key, the value and the remedy
     */
    public static Configuration load(File file, Map<String, String> environment, String start) {
        try {
            return of(
                    new ConfigSection(
                            ROOT, ConfigurationFile.load(file, environment).getConfig(ROOT)),
                    start);
        } catch (IllegalArgumentException e) {
            // Of a settings record: those name key, value and remedy themselves.
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** What a drain takes at most. */
    public Duration drainBound() {
        return protection.drain().bound();
    }

    private static Configuration of(ConfigSection config, String start) {
        ConfigSection region = config.section("region");
        int index = region.number("index");
        if (index < 0 || index >= Seq.REGIONS) {
            throw region.refused("index", "use 0 to " + (Seq.REGIONS - 1) + ", one a region");
        }
        ConfigSection node = config.section("node");
        AuthSettings auth = auth(config.section("auth"));
        GatewaySettings gateway = gateway(config, regionName(region), nodeName(node) + "." + start);
        ConfigSection services = config.section("services");
        return new Configuration(
                gateway.region(),
                index,
                nodeName(node),
                VerticleTable.ofRole(node.text("role")),
                cluster(config.section("cluster")),
                kafka(config.section("kafka")),
                cassandra(config.section("cassandra")),
                redis(config.section("redis")),
                inbox(config.section("inbox"), auth),
                auth,
                gateway,
                new ServiceSettings(gateway.node(), services.number("in-flight"), gateway.commands()),
                FeedLevel.of(services.text("events")),
                ProtectionConfiguration.of(config));
    }

    private static RegionId regionName(ConfigSection region) {
        try {
            return new RegionId(region.text("name"));
        } catch (InvalidFieldException e) {
            throw region.refused("name", "use 1 to 32 lower case letters, digits and dashes, as in us-east");
        }
    }

    private static String nodeName(ConfigSection node) {
        if (!node.text("name").matches("[A-Za-z0-9._-]{1,40}")) {
            throw node.refused("name", "use 1 to 40 letters, digits, dots, dashes and underscores");
        }
        return node.text("name");
    }

    private static ClusterSettings cluster(ConfigSection cluster) {
        return new ClusterSettings(
                cluster.text("host"), cluster.number("port"), cluster.number("bus-port"), cluster.texts("members"));
    }

    private static LogSettings kafka(ConfigSection kafka) {
        int copies = kafka.number("replication-factor");
        if (copies != (short) copies) {
            throw kafka.refused("replication-factor", "use 3 in production, 1 on one machine");
        }
        return new LogSettings(
                kafka.text("bootstrap-servers"),
                kafka.number("partitions"),
                (short) copies,
                kafka.number("min-insync-replicas"),
                kafka.duration("append-timeout"));
    }

    private static StoreSettings cassandra(ConfigSection cassandra) {
        String local = cassandra.text("local-datacenter");
        Map<String, Integer> replication = cassandra.numbers("replication");
        return new StoreSettings(
                cassandra.texts("contact-points"),
                local,
                cassandra.text("keyspace"),
                // one machine, one copy; a production keyspace is made by its operator or names its data centres here
                replication.isEmpty() ? Map.of(local, 1) : replication,
                cassandra.duration("request-timeout"));
    }

    private static RedisSettings redis(ConfigSection redis) {
        return RedisSettings.of(redis.text("mode"), redis.text("url"), redis.duration("request-timeout"));
    }

    private static InboxSettings inbox(ConfigSection inbox, AuthSettings auth) {
        Duration removedFor = inbox.duration("removed-for");
        if (removedFor.compareTo(auth.accessTokenLife().plus(CLOCKS_AND_CALLS)) < 0) {
            throw inbox.refused(
                    "removed-for",
                    "use more than auth.access-token-life, which is "
                            + auth.accessTokenLife().toSeconds() + "s");
        }
        return new InboxSettings(
                inbox.number("max-devices"),
                inbox.number("max-entries"),
                inbox.bytes("max-bytes"),
                inbox.duration("unseen-for"),
                inbox.duration("holder-timeout"),
                removedFor);
    }

    private static AuthSettings auth(ConfigSection auth) {
        int threads = auth.number("hash-threads");
        List<OutsideIssuer> issuers = auth.sections("outside-issuers").stream()
                .map(one -> new OutsideIssuer(one.text("issuer"), one.text("jwks-url"), one.text("audience")))
                .toList();
        return new AuthSettings(
                Path.of(auth.text("signing-key-file")),
                auth.text("issuer"),
                auth.text("audience"),
                auth.duration("access-token-life"),
                auth.duration("refresh-token-life"),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                auth.number("hash-queue"),
                issuers);
    }

    /** Checked here and not by the record: what a command carries was checked when it was made. */
    private static FoldLimits foldLimits(ConfigSection limits) {
        int members = limits.number("max-members");
        if (members < 2 || members > MOST_MEMBERS) {
            throw limits.refused("max-members", "use 2 to " + MOST_MEMBERS);
        }
        int writeFanout = limits.number("write-fanout-members");
        if (writeFanout < 0 || writeFanout > MOST_WRITE_FANOUT) {
            throw limits.refused("write-fanout-members", "use 0 to " + MOST_WRITE_FANOUT + ", 500 is usual");
        }
        FoldLimits defaults = FoldLimits.DEFAULT;
        return new FoldLimits(members, writeFanout, defaults.maxBans(), defaults.dedupAgeMs());
    }

    /** A gateway's id names its node and this start of it, so that an answer to an earlier life finds nobody. */
    private static GatewaySettings gateway(ConfigSection config, RegionId region, String node) {
        ConfigSection http = config.section("http");
        GatewaySettings contract = GatewaySettings.of(http.text("host"), http.number("port"), region, node);
        return new GatewaySettings(
                contract.host(),
                contract.port(),
                contract.region(),
                contract.node(),
                foldLimits(config.section("limits")),
                contract.helloTimeout(),
                contract.heartbeat(),
                contract.deadAfter(),
                contract.acceptedAfter(),
                contract.reappendAfter());
    }
}
