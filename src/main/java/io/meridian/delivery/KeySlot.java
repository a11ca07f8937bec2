package io.meridian.delivery;

import io.meridian.message.UserId;
import java.nio.charset.StandardCharsets;

/** The slot of a Redis Cluster in which all of a user's keys lie: CRC-16 (XMODEM) of the tag in braces. Pure. */
final class KeySlot {
    static final int SLOTS = 16_384;
    private static final int POLYNOMIAL = 0x1021;
    private static final int[] TABLE = table();

    private KeySlot() {}

    static int of(UserId user) {
        return of(user.value());
    }

    static int of(String tag) {
        int crc = 0;
        for (byte b : tag.getBytes(StandardCharsets.UTF_8)) {
            crc = ((crc << 8) ^ TABLE[((crc >>> 8) ^ b) & 0xff]) & 0xffff;
        }
        return crc % SLOTS;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
            }
            table[i] = crc & 0xffff;
        }
        return table;
    }
}
