package io.meridian.gateway;

/** What a session needs of its connection; one text a frame. After a close nothing is sent any more. */
interface Transport {
    void send(String frame);

    /** More is waiting to be written than should be: what can wait is to wait for {@link Session#drained}. */
    boolean full();

    /** Stops reading frames, so that the client's own connection fills up. */
    void pause();

    void resume();

    void close(CloseCode code, String reason);
}
