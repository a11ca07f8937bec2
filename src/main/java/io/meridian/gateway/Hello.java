package io.meridian.gateway;

import io.meridian.async.Deadline;
import io.meridian.auth.Principal;
import io.meridian.bus.Addresses;
import io.meridian.bus.SessionNotice;
import io.meridian.delivery.Connected;
import io.meridian.delivery.DeviceLimitException;
import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.RefusedException;
import io.meridian.store.Device;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a hello to a session: who it is, the device's place in the inbox, the device's row. In this order, before {@code ready}. */
final class Hello {
    private static final Logger LOG = LoggerFactory.getLogger(Hello.class);
    /** A Redis that restarts is back by then, and the client need not do anything. */
    private static final Duration INBOX_PATIENCE = Duration.ofSeconds(10);
    /** The row can be written at the next hello; a message cannot wait for it. */
    private static final Duration ROW_PATIENCE = Duration.ofSeconds(2);

    private static final int MAX_PLATFORM = 64;

    private final SessionServices services;

    Hello(SessionServices services) {
        this.services = services;
    }

    /** The frame's fields, checked. {@code token}, {@code platform}: or null. */
    record Request(DeviceId device, String token, String platform) {
        static Request read(Fields fields) {
            DeviceId device = fields.value("deviceId", DeviceId::new);
            String token = fields.optionalText("token").orElse(null);
            String platform = fields.optional("platform", Hello::platform).orElse(null);
            fields.check();
            return new Request(device, token, platform);
        }
    }

    static String platform(String text) {
        if (text.isBlank() || text.length() > MAX_PLATFORM || text.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidFieldException("platform", "must be 1 to " + MAX_PLATFORM + " characters");
        }
        return text;
    }

    /** {@code upgradeOrNull}: who the upgrade was authenticated for. A token in the hello counts instead, if it is the same user's. */
    Future<Principal> authenticate(Request hello, Principal upgradeOrNull) {
        if (hello.token() == null && upgradeOrNull != null) {
            return Future.succeededFuture(upgradeOrNull);
        }
        return services.authenticator().authenticate(hello.token()).map(principal -> {
            if (upgradeOrNull != null && !upgradeOrNull.userId().equals(principal.userId())) {
                throw RefusedException.of(
                        ErrorCode.UNAUTHENTICATED, "the tokens of upgrade and hello are of two users");
            }
            return principal;
        });
    }

    /**
     * Takes the device's place; whoever held it is told. While Redis is out it is tried again, for a while.
     *
     * @param ended whether the connection has gone meanwhile
     */
    Future<Connected> connect(SessionIdentity session, BooleanSupplier ended) {
        long deadlineMs = services.clock().millis() + INBOX_PATIENCE.toMillis();
        return connect(session, ended, deadlineMs, 0).map(connected -> {
            connected
                    .previous()
                    .ifPresent(previous -> services.bus()
                            .send(
                                    Addresses.sessions(previous.gateway()),
                                    new SessionNotice(
                                            session.user(),
                                            session.device(),
                                            previous.sessionId(),
                                            SessionNotice.Kind.REPLACED)));
            return connected;
        });
    }

    private Future<Connected> connect(SessionIdentity session, BooleanSupplier ended, long deadlineMs, int attempt) {
        return services.inbox()
                .connect(
                        session.user(),
                        session.device(),
                        session.ref(),
                        services.clock().instant())
                .recover(failure -> {
                    boolean isFinal = failure instanceof DeviceLimitException
                            || ended.getAsBoolean()
                            || services.clock().millis() >= deadlineMs;
                    if (isFinal) {
                        return Future.failedFuture(failure);
                    }
                    Promise<Connected> later = Promise.promise();
                    services.timers()
                            .retry(
                                    attempt,
                                    () -> connect(session, ended, deadlineMs, attempt + 1)
                                            .onSuccess(later::complete)
                                            .onFailure(later::fail));
                    return later.future();
                });
    }

    /** Sees to the device's row. Never fails: messages do not depend on it. */
    Future<Void> register(SessionIdentity session, String platformOrNull) {
        return Deadline.within(
                        ROW_PATIENCE.toMillis(),
                        services.devices()
                                .of(session.user())
                                .compose(devices -> known(devices, session.device(), platformOrNull)
                                        ? Future.<Void>succeededFuture()
                                        : services.devices()
                                                .put(session.user(), row(devices, session.device(), platformOrNull))))
                .otherwise(failure -> {
                    LOG.warn("The row of a device cannot be written now: {}", failure.toString());
                    return null;
                });
    }

    private static boolean known(List<Device> devices, DeviceId device, String platformOrNull) {
        return devices.stream()
                .anyMatch(one -> one.id().equals(device)
                        && (platformOrNull == null || Objects.equals(one.platform(), platformOrNull)));
    }

    private Device row(List<Device> devices, DeviceId device, String platformOrNull) {
        return devices.stream()
                .filter(one -> one.id().equals(device))
                .findFirst()
                .map(one -> new Device(device, platformOrNull, one.pushToken(), one.registeredAt()))
                .orElseGet(() -> new Device(
                        device, platformOrNull, null, services.clock().instant()));
    }
}
