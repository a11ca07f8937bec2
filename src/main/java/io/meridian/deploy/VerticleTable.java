package io.meridian.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.message.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** {@code verticles.json}: which verticles a role runs, in the order in which they start. */
record VerticleTable(List<Row> rows) {
    /** 64 instances are more event loops than a node has. */
    private static final int MAX_INSTANCES = 64;

    /** {@code instances} of the verticle named {@code verticle}. */
    record Row(String verticle, int instances) {
        Row {
            if (!Verticles.NAMES.contains(verticle)) {
                throw new ConfigurationException(
                        "verticles.json: verticle = " + verticle + ": use one of " + new TreeSet<>(Verticles.NAMES));
            }
            if (instances < 1 || instances > MAX_INSTANCES) {
                throw new ConfigurationException(
                        "verticles.json: instances of " + verticle + " = " + instances + ": use 1 to " + MAX_INSTANCES);
            }
        }
    }

    VerticleTable {
        rows = List.copyOf(rows);
    }

    boolean has(String verticle) {
        return rows.stream().anyMatch(row -> row.verticle().equals(verticle));
    }

    static VerticleTable ofRole(String role) {
        try (InputStream file = VerticleTable.class.getResourceAsStream("/verticles.json")) {
            return parse(Json.MAPPER.readTree(file), role);
        } catch (IOException e) {
            throw new ConfigurationException("verticles.json cannot be read: " + e.getMessage());
        }
    }

    static VerticleTable parse(JsonNode file, String role) {
        JsonNode listed = file.path("roles").path(role);
        if (!listed.isArray() || listed.isEmpty()) {
            var roles = new TreeSet<String>();
            file.path("roles").fieldNames().forEachRemaining(roles::add);
            throw new ConfigurationException("meridian.node.role = " + role + ": use one of " + roles);
        }
        List<Row> rows = new ArrayList<>();
        listed.forEach(row -> rows.add(new Row(row.path("verticle").asText(), instances(row.path("instances")))));
        return new VerticleTable(rows);
    }

    /** What is no whole number is refused like one that is out of range. */
    private static int instances(JsonNode listed) {
        return listed.isMissingNode() ? 1 : listed.isInt() ? listed.asInt() : 0;
    }
}
