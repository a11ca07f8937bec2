package io.meridian.limits;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.Optional;

/** Addresses that begin with the same bits, as in {@code 10.0.0.0/8} or {@code fd00::/8}. */
record Subnet(byte[] network, int bits) {
    /** An address alone is a subnet of one. */
    static Optional<Subnet> parse(String text) {
        int slash = text.indexOf('/');
        byte[] network = address(slash < 0 ? text : text.substring(0, slash));
        if (network == null) {
            return Optional.empty();
        }
        try {
            int bits = slash < 0 ? network.length * Byte.SIZE : Integer.parseInt(text.substring(slash + 1));
            boolean fits = bits >= 0 && bits <= network.length * Byte.SIZE;
            return fits ? Optional.of(new Subnet(network, bits)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (address[i] != network[i]) {
                return false;
            }
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || ((address[whole] ^ network[whole]) & 0xff) >>> (Byte.SIZE - rest) == 0;
    }

    /** 4 or 16 bytes, an IPv4 address written as IPv6 is 4; null: not an address. Asks no name server. */
    static byte[] address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null || bytes.length != 16) {
            return bytes;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return bytes;
            }
        }
        boolean mapped = bytes[10] == -1 && bytes[11] == -1;
        return mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }
}
