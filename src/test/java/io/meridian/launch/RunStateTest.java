package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStateTest {
    private static final RunState.Entry KAFKA = entry("us-east-kafka", ProcessKind.KAFKA, 10);
    private static final RunState.Entry REDIS = entry("us-east-redis", ProcessKind.REDIS, 11);
    private static final RunState STATE = new RunState(
            List.of(new RunState.Region(
                    "us-east",
                    "http://127.0.0.1:8080",
                    List.of(new RunState.Node("us-east-node-1", "http://127.0.0.1:8080")))),
            List.of(KAFKA, REDIS));

    @Test
    void hasTheShapeThatToolsRead() throws Exception {
        JsonNode json = new ObjectMapper().readTree(Json.write(STATE));

        assertThat(json.fieldNames()).toIterable().containsExactly("regions", "processes");
        assertThat(json.at("/regions/0/name").asText()).isEqualTo("us-east");
        assertThat(json.at("/regions/0/nodes/0/url").asText()).isEqualTo("http://127.0.0.1:8080");
        JsonNode process = json.at("/processes/0");
        assertThat(process.fieldNames()).toIterable().contains("name", "kind", "region", "pid", "ports", "log");
        assertThat(process.get("kind").asText()).isEqualTo("kafka");
        assertThat(process.get("pid").isIntegralNumber()).isTrue();
        assertThat(process.at("/ports/main").asInt()).isEqualTo(9);
    }

    @Test
    void aProcessStartedAgainTakesThePlaceOfTheDeadOne() {
        RunState.Entry again = entry("us-east-kafka", ProcessKind.KAFKA, 12);

        assertThat(STATE.with(again).processes()).containsExactly(again, REDIS);
    }

    @Test
    void aNewProcessComesLast() {
        RunState.Entry node = entry("us-east-node-1", ProcessKind.NODE, 12);

        assertThat(STATE.with(node).processes()).containsExactly(KAFKA, REDIS, node);
    }

    @Test
    void isReadBackFromItsFile(@TempDir Path directory) {
        Path file = directory.resolve("run.json");
        assertThat(RunState.read(file)).isEmpty();

        Json.writeFile(file, STATE);

        assertThat(RunState.read(file)).contains(STATE);
        assertThat(directory.toFile().list()).containsExactly("run.json");
    }

    private static RunState.Entry entry(String name, ProcessKind kind, long pid) {
        return new RunState.Entry(name, kind, "us-east", pid, Map.of("main", 9), "/logs/" + name + ".log", "boot:1");
    }
}
