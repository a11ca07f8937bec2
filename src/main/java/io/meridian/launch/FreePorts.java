package io.meridian.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Finds loopback ports for servers that will be killed and started again on the same port.
 *
 * <p>They are taken from below the range the system gives to outgoing connections: while a server is down, a client that keeps
 * connecting to a port inside that range can be given that very port, connect to itself, and keep the server from coming back.
 */
public final class FreePorts {
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private final Random random;
    private final Set<Integer> given = new HashSet<>();

    public FreePorts(Random random) {
        this.random = random;
    }

    /** A port that nobody listens on and that this object has not given before. */
    public int next() {
        int highest = Math.min(HIGHEST, outgoingRangeStart() - 1);
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = LOWEST + random.nextInt(highest - LOWEST);
            if (given.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new LaunchException("no free port found between " + LOWEST + " and " + highest);
    }

    /** The first of {@code count} free ports that lie {@code step} apart. */
    public int nextBlock(int count, int step) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int first = next();
            boolean free = true;
            for (int n = 1; n < count && free; n++) {
                int port = first + n * step;
                free = given.add(port) && isFree(port);
            }
            if (free) {
                return first;
            }
        }
        throw new LaunchException("no " + count + " free ports " + step + " apart found");
    }

    /** Keeps a remembered port from being given to somebody else. */
    void reserve(int port) {
        given.add(port);
    }

    static boolean isFree(int port) {
        // All addresses: a server bound to the wildcard address takes the loopback port as well.
        return canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                && canBind(new InetSocketAddress(port));
    }

    private static boolean canBind(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the engines do: a connection of the last run in TIME_WAIT does not make a port taken.
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int outgoingRangeStart() {
        try {
            String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
            int start = Integer.parseInt(range.trim().split("\\s+")[0]);
            // A machine that hands out nearly everything leaves no room below: then any port is as good.
            return start > LOWEST + ATTEMPTS ? start : HIGHEST + 1;
        } catch (IOException | NumberFormatException e) {
            return HIGHEST + 1;
        }
    }
}
