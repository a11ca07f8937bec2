import { parsed } from './storage.js';

/** As many as the server lets a user have; ids beyond that would only be refused. */
const MOST_DEVICES = 20;
/** A page that is being reloaded has let go of its lock by then. */
const RELOAD_PATIENCE_MS = 1_000;
const POLL_MS = 50;
const LOCK = 'meridian/device/';

/** Whether the lock of this name is that of a device id. */
export function isOfDevice(name) {
  return name.startsWith(LOCK);
}

/** A device whose id its program knows: a bot, a service, a test. */
export class FixedDevice {
  constructor(deviceId) {
    this.deviceId = deviceId;
  }

  async claim() {
    return this.deviceId;
  }

  release() {}

  async forget() {
    return [this.deviceId];
  }

  /** Nobody else's queue is ours. */
  async abandoned() {}

  /** The program chose the id, so it has to choose another one. */
  get renewable() {
    return false;
  }
}

/**
 * A device id for each tab: the server lets one connection have an id, so two tabs with one would drive each other out for
 * ever. Ids are kept in a pool that the browser's tabs share, so that their number is that of the tabs ever open at once; a
 * tab holds the lock of its id while it lives, and finds its own again after a reload.
 */
export class TabDevice {
  #world;
  #tab;
  #let = null;
  #userId = null;
  deviceId = null;

  /**
   * @param {{storage: object, locks: object, clock: object, uuid: () => string}} world
   * @param {import('./storage.js').Storage} tab what only this tab has: sessionStorage
   */
  constructor(world, tab) {
    this.#world = world;
    this.#tab = tab;
  }

  get renewable() {
    return true;
  }

  /** @returns {Promise<string>} the id, which is this tab's alone until {@link release} */
  async claim(userId) {
    this.release();
    this.#userId = userId;
    const own = await this.#tab.get('device/' + userId);
    if (own && (await this.#holdSoon(own))) {
      return this.#claimed(own);
    }
    for (const known of await this.#pool()) {
      if (known !== own && (await this.#hold(known))) {
        return this.#claimed(known);
      }
    }
    return this.#fresh();
  }

  /** Another connection has taken the id: take one that nobody knows. */
  async renew() {
    this.release();
    return this.#fresh();
  }

  release() {
    this.#let?.();
    this.#let = null;
    this.deviceId = null;
  }

  /**
   * The user has logged out: this device is no more, and neither are those of tabs that were closed.
   *
   * @returns {Promise<string[]>} their ids, which the server need not know any more
   */
  async forget() {
    const own = this.deviceId;
    this.release();
    const gone = new Set(own ? [own] : []);
    await this.#tab.remove('device/' + this.#userId);
    await this.#changePool(async (pool) => {
      const isFree = (id) => this.#world.locks.request(this.#name(id), { ifAvailable: true }, (lock) => lock !== null);
      await Promise.all(pool.map(async (id) => (await isFree(id)) && gone.add(id)));
      return pool.filter((id) => !gone.has(id));
    });
    return [...gone];
  }

  /** Runs `take` for each of the devices that no tab holds, while no tab can take it. */
  async abandoned(deviceIds, take) {
    for (const id of deviceIds) {
      if (id !== this.deviceId) {
        await this.#world.locks.request(this.#name(id), { ifAvailable: true }, (lock) => (lock ? take(id) : undefined));
      }
    }
  }

  async #fresh() {
    const id = 'web-' + this.#world.uuid();
    await this.#hold(id);
    await this.#changePool((pool) => [...pool, id].slice(-MOST_DEVICES));
    return this.#claimed(id);
  }

  async #claimed(id) {
    this.deviceId = id;
    await this.#quietly(() => this.#tab.set('device/' + this.#userId, id));
    return id;
  }

  #name(id) {
    return `${LOCK}${this.#userId}/${id}`;
  }

  async #holdSoon(id) {
    const { clock } = this.#world;
    for (let waited = 0; waited < RELOAD_PATIENCE_MS; waited += POLL_MS) {
      if (await this.#hold(id)) {
        return true;
      }
      await new Promise((done) => clock.setTimeout(done, POLL_MS));
    }
    return false;
  }

  #hold(id) {
    return new Promise((held, failed) => {
      this.#world.locks
        .request(this.#name(id), { ifAvailable: true }, (lock) => {
          held(lock !== null);
          return lock && new Promise((release) => (this.#let = release));
        })
        .catch(failed);
    });
  }

  async #pool() {
    const pool = parsed(await this.#world.storage.get('devices/' + this.#userId), []);
    return Array.isArray(pool) ? pool.filter((id) => typeof id === 'string') : [];
  }

  #changePool(change) {
    return this.#world.locks.request('meridian/devices', {}, async () => {
      const pool = await change(await this.#pool());
      await this.#quietly(() => this.#world.storage.set('devices/' + this.#userId, JSON.stringify(pool)));
    });
  }

  /** An id that is not remembered, for want of room, does all the same: the tab has another one after a reload. */
  async #quietly(store) {
    try {
      await store();
    } catch {
      // As above.
    }
  }
}
