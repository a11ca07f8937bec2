package io.meridian.gateway;

/**
 * What a session holds of the heap because its client is slow, or fast, and the most that it ever did.
 *
 * @param identityOrNull null before its hello
 * @param queuedBytes sent and not read
 * @param mostQueuedBytes the most of that
 * @param noticeBytes waiting to be sent when that is read
 * @param unanswered frames of the client that are being worked on
 * @param mostUnanswered the most of these
 * @param mostUnansweredBytes the most that these came to
 */
record SessionGauge(
        SessionIdentity identityOrNull,
        long queuedBytes,
        long mostQueuedBytes,
        int noticeBytes,
        int unanswered,
        int mostUnanswered,
        long mostUnansweredBytes) {}
