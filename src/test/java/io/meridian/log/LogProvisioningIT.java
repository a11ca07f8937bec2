package io.meridian.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.launch.LocalEngine;
import io.meridian.message.Ownership;
import io.meridian.message.RegionId;
import io.meridian.message.Topics;
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogProvisioningIT {
    private static final RegionId REGION = new RegionId(Engines.REGION);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private LocalEngine kafka;
    private LogSettings settings;
    private CommandLog commands;

    @BeforeEach
    void kafka() {
        kafka = Engines.startKafka(directory);
        settings = new LogSettings(kafka.address(), 2, (short) 1, 1, Duration.ofSeconds(20));
        commands = CommandLog.open(vertx, settings);
    }

    @AfterEach
    void close() throws Exception {
        end(vertx.close());
        kafka.kill();
    }

    private static <T> T end(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Future<Void> provision() {
        return new LogProvisioning(vertx, settings).run(commands, new Ownership(REGION, 16, REGION));
    }

    private String refusal() throws Exception {
        try {
            end(provision());
            return "taken";
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        }
    }

    private void made(String topic, Map<String, String> config) throws Exception {
        try (Admin admin = Admin.create(KafkaConfig.admin(settings))) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1).configs(config)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void topicThatWasMadeByHandIsTakenOnlyAsTheFoldNeedsIt() throws Exception {
        made(Topics.COMMANDS, Map.of());
        assertThat(refusal()).contains(Topics.COMMANDS, "message.timestamp.type = CreateTime", "LogAppendTime");
        try (Admin admin = Admin.create(KafkaConfig.admin(settings))) {
            admin.deleteTopics(List.of(Topics.COMMANDS)).all().get(20, TimeUnit.SECONDS);
        }
        made(Topics.COMMANDS, Map.of("message.timestamp.type", "LogAppendTime", "cleanup.policy", "compact"));
        assertThat(refusal()).contains(Topics.COMMANDS, "cleanup.policy = compact");
    }

    @Test
    void topicsThatAreMissingAreMadeOnce() throws Exception {
        end(provision());
        end(provision());
        try (LogTail tail = LogTail.open(settings, "nobody", Topics.COMMANDS, 1)) {
            assertThat(tail.begin()).isZero();
            assertThat(tail.read(0, 1)).hasSize(1);
            assertThat(tail.intact(1, Optional.empty())).isEqualTo(1);
        }
    }
}
