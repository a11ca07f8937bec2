package io.meridian.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Wire;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A WebSocket by hand, on a socket that takes little: it reads when it is told to, and not a byte before. */
final class SlowClient implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 8 * 1024;
    private static final int BOUND_MS = 60_000;
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final DataInputStream in;

    SlowClient(URI node, String token) {
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.setSoTimeout(BOUND_MS);
            socket.connect(new InetSocketAddress(node.getHost(), node.getPort()));
            out = socket.getOutputStream();
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out.write(("GET /connect HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Authorization: Bearer " + token + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            if (!head.toString().startsWith("HTTP/1.1 101")) {
                throw new AssertionError(head.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SlowClient hello(String device) {
        send(Wire.frame("hello").put("deviceId", device));
        while (!read().path("eventType").asText().equals("synced")) {
            // ready, and what the inbox held
        }
        return this;
    }

    /** Waits while the server reads nothing and everything between is full. The mask is all zeros: nothing changes by it. */
    void send(JsonNode frame) {
        byte[] text = frame.toString().getBytes(StandardCharsets.UTF_8);
        byte[] head = text.length < 126
                ? new byte[] {(byte) TEXT, (byte) (0x80 | text.length), 0, 0, 0, 0}
                : new byte[] {(byte) TEXT, (byte) 0xfe, (byte) (text.length >> 8), (byte) text.length, 0, 0, 0, 0};
        byte[] whole = new byte[head.length + text.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(text, 0, whole, head.length, text.length);
        try {
            out.write(whole);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame. Throws {@link UncheckedIOException} at the end. */
    JsonNode read() {
        try {
            int first = in.readUnsignedByte();
            long length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            byte[] payload = in.readNBytes((int) length);
            if (first == CLOSE) {
                throw new IOException("closed with " + ((payload[0] & 0xff) << 8 | payload[1] & 0xff));
            }
            return Wire.parse(new String(payload, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
