package io.meridian.delivery;

import java.util.Optional;

/**
 * What a session learns with its heartbeat.
 *
 * @param holder false: another session has taken the device over; this one is to end
 * @param token of its incompleteness, "" when the inbox is whole; renewed by each loss, so another one than the session
 *     was told when it connected says that something was lost since: it is to reconnect
 * @param last the newest entry in the inbox: if it lies above the last one sent, a hint was lost: read the stream
 */
public record Heartbeat(boolean holder, String token, Optional<DeliveryId> last) {}
