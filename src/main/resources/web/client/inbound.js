/** Acknowledgements say "up to", so one in 100 ms is enough. */
const ACK_MS = 100;

/**
 * Takes what the inbox delivers, in order, and acknowledges it when it is held: not before `hold` has kept the event, and never
 * beyond one that could not be kept.
 */
export class Inbound {
  #world;
  #told;
  #upTo = null;
  #timer = null;
  #tail = Promise.resolve();
  #epoch = 0;

  /**
   * @param {object} world clock, `hold`: keeps an event; may be null
   * @param {{event: (event: object) => void, say: (frame: object) => boolean, failed: (failure: unknown) => void}} told
   */
  constructor(world, told) {
    this.#world = world;
    this.#told = told;
  }

  delivered(frame) {
    const { deliveryId, ...event } = frame;
    if (!this.#world.hold) {
      this.#told.event(event);
      this.#held(deliveryId);
      return;
    }
    const epoch = this.#epoch;
    // As long as the inbox at most: the server sends nothing twice on one connection.
    this.#tail = this.#tail.then(async () => {
      if (epoch !== this.#epoch) {
        return;
      }
      try {
        await this.#world.hold(event);
      } catch (failure) {
        if (epoch === this.#epoch) {
          this.lost();
          this.#told.failed(failure);
        }
        return;
      }
      this.#told.event(event);
      if (epoch === this.#epoch) {
        this.#held(deliveryId);
      }
    });
  }

  /** The connection has gone: what was not acknowledged on it comes again on the next one. */
  lost() {
    this.#epoch++;
    this.#upTo = null;
    this.#world.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #held(deliveryId) {
    this.#upTo = deliveryId;
    this.#timer ??= this.#world.clock.setTimeout(() => {
      this.#timer = null;
      this.#told.say({ eventType: 'message_ack', upTo: this.#upTo });
    }, ACK_MS);
  }
}
