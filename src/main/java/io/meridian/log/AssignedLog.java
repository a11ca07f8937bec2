package io.meridian.log;

/** A partition that was assigned to this process: a new object for every assignment, so that late work of an old one is seen to be late. */
public interface AssignedLog {

    /** Identity of the log: {@code topicId/partition}. A topic that was made again is another log. */
    String log();

    int partition();

    /** False once the partition was revoked or lost: stop, retry nothing. */
    boolean ours();

    /** Drops what is in flight and calls {@link LogHandler#open} again: what was read so far is not to be trusted. */
    void reopen();
}
