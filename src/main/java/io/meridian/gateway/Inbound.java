package io.meridian.gateway;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Frames that came in one piece and are handed on one by one, as long as whoever gets them does not say stop. Bounded by
 * what brings them: nothing more is offered before the last of them is taken.
 */
final class Inbound {
    private final Consumer<byte[]> frames;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(2);
    private Runnable allTaken = () -> {};
    private boolean paused;
    private boolean handing;

    Inbound(Consumer<byte[]> frames) {
        this.frames = frames;
    }

    /** {@code taken}: called when all that was offered has been handed on or dropped. */
    void offer(List<byte[]> more, Runnable taken) {
        waiting.addAll(more);
        allTaken = taken;
        handOn();
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        handOn();
    }

    void clear() {
        waiting.clear();
        handOn();
    }

    /** What is handed on may pause, resume or clear. */
    private void handOn() {
        if (handing) {
            return;
        }
        handing = true;
        while (!paused && !waiting.isEmpty()) {
            frames.accept(waiting.poll());
        }
        handing = false;
        if (waiting.isEmpty()) {
            Runnable taken = allTaken;
            allTaken = () -> {};
            taken.run();
        }
    }
}
