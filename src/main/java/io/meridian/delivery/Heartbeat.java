package io.meridian.delivery;

import java.util.Optional;

/**
 * What a session learns with its heartbeat.
 *
 * @param holder false: another session has taken the device over; this one is to end
 * @param complete false: the inbox is not known to be whole; a session that was complete is to reconnect
 * @param last the newest entry in the inbox: if it lies above the last one sent, a hint was lost: read the stream
 */
public record Heartbeat(boolean holder, boolean complete, Optional<DeliveryId> last) {}
