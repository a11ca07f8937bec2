package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP call, from its head to its answer, and what it has of the node. It counts for its address from the beginning; for
 * the node and its user from {@link #begin} on, when its body has come: who sends slowly takes nobody's place. On one event
 * loop.
 */
final class Exchange {
    private static final String KEY = "meridian.exchange";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Protection protection;
    /** Null: no limit by address. */
    private final String addressOrNull;
    /** Whose share of what is held is taken: the address, and the user as soon as it is known. */
    private final List<String> owners = new ArrayList<>(2);

    private String userOrNull;
    private boolean begun;
    private long bodyBytes;

    private Exchange(Protection protection, String addressOrNull) {
        this.protection = protection;
        this.addressOrNull = addressOrNull;
        if (addressOrNull != null) {
            owners.add(addressOrNull);
        }
    }

    /** Throws {@code rate_limited}; ends with the context. */
    static void open(RoutingContext context, Protection protection) {
        String addressOrNull = protection.client(context.request()).orElse(null);
        if (addressOrNull != null
                && !protection
                        .callsOfOne()
                        .take(addressOrNull, 1, protection.limits().bounds().callsOfAddress())) {
            throw RefusedException.retryable(
                    ErrorCode.RATE_LIMITED, "too many calls of this address are under way", RETRY_AFTER);
        }
        Exchange exchange = new Exchange(protection, addressOrNull);
        protection.exchanges().incrementAndGet();
        context.put(KEY, exchange);
        context.addEndHandler(ended -> exchange.end());
    }

    /** What {@link #open} made. */
    static Exchange of(RoutingContext context) {
        return context.get(KEY);
    }

    /** A part of the body came. Throws when it is one too many. */
    void body(int bytes) {
        protection.held().check(owners, bytes);
        protection.held().add(owners, bytes);
        bodyBytes += bytes;
    }

    /** The body is there, and the call is worked on. {@code callerOrNull}: of an open call. Throws when there are too many. */
    void begin(Principal callerOrNull) {
        boolean on = protection.limits().on();
        String user =
                callerOrNull == null ? null : "user " + callerOrNull.userId().value();
        if (user != null) {
            long most = on ? protection.limits().bounds().callsOfUser() : Long.MAX_VALUE;
            if (!protection.callsOfOne().take(user, 1, most)) {
                throw RefusedException.retryable(
                        ErrorCode.RATE_LIMITED, "too many calls of this user are under way", RETRY_AFTER);
            }
            userOrNull = user;
        }
        int most = on ? protection.limits().bounds().calls() : Integer.MAX_VALUE;
        begun = true;
        if (protection.calls().incrementAndGet() > most) {
            throw RefusedException.retryable(
                    ErrorCode.OVERLOADED, "this node answers as many calls as it can", RETRY_AFTER);
        }
    }

    /** A large answer is about to be made. Throws when too much of what was made before is not read. */
    void room() {
        protection.held().check(answerOwners(), 1);
    }

    /** {@code taken}: done when the socket has all of the answer, or never will. */
    void answered(int bytes, Future<Void> taken) {
        if (bytes > 0 && !taken.isComplete()) {
            List<String> whose = answerOwners();
            protection.held().add(whose, bytes);
            taken.onComplete(done -> protection.held().remove(whose, bytes));
        }
    }

    private List<String> answerOwners() {
        List<String> whose = new ArrayList<>(owners);
        if (userOrNull != null) {
            whose.add(userOrNull);
        }
        return whose;
    }

    private void end() {
        protection.exchanges().decrementAndGet();
        protection.held().remove(owners, bodyBytes);
        if (addressOrNull != null) {
            protection.callsOfOne().giveBack(addressOrNull, 1);
        }
        if (userOrNull != null) {
            protection.callsOfOne().giveBack(userOrNull, 1);
        }
        if (begun) {
            protection.calls().decrementAndGet();
        }
    }
}
