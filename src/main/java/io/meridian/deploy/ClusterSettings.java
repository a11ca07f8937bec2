package io.meridian.deploy;

import java.util.List;

/** Where a node meets the others of its region. {@code members}: host:port each. */
record ClusterSettings(String host, int port, int busPort, List<String> members) {
    ClusterSettings {
        members = List.copyOf(members);
        if (host.isBlank()) {
            throw new ConfigurationException("meridian.cluster.host = " + host + ": use an address of this machine");
        }
        if (members.isEmpty() || members.stream().anyMatch(String::isBlank)) {
            throw new ConfigurationException(
                    "meridian.cluster.members = " + members + ": name host:port of the region's nodes");
        }
        port("cluster.port", port);
        port("cluster.bus-port", busPort);
    }

    private static void port(String key, int port) {
        if (port < 1 || port > 65_535) {
            throw new ConfigurationException("meridian." + key + " = " + port + ": use 1 to 65535");
        }
    }
}
