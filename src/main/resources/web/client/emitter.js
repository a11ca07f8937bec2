/** Listeners by type. A listener that throws does not keep the others, or the protocol, from going on. */
export class Emitter {
  #listeners = new Map();

  /** @returns {() => void} takes the listener away again */
  on(type, listener) {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener));
    return () => known.delete(listener);
  }

  emit(type, detail) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(detail);
      } catch (failure) {
        // Told where a page's own mistakes are told, out of the protocol's way.
        queueMicrotask(() => {
          throw failure;
        });
      }
    }
  }
}
