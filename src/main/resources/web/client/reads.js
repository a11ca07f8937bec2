/** Scrolling moves a cursor often; the last position is the one that counts. */
const FLUSH_MS = 200;
const RETRY_MS = 1_000;
const MOST_TRIES = 5;

/** Positions that the user has read up to and the server may not know yet. */
export class Reads {
  #world;
  #say;
  /** conversationId → {seq, tries} */
  #wanted = new Map();
  #timer = null;

  constructor(world, say) {
    this.#world = world;
    this.#say = say;
  }

  clear() {
    this.#wanted.clear();
    this.offline();
  }

  upTo(conversationId, seq) {
    this.#wanted.set(conversationId, { seq, tries: 0 });
    this.#soon(FLUSH_MS);
  }

  /** The server has it. */
  known(conversationId, seq) {
    if (this.#wanted.get(conversationId)?.seq <= seq) {
      this.#wanted.delete(conversationId);
    }
  }

  /** `error` for a read. */
  refused(conversationId, retryable) {
    const read = this.#wanted.get(conversationId);
    if (!read || !retryable || ++read.tries >= MOST_TRIES) {
      this.#wanted.delete(conversationId);
    } else {
      this.#soon(RETRY_MS * 2 ** read.tries);
    }
  }

  online() {
    this.#soon(FLUSH_MS);
  }

  offline() {
    this.#world.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #soon(ms) {
    this.#timer ??= this.#world.clock.setTimeout(() => {
      this.#timer = null;
      for (const [conversationId, { seq }] of this.#wanted) {
        const said = this.#say({ eventType: 'message_read', requestId: 'read:' + conversationId, conversationId, seq });
        if (!said) {
          return;
        }
      }
    }, ms);
  }
}
