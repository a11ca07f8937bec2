package io.meridian.limits;

import java.util.List;
import java.util.Optional;

/**
 * Whose address a request is. Behind a load balancer every socket is the balancer's: then the right-most address of
 * {@code X-Forwarded-For} that is no trusted proxy counts, for what stands left of it anybody may have written.
 */
public final class ClientAddresses {
    /** An IPv6 client has a /64 to itself, and would otherwise have as many addresses as it wants. */
    private static final int IPV6_PREFIX_BYTES = 8;

    private static final int LOOPBACK = 127;

    private final List<Subnet> trusted;

    /**
     * Who is asking.
     *
     * @param key one client, or one network of a client
     * @param loopback this machine, which no limit by address applies to
     */
    public record Client(String key, boolean loopback) {}

    /** {@code trustedProxies}: addresses and subnets of the load balancers, {@code 10.0.0.0/8} for instance. */
    public ClientAddresses(List<String> trustedProxies) {
        this.trusted = trustedProxies.stream()
                .map(text -> Subnet.parse(text.strip())
                        .orElseThrow(() -> new IllegalArgumentException("meridian.http.trusted-proxies = " + text
                                + ": use addresses or subnets, as in 10.0.0.0/8 or fd00::/8")))
                .toList();
    }

    /**
     * The client behind a socket.
     *
     * @param remote address of the socket's other end, without its port; null when it is gone already
     * @param forwardedFor values of all {@code X-Forwarded-For} headers, in their order
     */
    public Client of(String remote, List<String> forwardedFor) {
        byte[] address = remote == null ? null : Subnet.address(remote);
        if (address == null) {
            return new Client("?" + remote, false);
        }
        if (trusted.isEmpty() || !trusted(address)) {
            return client(address);
        }
        for (int header = forwardedFor.size() - 1; header >= 0; header--) {
            String[] hops = forwardedFor.get(header).split(",", -1);
            for (int hop = hops.length - 1; hop >= 0; hop--) {
                byte[] next = Subnet.address(withoutPort(hops[hop].strip()));
                if (next == null) {
                    // Nonsense that a proxy passed on: that proxy is as far as is known.
                    return client(address);
                }
                address = next;
                if (!trusted(address)) {
                    return client(address);
                }
            }
        }
        return client(address);
    }

    /** Whose a socket is, of which nothing has been read yet; empty: a trusted proxy's, so anybody's. */
    public Optional<Client> ofSocket(String remote) {
        byte[] address = remote == null ? null : Subnet.address(remote);
        return address != null && trusted(address) ? Optional.empty() : Optional.of(of(remote, List.of()));
    }

    private boolean trusted(byte[] address) {
        for (Subnet subnet : trusted) {
            if (subnet.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static Client client(byte[] address) {
        int bytes = address.length == 4 ? 4 : IPV6_PREFIX_BYTES;
        StringBuilder key = new StringBuilder(2 * bytes);
        for (int i = 0; i < bytes; i++) {
            key.append(Character.forDigit(address[i] >> 4 & 0xf, 16)).append(Character.forDigit(address[i] & 0xf, 16));
        }
        return new Client(key.toString(), loopback(address));
    }

    private static boolean loopback(byte[] address) {
        if (address.length == 4) {
            return address[0] == LOOPBACK;
        }
        for (int i = 0; i < 15; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[15] == 1;
    }

    /** Some proxies write {@code 192.0.2.1:4711} and {@code [2001:db8::1]:4711}. */
    private static String withoutPort(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? hop : hop.substring(1, end);
        }
        int colon = hop.indexOf(':');
        boolean port = colon >= 0 && hop.indexOf(':', colon + 1) < 0;
        return port ? hop.substring(0, colon) : hop;
    }
}
