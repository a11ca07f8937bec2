package io.meridian.launch;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where one engine of one region lives.
 *
 * @param name of the process
 * @param regionIndex the region's number, 0 for the first
 * @param directory everything the engine writes is below it
 * @param log its standard output
 * @param ports by purpose, see each engine's {@code PORTS}
 */
record EngineSite(String name, String region, int regionIndex, Path directory, Path log, Map<String, Integer> ports) {

    int port(String purpose) {
        Integer port = ports.get(purpose);
        if (port == null) {
            throw new IllegalArgumentException(name + " has no port '" + purpose + "'; it has " + ports.keySet());
        }
        return port;
    }

    String path(String relative) {
        return directory.resolve(relative).toString();
    }
}
