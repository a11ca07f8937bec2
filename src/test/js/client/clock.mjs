/** Time that passes only when a test says so. */
export class FakeClock {
  #now = Date.UTC(2030, 0, 1, 12);
  #timers = new Map();
  #last = 0;

  now() {
    return this.#now;
  }

  setTimeout(action, ms) {
    const id = ++this.#last;
    this.#timers.set(id, { at: this.#now + Math.max(0, ms || 0), action });
    return id;
  }

  clearTimeout(id) {
    this.#timers.delete(id);
  }

  /** Runs what is due within this time, in order, and lets promises settle before and after each. */
  async advance(ms) {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      let next = null;
      for (const [id, timer] of this.#timers) {
        if (timer.at <= until && (next === null || timer.at < this.#timers.get(next).at)) {
          next = id;
        }
      }
      if (next === null) {
        break;
      }
      const { at, action } = this.#timers.get(next);
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, at);
      action();
    }
    this.#now = until;
    await settle();
  }
}

/** Longer than any chain of promises in the module. */
export function settle() {
  return new Promise((done) => setImmediate(done));
}

/** A small generator, the same everywhere (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
