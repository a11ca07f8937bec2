package io.meridian.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Ids that follow from what they name, so that every region and every retry arrives at the same one:
 * SHA-256 over the kind and length-prefixed fields, truncated to 128 bits, as 32 hex digits.
 */
public final class Ids {
    private static final int BYTES = 16;

    private Ids() {}

    /** The id of a command, and of the message it makes. */
    public static MessageId message(ConversationId conversation, UserId sender, ClientMessageId clientMessageId) {
        return new MessageId(hash("message", conversation.value(), sender.value(), clientMessageId.value()));
    }

    public static ConversationId group(UserId creator, ClientMessageId clientMessageId) {
        return new ConversationId(hash("group", creator.value(), clientMessageId.value()));
    }

    /** One conversation a pair, whoever asks first. */
    public static ConversationId direct(UserId one, UserId other) {
        boolean ordered = one.compareTo(other) <= 0;
        return new ConversationId(
                hash("direct", ordered ? one.value() : other.value(), ordered ? other.value() : one.value()));
    }

    /** The user whom an outside issuer knows as {@code subject}; issuers cannot reach each other's users. */
    public static UserId external(String issuer, String subject) {
        return new UserId(hash("external", issuer, subject));
    }

    /** What access tokens call the login that they come from. It tells nobody the family's id, which is half of a refresh token. */
    public static String login(String familyId) {
        return hash("login", familyId);
    }

    /** A fingerprint of what a command asks for: the same id with another one is a conflict. */
    public static String payload(byte[] canonical) {
        return truncated(sha256().digest(canonical));
    }

    /** Partition of a conversation in every log; must never change, for a partition is an order. */
    public static int partition(ConversationId conversation, int partitions) {
        byte[] digest = sha256().digest(conversation.value().getBytes(StandardCharsets.UTF_8));
        return Math.floorMod(ByteBuffer.wrap(digest).getInt(), partitions);
    }

    private static String hash(String kind, String... fields) {
        MessageDigest digest = sha256();
        update(digest, kind);
        for (String field : fields) {
            update(digest, field);
        }
        return truncated(digest.digest());
    }

    private static void update(MessageDigest digest, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static String truncated(byte[] digest) {
        return HexFormat.of().formatHex(Arrays.copyOf(digest, BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
