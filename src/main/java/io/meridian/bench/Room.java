package io.meridian.bench;

import java.util.Arrays;

/**
 * One conversation's books: every position that was acknowledged, by whom, and every one that each member's device got. Not
 * thread-safe: a room lives on one event loop. Pure.
 */
final class Room {
    /** Sent over HTTP: no device has it from its own sending, so all of them get it. */
    static final int NO_DEVICE = -1;

    private final String id;
    private final SeqLog[] own;
    private final SeqLog[] got;
    private final SeqLog overHttp = new SeqLog();
    private long duplicated;
    private long outOfOrder;

    Room(String id, int members) {
        this.id = id;
        own = new SeqLog[members];
        got = new SeqLog[members];
        Arrays.setAll(own, member -> new SeqLog());
        Arrays.setAll(got, member -> new SeqLog());
    }

    String id() {
        return id;
    }

    int members() {
        return own.length;
    }

    /** An answer that comes again counts once. */
    void acknowledged(int sender, long seq, long prevSeq) {
        SeqLog log = sender == NO_DEVICE ? overHttp : own[sender];
        log.add(seq, prevSeq);
    }

    int acknowledgedBy(int sender) {
        return own[sender].size();
    }

    SeqLog.Place received(int member, long seq, long prevSeq) {
        SeqLog.Place place = got[member].add(seq, prevSeq);
        if (place == SeqLog.Place.AGAIN) {
            duplicated++;
        } else if (place == SeqLog.Place.LATE) {
            outOfOrder++;
        }
        return place;
    }

    /** Cheap: whether so much has arrived that {@link #counts} may find everything there. */
    boolean mayBeComplete() {
        long arrived = 0;
        for (SeqLog log : got) {
            arrived += log.size();
        }
        return arrived >= expected();
    }

    private long acknowledged() {
        long all = overHttp.size();
        for (SeqLog log : own) {
            all += log.size();
        }
        return all;
    }

    private long expected() {
        // Each to every member's device, but not to the one that sent it.
        return acknowledged() * members() - (acknowledged() - overHttp.size());
    }

    Counts counts() {
        long delivered = 0;
        long gaps = 0;
        long others = 0;
        long[] acknowledged = allAcknowledged();
        for (int member = 0; member < members(); member++) {
            long[] held = got[member].sorted();
            long[] sent = own[member].sorted();
            long due = 0;
            for (long seq : held) {
                if (Arrays.binarySearch(acknowledged, seq) >= 0 && Arrays.binarySearch(sent, seq) < 0) {
                    due++;
                }
            }
            delivered += due;
            others += held.length - due;
            gaps += gaps(got[member], held, sent);
        }
        return new Counts(acknowledged(), expected(), delivered, duplicated, outOfOrder, gaps, others);
    }

    private long[] allAcknowledged() {
        long[] all = overHttp.sorted();
        for (SeqLog log : own) {
            int before = all.length;
            all = Arrays.copyOf(all, before + log.size());
            System.arraycopy(log.sorted(), 0, all, before, log.size());
        }
        Arrays.sort(all);
        return all;
    }

    /** The first position of all has its predecessor before this count began. */
    private static long gaps(SeqLog log, long[] held, long[] sent) {
        long first = Math.min(held.length == 0 ? Long.MAX_VALUE : held[0], sent.length == 0 ? Long.MAX_VALUE : sent[0]);
        long gaps = 0;
        for (int i = 0; i < log.size(); i++) {
            long before = log.prevSeq(i);
            if (log.seq(i) != first && Arrays.binarySearch(held, before) < 0 && Arrays.binarySearch(sent, before) < 0) {
                gaps++;
            }
        }
        return gaps;
    }
}
