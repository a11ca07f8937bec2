package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Cluster;
import io.meridian.testing.RunningRegion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Short runs of the command itself, as a person starts it. What it counts must be exact; what it times decides nothing. */
@ExtendWith(RunningRegion.class)
class BenchIT {
    @Test
    void pairs(Cluster cluster) throws IOException {
        JsonNode document = bench(cluster, "--scenario", "pairs", "--users", "6", "--rate", "20", "--seconds", "2");
        whole(document, 40, 40);
        assertThat(document.path("connects").path("count").asInt()).isEqualTo(6);
        for (String kind : List.of("node", "kafka", "cassandra", "redis", "bench")) {
            assertThat(document.path("cpu").path("ms").path(kind).isNumber()).isTrue();
        }
        for (String of : List.of("acknowledgement", "delivery")) {
            assertThat(document.path("latencyMs").path(of).path("p99").asDouble())
                    .isPositive();
        }
        assertThat(document.path("rssMiB").path("us-east-node-1").asDouble()).isPositive();
        assertThat(document.path("machine").path("cores").asInt()).isPositive();
    }

    @Test
    void groups(Cluster cluster) throws IOException {
        JsonNode document = bench(
                cluster, "--scenario", "group", "--users", "8", "--group-size", "4", "--rate", "10", "--seconds", "2");
        whole(document, 20, 60);
    }

    @Test
    void besideClientsThatMisbehave(Cluster cluster) throws IOException {
        JsonNode document = bench(cluster, "--scenario", "unruly", "--users", "4", "--rate", "10", "--seconds", "2");
        // Twice without and twice beside them.
        whole(document, 80, 80);
        JsonNode unruly = document.path("unruly");
        assertThat(unruly.path("nuisances").path("flooder").path("sent").asLong())
                .isPositive();
        assertThat(unruly.path("nuisances").path("slow reader").path("synced").asLong())
                .isPositive();
        assertThat(unruly.path("nuisances")
                        .path("never acknowledges")
                        .path("message_created")
                        .asLong())
                .isPositive();
        for (String of : List.of("acknowledgement", "delivery")) {
            assertThat(unruly.path("p99Ratio").path(of).asDouble()).isPositive();
        }
    }

    @Test
    void everybodyIsCutAndComesBack(Cluster cluster) throws IOException {
        JsonNode document = bench(cluster, "--scenario", "reconnect", "--users", "6", "--rate", "10");
        // One message a room over HTTP, to both its devices.
        whole(document, 3, 6);
        JsonNode reconnect = document.path("reconnect");
        assertThat(reconnect.path("clients").asInt()).isEqualTo(6);
        assertThat(reconnect.path("whole").asInt()).isEqualTo(6);
        assertThat(reconnect.path("secondsToSynced").path("all").asDouble()).isPositive();
    }

    @Test
    void idleConnections(Cluster cluster) throws IOException {
        JsonNode document = bench(cluster, "--scenario", "idle", "--connections", "60", "--seconds", "1");
        assertThat(document.path("idle").path("connections").asInt()).isEqualTo(60);
        assertThat(document.path("connects").path("count").asInt()).isEqualTo(60);
        assertThat(document.path("idle").path("node").path("heapKib").isNumber())
                .isTrue();
        assertThat(document.path("idle").path("bareVertx").path("heapKib").isNumber())
                .isTrue();
        assertThat(document.path("warnings")).isEmpty();
    }

    @Test
    void theFloor(Cluster cluster) throws IOException {
        JsonNode document = bench(cluster, "--scenario", "floor", "--rate", "20", "--seconds", "2");
        assertThat(document.path("messages").path("offered").asInt()).isEqualTo(40);
        assertThat(document.path("messages").path("acknowledged").asInt()).isEqualTo(40);
        assertThat(document.path("messages").path("delivered").asInt()).isEqualTo(40);
        assertThat(document.path("errors")).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsSaidInOneLine(Cluster cluster) {
        Cluster.Result result = cluster.meridian(List.of("bench", "--users", "7"));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("--users 7").doesNotContain("at io.meridian");
    }

    private static JsonNode bench(Cluster cluster, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("bench", "--warmup", "1", "--settle", "60"));
        arguments.addAll(List.of(options));
        Cluster.Answer answer = cluster.answer(arguments);
        assertThat(answer.exitCode()).as(answer.errors()).isZero();
        // One document and nothing else, or this does not parse.
        return Api.MAPPER.readTree(answer.output());
    }

    private static void whole(JsonNode document, long messages, long deliveries) {
        JsonNode counts = document.path("messages");
        assertThat(counts.path("offered").asLong())
                .as(document.toPrettyString())
                .isEqualTo(messages);
        assertThat(counts.path("acknowledged").asLong())
                .as(document.toPrettyString())
                .isEqualTo(messages);
        assertThat(counts.path("expected").asLong()).isEqualTo(deliveries);
        assertThat(counts.path("delivered").asLong()).isEqualTo(deliveries);
        for (String wrong : List.of("lost", "duplicated", "outOfOrder", "gaps")) {
            assertThat(counts.path(wrong).asLong()).as(wrong).isZero();
        }
        assertThat(document.path("errors")).isEmpty();
    }
}
