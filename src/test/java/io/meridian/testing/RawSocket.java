package io.meridian.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes to a node and bytes back, for what no client library would send. Not thread-safe. */
public final class RawSocket implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int PING = 9;
    public static final int CLOSE = 8;

    private static final int STEP_MS = 100;
    private static final byte[] MASK = {1, 2, 3, 4};

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean ended;
    private boolean upgraded;

    public RawSocket(URI node) {
        try {
            socket = new Socket(node.getHost(), node.getPort());
            socket.setSoTimeout(STEP_MS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is not taken any more is told by {@link #end}. */
    public RawSocket send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            ended = true;
        }
        return this;
    }

    public RawSocket send(String latin1) {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** An upgrade at {@code /connect}; throws when it is refused. */
    public RawSocket upgrade(String token) {
        send("GET /connect HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Authorization: Bearer " + token + "\r\n\r\n");
        if (!awaited("\r\n\r\n", 10_000) || !text().startsWith("HTTP/1.1 101")) {
            throw new IllegalStateException("no upgrade: " + text());
        }
        received.reset();
        upgraded = true;
        return this;
    }

    /** A client's frame: masked, its length as short as it can be. */
    public static byte[] frame(boolean last, int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) ((last ? 0x80 : 0) | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i % MASK.length]));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /** Reads until the text has come; false: it did not, within the time or before the end or a close frame. */
    public boolean awaited(String latin1, long withinMs) {
        long deadline = System.nanoTime() + withinMs * 1_000_000;
        while (!text().contains(latin1)) {
            // The node waits for the answer to its close, which this never gives.
            boolean over = ended || upgraded && closeCode() >= 0;
            if (over || System.nanoTime() > deadline) {
                return false;
            }
            read();
        }
        return true;
    }

    /** Reads until the node closes; false: it did not within the time. */
    public boolean end(long withinMs) {
        long deadline = System.nanoTime() + withinMs * 1_000_000;
        while (!ended && System.nanoTime() < deadline) {
            read();
        }
        return ended;
    }

    /** Reads until a close frame has come, or the end; false: neither did within the time. */
    public boolean closed(long withinMs) {
        long deadline = System.nanoTime() + withinMs * 1_000_000;
        while (closeCode() < 0 && !ended && System.nanoTime() < deadline) {
            read();
        }
        return closeCode() >= 0 || ended;
    }

    private void read() {
        byte[] buffer = new byte[16 * 1024];
        try {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                ended = true;
            } else {
                received.write(buffer, 0, count);
            }
        } catch (SocketTimeoutException e) {
            // Nothing yet.
        } catch (IOException e) {
            ended = true;
        }
    }

    /** All that came. */
    public String text() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /** The code of the last frame, if that is a close; else -1. For connections that were sent nothing but short frames. */
    public int closeCode() {
        byte[] bytes = received.toByteArray();
        int at = 0;
        while (at + 2 <= bytes.length) {
            int length = bytes[at + 1] & 0x7f;
            int header = length == 126 ? 4 : 2;
            if (length == 126) {
                length = ByteBuffer.wrap(bytes, at + 2, 2).getShort() & 0xffff;
            }
            if ((bytes[at] & 0x0f) == CLOSE && length >= 2) {
                return ByteBuffer.wrap(bytes, at + header, 2).getShort() & 0xffff;
            }
            at += header + length;
        }
        return -1;
    }

    /** Sends these again and again and reads nothing, until for a second none were taken: how many bytes were. */
    public long flood(byte[] bytes, long mostBytes) {
        AtomicLong sent = new AtomicLong();
        Thread writer = new Thread(
                () -> {
                    try {
                        while (sent.get() < mostBytes) {
                            socket.getOutputStream().write(bytes);
                            sent.addAndGet(bytes.length);
                        }
                    } catch (IOException e) {
                        // Closed below it: the count is what it is.
                    }
                },
                "flood");
        writer.setDaemon(true);
        writer.start();
        try {
            long before;
            do {
                before = sent.get();
                writer.join(1_000);
            } while (writer.isAlive() && sent.get() > before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return sent.get();
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
