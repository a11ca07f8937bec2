package io.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.message.Json;
import io.meridian.message.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final Map<String, String> NOTHING = Map.of();

    @TempDir
    Path directory;

    @Test
    void theDefaultsMakeANode() {
        Configuration defaults = Configuration.load(null, NOTHING, "s1");

        assertThat(defaults.region()).isEqualTo(new RegionId("us-east"));
        assertThat(defaults.gateway().port()).isEqualTo(8080);
        assertThat(defaults.gateway().node()).isEqualTo("node-1.s1");
        assertThat(defaults.gateway().foldLimits().maxMembers()).isEqualTo(5_000);
        assertThat(defaults.cassandra().replication()).isEqualTo(Map.of("us-east", 1));
        assertThat(defaults.inbox().maxBytes()).isEqualTo(64 << 20);
        assertThat(defaults.protection().limits().on()).isTrue();
        assertThat(defaults.verticles().rows())
                .extracting(VerticleTable.Row::verticle)
                .containsExactly("receipt", "sequencer", "delivery", "service", "gateway");
    }

    @Test
    void theFileOverridesTheDefaultsAndTheEnvironmentBoth() throws IOException {
        Path file = file("""
                meridian { http { host = "0.0.0.0", port = 1 }, kafka.append-timeout = 7s }
                meridian.node.name = ${meridian.region.name}"-7"
                """);

        Configuration configuration = Configuration.load(
                file.toFile(),
                Map.of(
                        "MERIDIAN_HTTP_PORT", "9",
                        "MERIDIAN_REGION_NAME", "eu",
                        "MERIDIAN_CLUSTER_MEMBERS", "a:1, b:2",
                        "MERIDIAN_LIMITS_USER_MESSAGES_PER_SECOND", "0.5",
                        "PATH", "/bin"),
                "s1");

        assertThat(configuration.gateway().host()).isEqualTo("0.0.0.0");
        assertThat(configuration.gateway().port()).isEqualTo(9);
        assertThat(configuration.kafka().appendTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(configuration.cluster().members()).containsExactly("a:1", "b:2");
        assertThat(configuration.node()).isEqualTo("eu-7");
        assertThat(configuration.cassandra().localDatacenter()).isEqualTo("eu");
        assertThat(configuration.protection().limits().rates().values())
                .anyMatch(rate -> rate.perSecond() == 0.5 && rate.burst() == 100);
    }

    @Test
    void whatIsNoPlainValueIsWrittenInTheEnvironmentAsInTheFile() {
        Configuration configuration = Configuration.load(
                null,
                Map.of(
                        "MERIDIAN_CASSANDRA_REPLICATION", "{ us-east = 3, eu-west = \"2\" }",
                        "MERIDIAN_AUTH_OUTSIDE_ISSUERS",
                                "[{ issuer = \"https://i\", jwks-url = \"https://i/k\", audience = chat }]"),
                "s1");

        assertThat(configuration.auth().outsideIssuers())
                .singleElement()
                .satisfies(issuer -> assertThat(issuer.audience()).isEqualTo("chat"));
        assertThat(configuration.cassandra().replication()).isEqualTo(Map.of("us-east", 3, "eu-west", 2));
        refusedInEnvironment("MERIDIAN_AUTH_OUTSIDE_ISSUERS", "[{")
                .withMessageContaining("as conf/meridian.conf shows");
        refusedInEnvironment("MERIDIAN_AUTH_OUTSIDE_ISSUERS", "https://i")
                .withMessageContaining("meridian.auth.outside-issuers");
    }

    @Test
    void anUnknownKeyEndsTheStartAndIsShownWithoutItsValue() throws IOException {
        refused("redis.passwort = \"sesame\"")
                .withMessageContainingAll("meridian.redis.passwort: no such key", "node.conf: 1", "conf/meridian.conf")
                .withMessageNotContaining("sesame");
        refused("kafka.partitions { many = 3 }").withMessageContaining("meridian.kafka.partitions.many: no such key");
        refusedFile("http.port = 8080").withMessageContaining("http.port: no such key");
    }

    @Test
    void aMisspeltVariableEndsTheStartAndAnothersDoesNot() {
        refusedInEnvironment("MERIDIAN_REDIS_PASSWORT", "sesame")
                .withMessageContainingAll("MERIDIAN_REDIS_PASSWORT: no such key", "MERIDIAN_HTTP_PORT")
                .withMessageNotContaining("sesame");
        refusedInEnvironment("MERIDIAN_HTTP_PORT", "tcp://10.0.0.1:80")
                .withMessageContaining("meridian.http.port = tcp://10.0.0.1:80: use a whole number");

        for (String foreign : List.of(
                "MERIDIAN_RUN",
                "MERIDIAN_CASSANDRA_JAVA_HOME",
                "MERIDIAN_HOME",
                "MERIDIAN_SERVICE_HOST",
                "MERIDIAN_PORT_8080_TCP",
                "MERIDIAN_KAFKA_SERVICE_PORT_PLAIN",
                "MERIDIAN_KAFKA_PORT_9092_TCP_ADDR")) {
            assertThat(Configuration.load(null, Map.of(foreign, "x"), "s1")
                            .gateway()
                            .port())
                    .as(foreign)
                    .isEqualTo(8080);
        }
    }

    @Test
    void nonsenseIsRefusedWithItsKeyItsValueAndTheRemedy() throws IOException {
        refused("region.name = \"US East\"")
                .withMessage(
                        "meridian.region.name = US East: use 1 to 32 lower case letters, digits and dashes, as in us-east");
        refused("region.index = 16").withMessageStartingWith("meridian.region.index = 16: use 0 to 15");
        refused("node.name = \"a/b\"").withMessageStartingWith("meridian.node.name = a/b: use 1 to 40");
        refused("node.role = edgy").withMessage("meridian.node.role = edgy: use one of [all, core, edge]");
        refused("http.host = \"\"").withMessageStartingWith("meridian.http.host = : use 127.0.0.1");
        refused("http.port = 70000").withMessage("meridian.http.port = 70000: use 0 to 65535");
        refused("http.port = 80.5").withMessageStartingWith("meridian.http.port = 80.5: use a whole number");
        refused("http.port = null").withMessageStartingWith("meridian.http.port is missing: use a whole number");
        refused("http.trusted-proxies = [\"everybody\"]")
                .withMessageContaining("meridian.http.trusted-proxies = everybody");
        refused("cluster.host = \" \"").withMessageStartingWith("meridian.cluster.host =  : use an address");
        refused("cluster.members = []").withMessageStartingWith("meridian.cluster.members = []: name host:port");
        refused("cluster.bus-port = 0").withMessage("meridian.cluster.bus-port = 0: use 1 to 65535");
        refused("kafka = 3").withMessageStartingWith("meridian.kafka = 3: use { … }");
        refused("kafka.replication-factor = 65537")
                .withMessageStartingWith("meridian.kafka.replication-factor = 65537: use 3");
        refused("kafka.append-timeout = soon")
                .withMessageStartingWith("meridian.kafka.append-timeout = soon: use a duration with its unit");
        refused("cassandra.replication { us-east = many }")
                .withMessageStartingWith("meridian.cassandra.replication.us-east = many: use a whole number");
        refused("cassandra.replication { us-east = 0 }")
                .withMessageStartingWith("meridian.cassandra.replication = us-east=0");
        refused("cassandra.contact-points = \"a:1\"")
                .withMessageStartingWith("meridian.cassandra.contact-points = a:1: use a list of texts");
        refused("cassandra.contact-points = [a]")
                .withMessageStartingWith("meridian.cassandra.contact-points = a: write host:port");
        refused("cassandra.request-timeout = 1ms").withMessageStartingWith("meridian.cassandra.request-timeout = ");
        refused("redis.mode = many").withMessage("meridian.redis.mode = many: use single or cluster");
        refused("redis.url = [sesame]")
                .withMessage("meridian.redis.url = […]: use a text")
                .withMessageNotContaining("sesame");
        refused("inbox.max-bytes = huge")
                .withMessage("meridian.inbox.max-bytes = huge: use a size with its unit, as in 64MiB");
        refused("inbox.removed-for = 5m")
                .withMessage("meridian.inbox.removed-for = 5m: use more than auth.access-token-life, which is 900s");
        refused("auth.outside-issuers = [{ issuer = i }]")
                .withMessageStartingWith("meridian.auth.outside-issuers[0].jwks-url is missing");
        refused("services.events = all").withMessage("meridian.services.events = all: use off, heads or full");
        refused("limits.rates = maybe").withMessage("meridian.limits.rates = maybe: use on or off");
        refused("limits.user-messages = 5").withMessageStartingWith("meridian.limits.user-messages = 5: use { … }");
        refused("limits.user-messages.per-second = fast")
                .withMessage("meridian.limits.user-messages.per-second = fast: use a number");
        refused("limits.max-members = 1").withMessage("meridian.limits.max-members = 1: use 2 to 10000");
        refused("limits.write-fanout-members = -1")
                .withMessage("meridian.limits.write-fanout-members = -1: use 0 to 5000, 500 is usual");
        refused("drain.window = 1h").withMessageStartingWith("meridian.drain.window = ");
    }

    @Test
    void aFileThatCannotBeReadIsSaidInOneLine() throws IOException {
        refused(directory.resolve("none.conf")).withMessageContaining("none.conf: cannot be read");
        refused(file("meridian { http { port = 1 }")).withMessageContaining("node.conf");
        refused(file("meridian.http.host = ${NOBODY_SETS_THIS}")).withMessageContaining("NOBODY_SETS_THIS");
    }

    @Test
    void aRoleRunsWhatTheTableSaysInItsOrder() throws IOException {
        VerticleTable table =
                table("{\"roles\":{\"edge\":[{\"verticle\":\"gateway\",\"instances\":2},{\"verticle\":\"service\"}]}}");

        assertThat(table.rows())
                .containsExactly(new VerticleTable.Row("gateway", 2), new VerticleTable.Row("service", 1));
        assertThat(table.has("gateway")).isTrue();
        assertThat(table.has("sequencer")).isFalse();
        for (String role : List.of("all", "edge", "core")) {
            assertThat(VerticleTable.ofRole(role).rows()).isNotEmpty();
        }
    }

    @Test
    void aTableThatMakesNoSenseIsRefused() {
        refusedTable("{\"roles\":{\"core\":[]}}").withMessage("meridian.node.role = edge: use one of [core]");
        refusedTable("{\"roles\":{\"edge\":[{\"verticle\":\"gatewy\"}]}}")
                .withMessage(
                        "verticles.json: verticle = gatewy: use one of [delivery, gateway, receipt, sequencer, service]");
        refusedTable("{\"roles\":{\"edge\":[{\"verticle\":\"gateway\",\"instances\":\"two\"}]}}")
                .withMessageStartingWith("verticles.json: instances of gateway");
        refusedTable("{\"roles\":{\"edge\":[{\"verticle\":\"gateway\",\"instances\":65}]}}")
                .withMessage("verticles.json: instances of gateway = 65: use 1 to 64");
    }

    /** {@code setting}: without the {@code meridian} around it. */
    private ThrowableAssertAlternative<ConfigurationException> refused(String setting) throws IOException {
        return refusedFile("meridian." + setting);
    }

    private ThrowableAssertAlternative<ConfigurationException> refusedFile(String text) throws IOException {
        return refused(file(text));
    }

    private static ThrowableAssertAlternative<ConfigurationException> refused(Path file) {
        return inOneLine(() -> Configuration.load(file.toFile(), NOTHING, "s1"));
    }

    private static ThrowableAssertAlternative<ConfigurationException> refusedInEnvironment(String name, String value) {
        return inOneLine(() -> Configuration.load(null, Map.of(name, value), "s1"));
    }

    private static ThrowableAssertAlternative<ConfigurationException> refusedTable(String json) {
        return inOneLine(() -> table(json));
    }

    private static ThrowableAssertAlternative<ConfigurationException> inOneLine(ThrowingCallable loading) {
        return assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(loading)
                .withMessageNotContaining("\n");
    }

    private static VerticleTable table(String json) throws IOException {
        return VerticleTable.parse(Json.MAPPER.readTree(json), "edge");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("node.conf"), text);
    }
}
