package io.meridian.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device's sends that have no answer yet, in the order in which they were made. Pure: the time, in ms, is passed in.
 *
 * <p>A send is stored before it goes out and goes out again, the same bytes, on every new connection and when it had no answer
 * for a while, until {@code message_sent} or a final error. {@code message_accepted} ends nothing.
 */
final class Outbox {
    /** Errors that promise nothing and ask to try again; every other one is final. */
    private static final List<String> RETRYABLE = List.of("unavailable", "overloaded", "rate_limited");

    private final long resendAfterMs;
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    /**
     * One send.
     *
     * @param frame what is sent, the same every time
     * @param dueAtMs when it goes out (again) on a connection that lives
     * @param attempts how often it went out
     */
    record Pending(
            String clientMessageId, String conversationId, String content, String frame, long dueAtMs, int attempts) {}

    Outbox(long resendAfterMs) {
        this.resendAfterMs = resendAfterMs;
    }

    /** Stores a send; it is due at once. */
    void store(String clientMessageId, String conversationId, String content, String frame, long nowMs) {
        Pending send = new Pending(clientMessageId, conversationId, content, frame, nowMs, 0);
        if (pending.putIfAbsent(clientMessageId, send) != null) {
            throw new IllegalArgumentException("clientMessageId used twice: " + clientMessageId);
        }
    }

    /** Takes what is to be sent now, oldest first; it is due again when it has had no answer for the resend time. */
    List<Pending> takeDue(long nowMs) {
        List<Pending> due = new ArrayList<>();
        for (Map.Entry<String, Pending> entry : pending.entrySet()) {
            Pending send = entry.getValue();
            if (send.dueAtMs() <= nowMs) {
                Pending sent = due(send, nowMs + resendAfterMs, send.attempts() + 1);
                entry.setValue(sent);
                due.add(sent);
            }
        }
        return due;
    }

    /** A new connection: everything is due at once. */
    void connected(long nowMs) {
        pending.replaceAll((id, send) -> due(send, nowMs, send.attempts()));
    }

    /** {@code message_sent}. Empty: it was settled before, by an earlier attempt's answer. */
    Optional<Pending> sent(String clientMessageId) {
        return Optional.ofNullable(pending.remove(clientMessageId));
    }

    /**
     * {@code error}.
     *
     * @return the send that failed for good; empty when it goes out again, or was settled before
     */
    Optional<Pending> failed(String clientMessageId, String code, long retryAfterMs, long nowMs) {
        if (!isRetryable(code)) {
            return Optional.ofNullable(pending.remove(clientMessageId));
        }
        pending.computeIfPresent(
                clientMessageId, (id, send) -> due(send, nowMs + Math.max(1, retryAfterMs), send.attempts()));
        return Optional.empty();
    }

    static boolean isRetryable(String code) {
        return RETRYABLE.contains(code);
    }

    Optional<Pending> find(String clientMessageId) {
        return Optional.ofNullable(pending.get(clientMessageId));
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    int size() {
        return pending.size();
    }

    private static Pending due(Pending send, long dueAtMs, int attempts) {
        return new Pending(
                send.clientMessageId(), send.conversationId(), send.content(), send.frame(), dueAtMs, attempts);
    }
}
