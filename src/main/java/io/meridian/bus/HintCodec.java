package io.meridian.bus;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Hints in binary: they carry every event of the region, and JSON would quote each byte of it again. */
final class HintCodec {
    private HintCodec() {}

    static Buffer encode(Hint hint) {
        Buffer out = Buffer.buffer(256);
        out.appendInt(hint.payloads().size());
        for (Hint.Payload payload : hint.payloads()) {
            out.appendInt(payload.json().length).appendBytes(payload.json()).appendInt(payload.flags());
        }
        out.appendInt(hint.targets().size());
        for (Hint.Target target : hint.targets()) {
            text(out, target.userId().value());
            text(out, target.deviceId().value());
            out.appendInt(target.payload()).appendLong(target.generation()).appendLong(target.entry());
        }
        return out;
    }

    private static void text(Buffer out, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.appendInt(bytes.length).appendBytes(bytes);
    }

    static Hint decode(Buffer in) {
        var reader = new Reader(in);
        int payloads = reader.number();
        List<Hint.Payload> events = new ArrayList<>();
        for (int i = 0; i < payloads; i++) {
            events.add(new Hint.Payload(reader.bytes(), reader.number()));
        }
        int targets = reader.number();
        List<Hint.Target> devices = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            devices.add(new Hint.Target(
                    new UserId(reader.text()),
                    new DeviceId(reader.text()),
                    reader.number(),
                    reader.longNumber(),
                    reader.longNumber()));
        }
        return new Hint(events, devices);
    }

    private static final class Reader {
        private final Buffer in;
        private int at;

        Reader(Buffer in) {
            this.in = in;
        }

        int number() {
            int value = in.getInt(at);
            at += Integer.BYTES;
            return value;
        }

        long longNumber() {
            long value = in.getLong(at);
            at += Long.BYTES;
            return value;
        }

        byte[] bytes() {
            int length = number();
            byte[] value = in.getBytes(at, at + length);
            at += length;
            return value;
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }
}
