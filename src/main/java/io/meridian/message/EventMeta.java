package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What the servers need to know of an event beyond what clients see. It lies beside the event in the store, so that a
 * replay can do projections and publication again from the row alone.
 *
 * @param log identity of the command log's partition, {@code topicId/partition}
 * @param offset of the command's record there
 * @param appendedAtMs append time of that record, Unix ms
 * @param payloadHash fingerprint of the command's action
 * @param membersSeq {@code seq} of the last change of members up to and with this event: the key of the member list
 * @param type of the conversation
 * @param fanout how it reaches devices
 * @param fanoutChanged with this event the conversation went over to {@code fanout}
 * @param originDevice the actor's device that needs no copy, or null
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record EventMeta(
        String log,
        long offset,
        long appendedAtMs,
        String payloadHash,
        long membersSeq,
        ConversationType type,
        Fanout fanout,
        boolean fanoutChanged,
        DeviceId originDevice) {}
