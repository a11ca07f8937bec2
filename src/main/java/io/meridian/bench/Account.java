package io.meridian.bench;

import java.net.URI;
import java.util.Map;

/**
 * One user of the benchmark.
 *
 * @param node where this user's devices connect
 */
record Account(String userId, String token, URI node) {
    Map<String, String> authorization() {
        return Map.of("authorization", "Bearer " + token);
    }

    @Override
    public String toString() {
        return userId; // never the token
    }
}
