package io.meridian.delivery;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The region's Redis.
 *
 * @param urls {@code redis://[:password@]host:port[/db]} or {@code rediss://…}: the primary; of a cluster some nodes, the
 *     first of which says how all are spoken to
 * @param requestTimeout how long a connection may answer nothing while something waits before it is given up; also
 *     how long connecting may take
 */
public record RedisSettings(Mode mode, List<String> urls, Duration requestTimeout) {
    /** What answers at the URLs. */
    public enum Mode {
        SINGLE,
        CLUSTER
    }

    /** Below 200 ms an append-only file that is being synced would look like a failure. */
    private static final Duration SHORTEST = Duration.ofMillis(200);

    private static final Pattern HOST_AND_PORT = Pattern.compile("([a-z]+://)?[A-Za-z0-9.-]*(:[0-9]*)?/?");

    public RedisSettings {
        urls = List.copyOf(urls);
        for (String url : urls) {
            if (!isRedis(url)) {
                throw new IllegalArgumentException(
                        "meridian.redis.url = " + withoutPassword(url)
                                + ": write redis://host:port, or redis://:password@host:port with the password percent-encoded");
            }
        }
        if (urls.isEmpty() || (mode == Mode.SINGLE && urls.size() > 1)) {
            throw new IllegalArgumentException("meridian.redis.url names " + urls.size()
                    + " servers: write one, or set meridian.redis.mode = cluster and write some of its nodes");
        }
        if (requestTimeout == null || requestTimeout.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("meridian.redis.request-timeout = " + requestTimeout + ": use at least "
                    + SHORTEST.toMillis() + "ms");
        }
    }

    /**
     * As configured.
     *
     * @param mode {@code single} or {@code cluster}
     * @param urls separated by commas
     */
    public static RedisSettings of(String mode, String urls, Duration requestTimeout) {
        Mode known = switch (mode) {
            case "single" -> Mode.SINGLE;
            case "cluster" -> Mode.CLUSTER;
            default -> throw new IllegalArgumentException("meridian.redis.mode = " + mode + ": use single or cluster");
        };
        return new RedisSettings(known, List.of(urls.strip().split("\\s*,\\s*")), requestTimeout);
    }

    public static RedisSettings single(String url, Duration requestTimeout) {
        return new RedisSettings(Mode.SINGLE, List.of(url), requestTimeout);
    }

    /** Another node of the cluster, spoken to like the first. */
    String urlOf(String address) {
        URI first = URI.create(urls.get(0));
        String user = first.getRawUserInfo() == null ? "" : first.getRawUserInfo() + "@";
        return first.getScheme() + "://" + user + address;
    }

    /** {@code host:port} of a URL. */
    static String addressOf(String url) {
        URI uri = URI.create(url);
        return uri.getHost() + ":" + (uri.getPort() < 0 ? 6379 : uri.getPort());
    }

    private static boolean isRedis(String url) {
        try {
            URI uri = new URI(String.valueOf(url));
            return ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * Of a URL that is none: what stands behind its last {@code @}, else all of it if it can only be a host and a port. A password
     * with a slash or a comma in it looks like neither.
     */
    private static String withoutPassword(String url) {
        String text = String.valueOf(url);
        int at = text.lastIndexOf('@');
        if (at >= 0) {
            return "…" + text.substring(at);
        }
        return HOST_AND_PORT.matcher(text).matches() ? text : "…";
    }

    /** Without the passwords that the URLs may hold. */
    @Override
    public String toString() {
        return "RedisSettings[" + mode + ", "
                + urls.stream().map(RedisSettings::addressOf).toList() + ", " + requestTimeout + "]";
    }
}
