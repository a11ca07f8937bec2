package io.meridian.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressesTest {
    private final ClientAddresses direct = new ClientAddresses(List.of());
    private final ClientAddresses proxied = new ClientAddresses(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/9"));

    private static String key(ClientAddresses addresses, String remote, String... forwardedFor) {
        return addresses.of(remote, List.of(forwardedFor)).key();
    }

    @Test
    void withoutTrustedProxiesAnybodyMayWriteTheHeader() {
        assertThat(key(direct, "198.51.100.1", "203.0.113.9")).isEqualTo(key(direct, "198.51.100.1"));
        assertThat(key(proxied, "198.51.100.1", "203.0.113.9")).isEqualTo(key(direct, "198.51.100.1"));
    }

    @Test
    void theRightMostUntrustedAddressCounts() {
        String client = key(direct, "203.0.113.9");
        assertThat(key(proxied, "10.1.2.3", "203.0.113.9")).isEqualTo(client);
        assertThat(key(proxied, "10.1.2.3", "8.8.8.8, 203.0.113.9 , 10.9.9.9,192.0.2.7"))
                .isEqualTo(client);
        assertThat(key(proxied, "10.1.2.3", "8.8.8.8", "203.0.113.9", "10.9.9.9"))
                .as("several headers are one list")
                .isEqualTo(client);
        assertThat(key(proxied, "fd12::1", "203.0.113.9:4711")).isEqualTo(client);
    }

    @Test
    void oneWhoIsOnlyBehindProxiesIsTheFarthestOfThem() {
        assertThat(key(proxied, "10.1.2.3")).isEqualTo(key(direct, "10.1.2.3"));
        assertThat(key(proxied, "10.1.2.3", "10.5.5.5, 10.6.6.6")).isEqualTo(key(direct, "10.5.5.5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "unknown", "203.0.113.9, _hidden", "300.1.1.1", "[::1", "a.example.org"})
    void nonsenseLeavesTheProxyThatPassedItOn(String header) {
        assertThat(key(proxied, "10.1.2.3", header)).isEqualTo(key(direct, "10.1.2.3"));
    }

    @Test
    void anIpv6ClientIsItsNetwork() {
        assertThat(key(direct, "2001:db8:1:2::1")).isEqualTo(key(direct, "2001:db8:1:2:ffff::9"));
        assertThat(key(direct, "2001:db8:1:2::1")).isNotEqualTo(key(direct, "2001:db8:1:3::1"));
        assertThat(key(proxied, "10.1.2.3", "[2001:db8:1:2::1]:443")).isEqualTo(key(direct, "2001:db8:1:2::1"));
        assertThat(key(direct, "::ffff:203.0.113.9")).isEqualTo(key(direct, "203.0.113.9"));
    }

    @Test
    void onlyThisMachineIsLoopback() {
        assertThat(direct.of("127.0.0.1", List.of()).loopback()).isTrue();
        assertThat(direct.of("127.8.8.8", List.of()).loopback()).isTrue();
        assertThat(direct.of("::1", List.of()).loopback()).isTrue();
        assertThat(direct.of("::2", List.of()).loopback()).isFalse();
        assertThat(direct.of("10.0.0.1", List.of()).loopback()).isFalse();
        assertThat(new ClientAddresses(List.of("127.0.0.0/8"))
                        .of("127.0.0.1", List.of("203.0.113.9"))
                        .loopback())
                .isFalse();
    }

    @Test
    void subnetsEndWithinAByteToo() {
        ClientAddresses odd = new ClientAddresses(List.of("172.16.0.0/12", "0.0.0.0/1"));
        assertThat(key(odd, "172.31.255.255", "203.0.113.9")).isEqualTo(key(direct, "203.0.113.9"));
        assertThat(key(odd, "172.32.0.1", "203.0.113.9")).isEqualTo(key(direct, "172.32.0.1"));
        assertThat(key(odd, "127.255.0.1", "203.0.113.9")).isEqualTo(key(direct, "203.0.113.9"));
        assertThat(key(odd, "128.0.0.1", "203.0.113.9")).isEqualTo(key(direct, "128.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0/8", "balancer", "10.0.0.0/-1", "10.0.0.0/x", "::/129", "/8"})
    void aProxyThatIsNoAddressIsRefusedAtStart(String proxy) {
        assertThatThrownBy(() -> new ClientAddresses(List.of(proxy)))
                .hasMessageContaining("meridian.http.trusted-proxies = " + proxy);
    }

    @Test
    void aSocketIsItsOwnAddressUnlessItIsAProxys() {
        ClientAddresses addresses = new ClientAddresses(List.of("10.0.0.0/8"));
        assertThat(addresses.ofSocket("203.0.113.9")).contains(addresses.of("203.0.113.9", List.of()));
        assertThat(addresses.ofSocket("10.1.2.3")).isEmpty();
        assertThat(addresses.ofSocket("127.0.0.1").orElseThrow().loopback()).isTrue();
        assertThat(addresses.ofSocket(null)).isPresent();
    }
}
