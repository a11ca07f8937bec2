package io.meridian.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * All devices of a scenario on their event loops, driven from the main thread, which may block. Room {@code r} lives on loop
 * {@code r mod loops}.
 */
final class Crowd {
    private static final long POLL_NS = 20_000_000;
    /** Beyond every bound inside: only a defect of the generator runs into it. */
    private static final long AWAIT_SECONDS = 600;

    private final List<LoadVerticle> loops = new ArrayList<>();
    private final List<List<String>> conversations = new ArrayList<>();
    private final Ticker ticker;
    private final int members;
    private final int rooms;

    /** @param conversations each room's; empty for a scenario without rooms */
    Crowd(Vertx vertx, Ticker ticker, int loopCount, List<String> conversations, int members) {
        this.ticker = ticker;
        this.members = members;
        this.rooms = conversations.size();
        for (int i = 0; i < loopCount; i++) {
            List<String> own = new ArrayList<>();
            for (int room = i; room < rooms; room += loopCount) {
                own.add(conversations.get(room));
            }
            this.conversations.add(own);
            LoadVerticle loop = new LoadVerticle(new Phase("none", ticker, own, members));
            loops.add(loop);
            await(vertx.deployVerticle(loop));
        }
    }

    /** The members of the rooms in order, a room's worth each, each with one device. */
    void addMembers(List<Account> accounts, String deviceId) {
        for (int i = 0; i < accounts.size(); i++) {
            int room = i / members;
            Device device = new Device(accounts.get(i), deviceId, room / loops.size(), i % members, ticker);
            add(room % loops.size(), device);
        }
    }

    /** Devices that only connect. */
    void addIdle(List<Device> devices) {
        for (int i = 0; i < devices.size(); i++) {
            add(i % loops.size(), devices.get(i));
        }
    }

    private void add(int loop, Device device) {
        LoadVerticle owner = loops.get(loop);
        await(owner.on(() -> {
            owner.add(device);
            return Future.succeededFuture();
        }));
    }

    /** @param inFlight how many may be connecting at a time, over all loops */
    void connect(int inFlight) {
        int each = Math.max(1, inFlight / loops.size());
        awaitAll(loop -> loop.connectAll(each));
    }

    void cut() {
        awaitAll(loop -> {
            loop.cutAll();
            return Future.succeededFuture();
        });
    }

    void close() {
        awaitAll(LoadVerticle::closeAll);
    }

    /** Every device, for what it knows of its connection; while nothing connects. */
    List<Device> devices() {
        List<Device> all = new ArrayList<>();
        awaitAll(loop -> Future.succeededFuture(List.copyOf(loop.devices()))).forEach(all::addAll);
        return all;
    }

    /** Everything from now on counts under this name. */
    void begin(String phase) {
        for (int i = 0; i < loops.size(); i++) {
            LoadVerticle loop = loops.get(i);
            List<String> own = conversations.get(i);
            await(loop.on(() -> {
                loop.begin(new Phase(phase, ticker, own, members));
                return Future.succeededFuture();
            }));
        }
    }

    /** Sends what the schedule says, when it says; returns when the last was handed over. */
    void send(Schedule schedule, Texts texts) {
        long start = ticker.nowNs();
        for (long k = 0; k < schedule.messages(); k++) {
            long due = start + schedule.dueNs(k);
            awaitTime(due);
            long message = k;
            int room = schedule.room(k, rooms);
            int index = room / loops.size() * members + schedule.sender(k, rooms, members);
            LoadVerticle loop = loops.get(room % loops.size());
            loop.post(() -> loop.device(index).send(loop.phase(), message, due, texts.of(message)));
        }
    }

    private void awaitTime(long due) {
        for (long left = due - ticker.nowNs(); left > 0; left = due - ticker.nowNs()) {
            LockSupport.parkNanos(left);
        }
    }

    /** A message of a room that was sent some other way. */
    void sentElsewhere(int room, long seq, long prevSeq) {
        LoadVerticle loop = loops.get(room % loops.size());
        await(loop.on(() -> {
            loop.phase().sentElsewhere(room / loops.size(), seq, prevSeq);
            return Future.succeededFuture();
        }));
    }

    /** Waits until everything has arrived, or the bound is over; then tells what did. */
    Outcome settle(int seconds) {
        long end = ticker.nowNs() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            boolean over = ticker.nowNs() > end;
            boolean complete = awaitAll(
                            loop -> Future.succeededFuture(loop.phase().mayBeComplete()))
                    .stream()
                    .allMatch(loop -> loop);
            if (complete || over) {
                Outcome outcome = awaitAll(
                                loop -> Future.succeededFuture(loop.phase().outcome()))
                        .stream()
                        .reduce(Outcome::plus)
                        .orElseThrow();
                if (over || outcome.counts().lost() == 0) {
                    return outcome;
                }
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private <T> List<T> awaitAll(Function<LoadVerticle, Future<T>> work) {
        List<Future<T>> all =
                loops.stream().map(loop -> loop.on(() -> work.apply(loop))).toList();
        return all.stream().map(Crowd::await).toList();
    }

    String conversation(int room) {
        return conversations.get(room % loops.size()).get(room / loops.size());
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(AWAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new BenchException("gave up after " + AWAIT_SECONDS + " s", e);
        }
    }
}
