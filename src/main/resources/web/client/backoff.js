/** Exponential backoff with full jitter: whoever lost the same server at the same moment comes back spread out. */
export class Backoff {
  #attempt = 0;
  #random;
  #firstMs;
  #mostMs;

  /** @param {() => number} random 0 (included) to 1 */
  constructor(random, firstMs = 1_000, mostMs = 30_000) {
    this.#random = random;
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  get attempts() {
    return this.#attempt;
  }

  reset() {
    this.#attempt = 0;
  }

  /** The next delay: between `leastMs` and `leastMs` + what the attempts so far allow. */
  next(leastMs = 0, firstMs = this.#firstMs) {
    const bound = Math.min(this.#mostMs, firstMs * 2 ** Math.min(this.#attempt, 20));
    this.#attempt++;
    return leastMs + Math.floor(this.#random() * bound);
  }
}
