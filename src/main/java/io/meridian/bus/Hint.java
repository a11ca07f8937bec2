package io.meridian.bus;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import java.util.List;

/**
 * New inbox entries for one gateway: each event's bytes once, and which device got it under which entry id.
 * A gateway sends an entry only if it follows the last one it sent to that device, and else reads the stream.
 */
public record Hint(List<Payload> payloads, List<Target> targets) {
    public Hint {
        payloads = List.copyOf(payloads);
        targets = List.copyOf(targets);
    }

    /** {@code json}: the event as stored. {@code flags}: what lies beside it in the stream, see the inbox. */
    public record Payload(byte[] json, int flags) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Payload that && flags == that.flags && java.util.Arrays.equals(json, that.json);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(json);
        }
    }

    /** {@code payload}: index into {@link #payloads}. {@code entry}: the number n of the entry id {@code generation-n}. */
    public record Target(UserId userId, DeviceId deviceId, int payload, long generation, long entry) {}
}
