package io.meridian.delivery;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * The region's Redis.
 *
 * @param url {@code redis://[:password@]host:port[/db]} or {@code rediss://…}
 * @param requestTimeout how long a connection may answer nothing while something waits before it is given up; also
 *     how long connecting may take
 */
public record RedisSettings(String url, Duration requestTimeout) {
    /** Below 200 ms an append-only file that is being synced would look like a failure. */
    private static final Duration SHORTEST = Duration.ofMillis(200);

    public RedisSettings {
        if (!isRedis(url)) {
            throw new IllegalArgumentException(
                    "meridian.redis.url = " + withoutPassword(url) + ": write redis://host:port");
        }
        if (requestTimeout == null || requestTimeout.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("meridian.redis.request-timeout = " + requestTimeout + ": use at least "
                    + SHORTEST.toMillis() + "ms");
        }
    }

    private static boolean isRedis(String url) {
        try {
            URI uri = new URI(String.valueOf(url));
            return ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String withoutPassword(String url) {
        return String.valueOf(url).replaceAll("[^/@]*@", "…@");
    }

    /** Without the password that the URL may hold. */
    @Override
    public String toString() {
        URI uri = URI.create(url);
        return "RedisSettings[" + uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort() + ", " + requestTimeout
                + "]";
    }
}
