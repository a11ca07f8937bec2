package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.async.Deadline;
import io.meridian.message.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Whether the process lives, and whether it can do its work. Open to everybody, so it says no more than up or down. */
final class HealthRoutes {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** The answer is asked for by anyone: the engines are not, more often than this. */
    private static final Duration FRESH = Duration.ofMillis(500);

    private static final String RETRY_AFTER = "1";

    private final Map<String, Supplier<Future<Boolean>>> dependencies;
    private final InstantSource clock;
    private final BooleanSupplier draining;
    private Future<Answer> ready = Future.succeededFuture();
    private long askedMs;

    HealthRoutes(Map<String, Supplier<Future<Boolean>>> dependencies, InstantSource clock, BooleanSupplier draining) {
        this.dependencies = new TreeMap<>(dependencies);
        this.clock = clock;
        this.draining = draining;
    }

    void mount(Api api) {
        api.free(
                HttpMethod.GET,
                "/health/live",
                () -> Future.succeededFuture(
                        Answer.ok(Json.MAPPER.createObjectNode().put("status", "up"))));
        api.free(HttpMethod.GET, "/health/ready", this::ready);
    }

    private Future<Answer> ready() {
        if (draining.getAsBoolean()) {
            // Not from what was asked half a second ago: nobody new is to be sent here from now on.
            return Future.succeededFuture(
                    down(Json.MAPPER.createObjectNode().put("status", "down").put("reason", "draining")));
        }
        long now = clock.millis();
        if (askedMs == 0 || now - askedMs >= FRESH.toMillis()) {
            askedMs = now;
            ready = check();
        }
        return ready;
    }

    private Future<Answer> check() {
        Map<String, Future<Boolean>> asked = new LinkedHashMap<>();
        dependencies.forEach((name, dependency) -> asked.put(name, ask(dependency)));
        return Future.all(List.copyOf(asked.values())).map(answered -> {
            boolean up = asked.values().stream().allMatch(Future::result);
            ObjectNode body = Json.MAPPER.createObjectNode().put("status", up ? "up" : "down");
            ObjectNode states = body.putObject("dependencies");
            asked.forEach((name, state) -> states.put(name, state.result() ? "up" : "down"));
            return up ? Answer.ok(body) : down(body);
        });
    }

    private static Answer down(ObjectNode body) {
        return Answer.json(503, body).with("Retry-After", RETRY_AFTER);
    }

    private static Future<Boolean> ask(Supplier<Future<Boolean>> dependency) {
        try {
            return Deadline.within(PATIENCE.toMillis(), dependency.get()).otherwise(false);
        } catch (RuntimeException e) {
            return Future.succeededFuture(false);
        }
    }
}
