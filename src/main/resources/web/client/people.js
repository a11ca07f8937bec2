/** Profiles asked for at once; the others wait. */
const MOST_AT_ONCE = 4;
/** Names remembered, and names waited for: more people than anybody has on a screen. */
const MOST_KNOWN = 5_000;

/** Names of users: what conversations say of their members, and profiles for the rest. */
export class People {
  #http;
  #changed;
  #known = new Map();
  #wanted = new Set();
  #asking = 0;

  /** @param {{call: Function}} http calls with the user's token */
  constructor(http, changed) {
    this.#http = http;
    this.#changed = changed;
  }

  clear() {
    this.#known.clear();
    this.#wanted.clear();
  }

  /** What is known without asking. */
  learn(user) {
    if (user.username && this.#known.size < MOST_KNOWN) {
      this.#known.set(user.userId, { ...this.#known.get(user.userId), ...user });
    }
  }

  /** @returns {?{username: string, displayName?: string}} null: not known yet; `changed` is told when it is */
  get(userId) {
    const known = this.#known.get(userId);
    if (!known?.displayName && !known?.asked && this.#wanted.size < MOST_KNOWN) {
      this.#wanted.add(userId);
      this.#ask();
    }
    return known?.username ? known : null;
  }

  /** @returns {Promise<{userId: string, username: string, displayName: string}>} */
  async byUsername(username) {
    const user = await this.#http.call('GET', '/api/users?username=' + encodeURIComponent(username));
    this.learn(user);
    return user;
  }

  async #ask() {
    if (this.#asking >= MOST_AT_ONCE) {
      return;
    }
    const [userId] = this.#wanted;
    if (userId === undefined) {
      return;
    }
    this.#wanted.delete(userId);
    this.#known.set(userId, { ...this.#known.get(userId), asked: true });
    this.#asking++;
    try {
      this.learn(await this.#http.call('GET', '/api/users/' + encodeURIComponent(userId)));
      this.#changed();
    } catch {
      // The id has to do, until somebody asks after the next start.
    } finally {
      this.#asking--;
      this.#ask();
    }
  }
}
