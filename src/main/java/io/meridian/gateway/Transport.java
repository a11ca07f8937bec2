package io.meridian.gateway;

/** What a session needs of its connection; one text a frame. After a close nothing is sent any more. */
interface Transport {
    /** 64 KiB: the contract's bound of a frame, both ways. */
    int MAX_FRAME = 64 * 1024;

    /** Above {@link WriteQueue#MAX} bytes that are not read it closes the session. */
    void send(String frame);

    /** What was sent and has not been read yet. When that was full and has drained, the session hears {@link Session#drained}. */
    WriteQueue queue();

    /** More is waiting to be written than should be: what can wait is to wait. */
    default boolean full() {
        return queue().full();
    }

    /** Stops reading frames, so that the client's own connection fills up. */
    void pause();

    void resume();

    void close(CloseCode code, String reason);
}
