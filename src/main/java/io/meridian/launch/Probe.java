package io.meridian.launch;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks a process, in its own protocol, whether it serves. Never throws: no answer in time is a no.
 *
 * <p>Spoken by hand because a client library costs more at start than everything else the launcher does.
 */
final class Probe {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(2).toMillis();
    private static final int MOST_REPLY_BYTES = 1 << 20;

    private Probe() {}

    static boolean answers(ProcessKind kind, int port) {
        try {
            return switch (kind) {
                case NODE -> nodeIsReady(port);
                case KAFKA -> kafkaHasBroker(port);
                case CASSANDRA -> cassandraTakesQueries(port);
                case REDIS -> redisPongs(port);
                case MIRRORMAKER -> true; // speaks to nobody: that it lives is all there is to see from outside
            };
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean nodeIsReady(int port) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/health/ready");
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try {
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } finally {
            connection.disconnect();
        }
    }

    /** PING is answered with an error while the append-only file is still being read. */
    private static boolean redisPongs(int port) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] reply = socket.getInputStream().readNBytes("+PONG".length());
            return new String(reply, StandardCharsets.US_ASCII).equals("+PONG");
        }
    }

    /** OPTIONS of the native protocol, version 4; its port opens when the node serves queries. */
    private static boolean cassandraTakesQueries(int port) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(new byte[] {0x04, 0, 0, 0, 0x05, 0, 0, 0, 0});
            byte[] header = socket.getInputStream().readNBytes(9);
            return header.length == 9 && header[4] == 0x06;
        }
    }

    /** Metadata without topics, version 4: lists the brokers that are up, so it is empty until this one has registered. */
    private static boolean kafkaHasBroker(int port) throws IOException {
        try (Socket socket = connect(port)) {
            byte[] client = "meridian-launcher".getBytes(StandardCharsets.US_ASCII);
            ByteBuffer request = ByteBuffer.allocate(64);
            request.putShort((short) 3).putShort((short) 4).putInt(1);
            request.putShort((short) client.length).put(client);
            request.putInt(0); // no topics
            request.put((byte) 0); // create none
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(request.position());
            out.write(request.array(), 0, request.position());
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readInt();
            if (length < 12 || length > MOST_REPLY_BYTES) {
                return false;
            }
            in.readInt(); // correlation id
            in.readInt(); // throttle time
            return in.readInt() > 0;
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
