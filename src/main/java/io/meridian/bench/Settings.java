package io.meridian.bench;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is to be measured, checked.
 *
 * @param rate messages a second over all users
 * @param seconds counted; {@code warmup} seconds of the same load come before
 * @param settle the most seconds to wait for what was sent
 * @param seed part of the users' names
 */
record Settings(
        Scenario scenario,
        int users,
        double rate,
        int seconds,
        int warmup,
        int settle,
        int groupSize,
        int connections,
        int loops,
        String seed,
        List<URI> urls) {
    /** The server's default; more devices of a user are refused. */
    static final int DEVICES_A_USER = 20;

    private static final int MOST_USERS = 10_000;
    /** What one process can open here, with room for the rest. */
    private static final int MOST_CONNECTIONS = 18_000;
    /** Members of one call that makes a group. */
    private static final int MOST_MEMBERS = 500;
    /** Access tokens live 15 minutes, and are not renewed here. */
    private static final int MOST_SECONDS = 600;

    private static final Pattern SEED = Pattern.compile("[a-z0-9]{1,16}");

    Settings {
        urls = List.copyOf(urls);
        check(users >= 2 && users <= MOST_USERS, "--users " + users + ": between 2 and " + MOST_USERS);
        check(
                scenario == Scenario.GROUP || scenario == Scenario.IDLE || users % 2 == 0,
                "--users " + users + ": an even number, for they are paired");
        check(rate > 0 && rate <= 100_000, "--rate " + rate + ": above 0, at most 100000");
        check(seconds >= 1, "--seconds " + seconds + ": at least 1");
        check(warmup >= 0, "--warmup " + warmup + ": not below 0");
        check(
                seconds + warmup <= MOST_SECONDS,
                "--seconds and --warmup: at most " + MOST_SECONDS + " together, for access tokens end");
        check(settle >= 1 && settle <= 120, "--settle " + settle + ": between 1 and 120");
        check(
                groupSize >= 2 && groupSize <= MOST_MEMBERS,
                "--group-size " + groupSize + ": between 2 and " + MOST_MEMBERS);
        check(
                scenario != Scenario.GROUP || users % groupSize == 0,
                "--users " + users + ": a multiple of the group size, " + groupSize);
        check(
                connections >= 1 && connections <= MOST_CONNECTIONS,
                "--connections " + connections + ": between 1 and " + MOST_CONNECTIONS);
        check(loops >= 1 && loops <= 16, "--loops " + loops + ": between 1 and 16");
        check(SEED.matcher(seed).matches(), "--seed " + seed + ": 1 to 16 lower-case letters and digits");
        for (URI url : urls) {
            check(
                    "http".equals(url.getScheme()) && url.getHost() != null && url.getPort() > 0,
                    "--url " + url + ": as in http://127.0.0.1:8080");
        }
    }

    static Settings of(BenchOptions options, List<URI> urls, String freshSeed) {
        return new Settings(
                options.scenario,
                options.users,
                options.rate,
                options.seconds,
                options.warmup,
                options.settle,
                options.groupSize,
                options.connections,
                options.loops,
                options.seed == null ? freshSeed : options.seed,
                urls);
    }

    /** Users that the scenario needs accounts for. */
    int accounts() {
        return switch (scenario) {
            case IDLE -> (connections + DEVICES_A_USER - 1) / DEVICES_A_USER;
            case UNRULY -> users + UnrulyLoad.NUISANCES;
            case PAIRS, GROUP, RECONNECT, FLOOR -> users;
        };
    }

    int membersOfARoom() {
        return scenario == Scenario.GROUP ? groupSize : 2;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
