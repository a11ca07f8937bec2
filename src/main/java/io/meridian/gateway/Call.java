package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.conversation.Fields;
import io.meridian.delivery.DeviceClaim;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One HTTP call, as far as it has been checked.
 *
 * @param callerOrNull who calls; null on the few paths that are open to everybody
 * @param body of the JSON sent; without fields where none is expected
 */
record Call(RoutingContext context, Principal callerOrNull, Fields body) {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    /** A number that is more than 200, however much more. */
    private static final Pattern MANY = Pattern.compile("[1-9][0-9]{18,}");

    UserId user() {
        return callerOrNull.userId();
    }

    Exchange exchange() {
        return Exchange.of(context);
    }

    /** The caller asks for a device's inbox, by the token of this call. */
    DeviceClaim claim(DeviceId device) {
        return new DeviceClaim(user(), device, callerOrNull.issuedAt());
    }

    ConversationId conversation() {
        return id("id", ConversationId::new);
    }

    DeviceId device() {
        return id("deviceId", DeviceId::new);
    }

    /** An id of the path. What cannot be an id names nothing. */
    <T> T id(String name, Function<String, T> make) {
        try {
            return make.apply(context.pathParam(name));
        } catch (InvalidFieldException e) {
            throw RefusedException.of(ErrorCode.NOT_FOUND, "no such " + e.field());
        }
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(context.queryParams().get(name));
    }

    /** Elements of a page: 50 unless asked for, 200 at most. */
    int limit() {
        return query("limit")
                .map(text ->
                        MANY.matcher(text).matches() ? MAX_LIMIT : (int) Math.min(MAX_LIMIT, number("limit", text, 1)))
                .orElse(DEFAULT_LIMIT);
    }

    Optional<Long> number(String name) {
        return query(name).map(text -> number(name, text, 0));
    }

    /** The {@code Idempotency-Key} header or the body's {@code clientMessageId}; both are one thing. */
    Optional<ClientMessageId> clientMessageId() {
        Optional<ClientMessageId> inBody = body.optional("clientMessageId", ClientMessageId::new);
        Optional<ClientMessageId> inHeader = Optional.ofNullable(
                        context.request().getHeader("Idempotency-Key"))
                .map(Call::unquoted)
                .map(Call::idempotencyKey);
        if (inBody.isPresent() && inHeader.isPresent() && !inBody.equals(inHeader)) {
            body.reject("clientMessageId", "differs from the Idempotency-Key header");
        }
        body.check();
        return inBody.isPresent() ? inBody : inHeader;
    }

    private static ClientMessageId idempotencyKey(String value) {
        try {
            return new ClientMessageId(value);
        } catch (InvalidFieldException e) {
            throw RefusedException.invalid("Idempotency-Key", e.reason());
        }
    }

    /** The header's draft standard writes it as a quoted string. */
    private static String unquoted(String value) {
        String text = value.strip();
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private static long number(String name, String text, long least) {
        try {
            long number = Long.parseLong(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a number that is too small.
        }
        throw RefusedException.invalid(name, "must be a whole number, at least " + least);
    }
}
