import { Backoff } from './backoff.js';
import { isClosedToUs } from './errors.js';

/** Conversations asked about at once; the others wait. */
const MOST_AT_ONCE = 4;
/** A large conversation moves ten times a second; what its row shows need not. */
const SOON_MS = 3_000;

/** Asks the server what conversations are like now: names, members, what is unread. Until there is an answer. */
export class Refreshes {
  #world;
  #http;
  #conversations;
  #changed;
  #wanted = new Set();
  #underWay = new Set();
  /** conversationId → timer */
  #soon = new Map();
  #backoff;
  #paused = null;

  /**
   * @param {object} world clock, random
   * @param {{call: Function}} http calls with the user's token
   * @param {import('./conversations.js').Conversations} conversations
   * @param {(known: object) => void} changed
   */
  constructor(world, http, conversations, changed) {
    this.#world = world;
    this.#http = http;
    this.#conversations = conversations;
    this.#changed = changed;
    this.#backoff = new Backoff(world.random, 1_000, 30_000);
  }

  clear() {
    const { clock } = this.#world;
    this.#wanted.clear();
    this.#underWay = new Set();
    this.#soon.forEach((timer) => clock.clearTimeout(timer));
    this.#soon.clear();
    this.resume();
  }

  /** There is a connection again: what failed may work now. */
  resume() {
    this.#world.clock.clearTimeout(this.#paused);
    this.#paused = null;
    this.#backoff.reset();
    this.#pump();
  }

  ask(conversationId) {
    this.#wanted.add(conversationId);
    this.#pump();
  }

  /** It has moved on, and does not come by itself: its row should say so, before long. */
  askSoon(known) {
    const { conversationId } = known;
    if (!isStale(known) || this.#soon.has(conversationId)) {
      return;
    }
    const timer = this.#world.clock.setTimeout(
      () => {
        this.#soon.delete(conversationId);
        if (isStale(known)) {
          this.ask(conversationId);
        }
      },
      SOON_MS * (0.5 + 0.5 * this.#world.random()),
    );
    this.#soon.set(conversationId, timer);
  }

  #pump() {
    for (const id of this.#wanted) {
      if (this.#paused !== null || this.#underWay.size >= MOST_AT_ONCE) {
        return;
      }
      // What was asked before may be answered with what was before: once more, behind that.
      if (!this.#underWay.has(id)) {
        this.#wanted.delete(id);
        this.#run(id);
      }
    }
  }

  async #run(id) {
    const underWay = this.#underWay;
    underWay.add(id);
    try {
      const view = await this.#http.call('GET', '/api/conversations/' + encodeURIComponent(id));
      this.#backoff.reset();
      this.#changed(this.#conversations.shown(view));
    } catch (failure) {
      this.#failed(id, failure);
    }
    underWay.delete(id);
    this.#pump();
  }

  #failed(id, failure) {
    const known = this.#conversations.get(id);
    if (failure.code === 'signed_out' || !known) {
      return;
    }
    if (isClosedToUs(failure)) {
      known.left = true;
      this.#changed(known);
    } else if (failure.retryable) {
      this.#wanted.add(id);
      this.#paused ??= this.#world.clock.setTimeout(() => {
        this.#paused = null;
        this.#pump();
      }, this.#backoff.next(failure.retryAfterMs));
    }
  }
}

function isStale(known) {
  return !known.left && (known.lastEvent?.seq ?? 0) < known.lastSeq;
}
