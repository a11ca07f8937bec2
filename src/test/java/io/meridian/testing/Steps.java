package io.meridian.testing;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * The order of everything, drawn by a test: processes ask, what they ask for happens at one step and is answered at
 * another, and any step of another process may come between. One thread, no clock: a seed is a course of events.
 */
public final class Steps {
    /** One request in so many is answered by a failure while {@link #faults} are on. */
    private static final int REQUESTS_A_FAULT = 40;

    private final Random random;
    private final List<Step> pending = new ArrayList<>();
    private boolean faults = true;

    public Steps(Random random) {
        this.random = random;
    }

    /** Whoever asks. A process that sleeps hears nothing, one that is dead never will; what it asked for may happen all the same. */
    public static final class Actor {
        private boolean dead;
        private boolean asleep;

        public void sleep() {
            asleep = true;
        }

        public void wake() {
            asleep = false;
        }

        public boolean awake() {
            return !dead && !asleep;
        }
    }

    /** {@code heard}: it happens in the process itself, so not while that sleeps, and never when it is dead. */
    private record Step(Actor actor, boolean heard, Runnable action) {}

    public void faults(boolean on) {
        faults = on;
    }

    /** Something of the process' own: a timer. */
    public void later(Actor actor, Runnable action) {
        if (!actor.dead) {
            pending.add(new Step(actor, true, action));
        }
    }

    /** Something outside that the process caused, and that its end need not prevent. */
    public void outside(Actor actor, Runnable action) {
        pending.add(new Step(actor, false, action));
    }

    /** A question to an engine. It may fail although it was done, or will be. */
    public <T> Future<T> ask(Actor actor, Supplier<T> effect) {
        Promise<T> answer = Promise.promise();
        boolean fails = faults && random.nextInt(REQUESTS_A_FAULT) == 0;
        if (fails) {
            later(actor, () -> answer.fail("no answer in time"));
        }
        if (!fails || random.nextBoolean()) {
            outside(actor, () -> {
                T result = effect.get();
                if (!fails) {
                    later(actor, () -> answer.complete(result));
                }
            });
        }
        return answer.future();
    }

    /** The process ends; of what it asked for some happens yet, at any later time. */
    public void crash(Actor actor) {
        actor.dead = true;
        pending.removeIf(step -> step.actor == actor && (step.heard || random.nextBoolean()));
    }

    /** Does one thing that can happen now; false: nothing can. */
    public boolean next() {
        for (int tries = pending.size(); tries > 0; tries--) {
            int chosen = random.nextInt(pending.size());
            Step step = pending.get(chosen);
            if (!step.heard || step.actor.awake()) {
                pending.set(chosen, pending.get(pending.size() - 1));
                pending.remove(pending.size() - 1);
                step.action.run();
                return true;
            }
        }
        return false;
    }

    public boolean idle() {
        return pending.isEmpty();
    }
}
