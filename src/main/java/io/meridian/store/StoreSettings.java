package io.meridian.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where the store is.
 *
 * @param contactPoints {@code host:port}; names are resolved again at every connection
 * @param localDatacenter the region's own; nothing is read from another
 * @param keyspace made at the first start
 * @param replication data centre to number of copies, used when the keyspace is made
 * @param requestTimeout of one request, its retries on other nodes included
 */
public record StoreSettings(
        List<String> contactPoints,
        String localDatacenter,
        String keyspace,
        Map<String, Integer> replication,
        Duration requestTimeout) {
    private static final Pattern CONTACT_POINT = Pattern.compile("(.+):([0-9]{1,5})");
    /** Cassandra's own bound, and nothing that would need quoting. */
    private static final Pattern KEYSPACE = Pattern.compile("[a-z][a-z0-9_]{0,47}");

    private static final Pattern DATACENTER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_PORT = 65_535;

    public StoreSettings {
        contactPoints = List.copyOf(contactPoints);
        replication = Map.copyOf(replication);
        if (contactPoints.isEmpty()) {
            throw refused("contact-points", contactPoints, "name at least one node as host:port");
        }
        for (String point : contactPoints) {
            var matcher = CONTACT_POINT.matcher(point);
            if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > MAX_PORT) {
                throw refused("contact-points", point, "write host:port, for example 127.0.0.1:9042");
            }
        }
        if (localDatacenter == null || !DATACENTER.matcher(localDatacenter).matches()) {
            throw refused("local-datacenter", localDatacenter, "name this region's data centre as its nodes do");
        }
        if (keyspace == null || !KEYSPACE.matcher(keyspace).matches()) {
            throw refused("keyspace", keyspace, "use 1 to 48 of a-z, 0-9 and _, a letter first");
        }
        if (!replication.containsKey(localDatacenter)) {
            throw refused("replication", replication, "give " + localDatacenter + " a number of copies, too");
        }
        replication.forEach((datacenter, copies) -> {
            if (!DATACENTER.matcher(datacenter).matches() || copies < 1) {
                throw refused("replication", datacenter + "=" + copies, "write data centre = copies, 1 or more");
            }
        });
        if (requestTimeout == null || requestTimeout.compareTo(Duration.ofMillis(100)) < 0) {
            throw refused("request-timeout", requestTimeout, "use 100ms or more");
        }
    }

    private static IllegalArgumentException refused(String key, Object value, String remedy) {
        return new IllegalArgumentException("meridian.cassandra." + key + " = " + value + ": " + remedy);
    }
}
