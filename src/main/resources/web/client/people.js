import { Backoff } from './backoff.js';

/** Profiles asked for at once; the others wait. */
const MOST_AT_ONCE = 4;
/** Names remembered, and names waited for: more people than anybody has on a screen. */
const MOST_KNOWN = 5_000;
/** Whom nobody has looked at for so long makes room; without that, more than fit would be asked for in turns, for ever. */
const UNSEEN_MS = 60_000;

/** Names of users: what conversations say of their members, and profiles for the rest. */
export class People {
  #world;
  #http;
  #changed;
  /** userId → {user, asked, seenAt}; the one that was looked at last comes last. */
  #known = new Map();
  #wanted = new Set();
  #asking = 0;
  #backoff;
  #paused = null;

  /**
   * @param {object} world clock, random
   * @param {{call: Function}} http calls with the user's token
   * @param {() => void} changed
   */
  constructor(world, http, changed) {
    this.#world = world;
    this.#http = http;
    this.#changed = changed;
    this.#backoff = new Backoff(world.random, 1_000, 60_000);
  }

  clear() {
    this.#known.clear();
    this.#wanted.clear();
    this.#world.clock.clearTimeout(this.#paused);
    this.#paused = null;
    this.#backoff.reset();
  }

  /** What is known without asking. */
  learn = (user) => {
    const entry = user.username ? this.#entry(user.userId) : null;
    if (entry) {
      const { userId, username, displayName } = user;
      entry.user = { ...entry.user, userId, username, ...(displayName ? { displayName } : {}) };
    }
  };

  /** @returns {?{userId: string, username: string, displayName?: string}} null: not known yet; `changed` is told when it is */
  get(userId) {
    const entry = this.#entry(userId);
    if (!entry) {
      return null;
    }
    this.#known.delete(userId);
    this.#known.set(userId, entry);
    entry.seenAt = this.#world.clock.now();
    if (!entry.user?.displayName && !entry.asked) {
      entry.asked = true;
      this.#wanted.add(userId);
      this.#ask();
    }
    return entry.user;
  }

  /** @returns {Promise<{userId: string, username: string, displayName: string}>} */
  async byUsername(username) {
    const user = await this.#http.call('GET', '/api/users?username=' + encodeURIComponent(username));
    this.learn(user);
    return user;
  }

  /** @returns {?object} null: there is no room for one more now */
  #entry(userId) {
    const known = this.#known.get(userId);
    if (known) {
      return known;
    }
    if (this.#known.size >= MOST_KNOWN) {
      const [[oldest, { seenAt }]] = this.#known;
      if (this.#world.clock.now() - seenAt < UNSEEN_MS) {
        return null;
      }
      this.#known.delete(oldest);
      this.#wanted.delete(oldest);
    }
    const entry = { user: null, asked: false, seenAt: 0 };
    this.#known.set(userId, entry);
    return entry;
  }

  async #ask() {
    const [userId] = this.#wanted;
    if (userId === undefined || this.#asking >= MOST_AT_ONCE || this.#paused !== null) {
      return;
    }
    this.#wanted.delete(userId);
    const entry = this.#known.get(userId);
    this.#asking++;
    try {
      this.learn(await this.#http.call('GET', '/api/users/' + encodeURIComponent(userId)));
      this.#backoff.reset();
      this.#changed();
    } catch (failure) {
      if (failure.retryable && this.#known.get(userId) === entry) {
        this.#wanted.add(userId);
        this.#paused ??= this.#world.clock.setTimeout(() => this.#resume(), this.#backoff.next(failure.retryAfterMs));
      }
      // Else there is nobody of this id, or the login has ended.
    } finally {
      this.#asking--;
      this.#ask();
    }
  }

  #resume() {
    this.#paused = null;
    for (let free = MOST_AT_ONCE; free > 0; free--) {
      this.#ask();
    }
  }
}
