package io.meridian.gateway;

/** Why the server closes a connection, as the contract and RFC 6455 number it. */
enum CloseCode {
    GOING_AWAY(1001),
    /** What came is no WebSocket frame. */
    PROTOCOL_ERROR(1002),
    /** The user has as many devices as can be. */
    POLICY(1008),
    TOO_LARGE(1009),
    RECONNECT(1012),
    OVERLOADED(1013),
    MALFORMED(4400),
    UNAUTHENTICATED(4401),
    TOO_LATE(4408),
    REPLACED(4409),
    FLOODED(4429);

    private final short code;

    CloseCode(int code) {
        this.code = (short) code;
    }

    short code() {
        return code;
    }
}
