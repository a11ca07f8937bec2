package io.meridian.gateway;

import io.meridian.async.Deadline;
import io.meridian.auth.Principal;
import io.meridian.bus.Addresses;
import io.meridian.bus.SessionNotice;
import io.meridian.conversation.Fields;
import io.meridian.delivery.Connected;
import io.meridian.delivery.DeviceClaim;
import io.meridian.delivery.DeviceLimitException;
import io.meridian.delivery.DevicePassedException;
import io.meridian.delivery.DeviceRemovedException;
import io.meridian.delivery.Takeover;
import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.RefusedException;
import io.meridian.store.Device;
import io.meridian.store.KnownDevices;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a hello to a session: who it is, the device's place in the inbox, the device's row. In this order, before {@code ready}. */
final class Hello {
    private static final Logger LOG = LoggerFactory.getLogger(Hello.class);
    /** A Redis that restarts is back by then, and the client need not do anything. */
    private static final Duration INBOX_PATIENCE = Duration.ofSeconds(10);
    /** Above what a hello takes that waits for nothing; below what lies between two helloes of one device. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);
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
     * @param at when the hello was said
     * @param ended whether the connection has gone meanwhile
     */
    Future<Connected> connect(SessionIdentity session, Instant at, BooleanSupplier ended) {
        long deadlineMs = services.clock().millis() + INBOX_PATIENCE.toMillis();
        return connect(session, at, ended, deadlineMs, 0).map(connected -> {
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

    private Future<Connected> connect(
            SessionIdentity session, Instant at, BooleanSupplier ended, long deadlineMs, int attempt) {
        Instant now = services.clock().instant();
        boolean late = attempt > 0 || now.isAfter(at.plus(AT_ONCE));
        return services.inbox()
                .connect(session.claim(), new Takeover(session.ref(), at, late), now)
                .recover(failure -> {
                    boolean isFinal = failure instanceof DeviceLimitException
                            || failure instanceof DeviceRemovedException
                            || failure instanceof DevicePassedException
                            || ended.getAsBoolean()
                            || services.clock().millis() >= deadlineMs;
                    if (isFinal) {
                        return Future.failedFuture(failure);
                    }
                    Promise<Connected> later = Promise.promise();
                    services.timers()
                            .retry(
                                    attempt,
                                    () -> connect(session, at, ended, deadlineMs, attempt + 1)
                                            .onSuccess(later::complete)
                                            .onFailure(later::fail));
                    return later.future();
                });
    }

    /**
     * Notes that the token's login is used by the device, and reads what the store knows of the user's devices, empty while it cannot be asked: messages do not depend on it. Fails if the
     * device was removed after the token had been made. The inbox refuses that, too; but a Redis that was emptied has
     * forgotten it.
     */
    Future<Optional<KnownDevices>> known(DeviceClaim claim, Principal caller) {
        Future<Void> noted = Deadline.within(
                        ROW_PATIENCE.toMillis(), services.authenticator().usedBy(claim.device(), caller))
                .otherwise(failure -> {
                    LOG.warn("The device of a login cannot be noted now: {}", failure.toString());
                    return null;
                });
        Future<Optional<KnownDevices>> known = known(claim);
        // Before the inbox takes the device in: a removal that comes in between then finds the one or refuses the
        // other.
        return noted.compose(done -> known);
    }

    private Future<Optional<KnownDevices>> known(DeviceClaim claim) {
        return Deadline.within(ROW_PATIENCE.toMillis(), services.devices().known(claim.user()))
                .map(Optional::of)
                .otherwise(failure -> {
                    LOG.warn("The devices of a user cannot be read now: {}", failure.toString());
                    return Optional.empty();
                })
                .map(found -> {
                    if (found.isPresent() && found.get().removedSince(claim.device(), claim.tokenIssuedAt())) {
                        throw new DeviceRemovedException(claim.device());
                    }
                    return found;
                });
    }

    /**
     * Sees to the device's row, once the inbox has let the device in. There are never more rows than inboxes: what fits no more
     * is seen to when another device was removed. Never fails.
     */
    Future<Void> register(DeviceClaim claim, Optional<KnownDevices> known, String platformOrNull) {
        return known.isEmpty()
                ? Future.succeededFuture()
                : row(claim, known.get(), platformOrNull).otherwise(failure -> {
                    LOG.warn("The row of a device cannot be written now: {}", failure.toString());
                    return null;
                });
    }

    private Future<Void> row(DeviceClaim claim, KnownDevices known, String platformOrNull) {
        Optional<Device> before = known.find(claim.device());
        boolean current = before.isPresent()
                && (platformOrNull == null || Objects.equals(before.get().platform(), platformOrNull));
        boolean room = before.isPresent()
                || known.registered().size() < services.inbox().maxDevices();
        if (current || !room) {
            return Future.succeededFuture();
        }
        Device device = new Device(
                claim.device(),
                platformOrNull,
                before.map(Device::pushToken).orElse(null),
                before.map(Device::registeredAt)
                        .orElseGet(() -> services.clock().instant()));
        return Deadline.within(ROW_PATIENCE.toMillis(), services.devices().put(claim.user(), device));
    }
}
