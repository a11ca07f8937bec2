package io.meridian.launch;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Definitions of engines from what is installed; the only place that knows which engine needs what. */
final class EngineDefinitions {
    private final Installation installation;
    private final Supplier<Path> redisProgram;
    private final Supplier<UUID> ids;

    /**  ids where the identities of new logs come from */
    EngineDefinitions(Installation installation, Supplier<Path> redisProgram, Supplier<UUID> ids) {
        this.installation = installation;
        this.redisProgram = redisProgram;
        this.ids = ids;
    }

    /** With Redis taken out of its jar when it is first needed. */
    static EngineDefinitions of(Installation installation) {
        return new EngineDefinitions(
                installation,
                () -> RedisBinary.extract(
                        Path.of(installation.engineClassPath(ProcessKind.REDIS)), installation.buildDirectory()),
                UUID::randomUUID);
    }

    static List<String> portsOf(ProcessKind kind) {
        return switch (kind) {
            case KAFKA -> KafkaDefinition.PORTS;
            case CASSANDRA -> CassandraDefinition.PORTS;
            case REDIS -> RedisDefinition.PORTS;
            case NODE, MIRRORMAKER -> throw new IllegalArgumentException(kind + " is not an engine of one region");
        };
    }

    ProcessDefinition define(ProcessKind kind, EngineSite site) {
        return switch (kind) {
            case KAFKA ->
                KafkaDefinition.of(
                        site, installation.java().toString(), installation.engineClassPath(kind), newId(), newId());
            case CASSANDRA ->
                CassandraDefinition.of(
                        site, installation.cassandraJava().toString(), installation.engineClassPath(kind));
            case REDIS -> RedisDefinition.of(site, redisProgram.get().toString());
            case NODE, MIRRORMAKER -> throw new IllegalArgumentException(kind + " is not an engine of one region");
        };
    }

    /** Kafka's own form of an id; the ones that begin with a dash read as an option somewhere, as Kafka itself avoids. */
    private String newId() {
        String id;
        do {
            UUID uuid = ids.get();
            byte[] bytes = ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array();
            id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        } while (id.startsWith("-"));
        return id;
    }
}
