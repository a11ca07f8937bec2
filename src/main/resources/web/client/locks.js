import { parsed } from './storage.js';

/**
 * Locks as the Web Locks API has them, of which this module uses `request(name, {ifAvailable}, callback)`: the lock is held
 * until the promise that the callback returns is settled, and `callback(null)` says that it was not available.
 */

/** Locks among the clients of one process. */
export function memoryLocks() {
  const tails = new Map();
  return {
    async request(name, options, callback) {
      const before = tails.get(name);
      if (before && options.ifAvailable) {
        return callback(null);
      }
      const held = (before ?? Promise.resolve()).then(() => callback({ name }));
      const settled = held.catch(() => {});
      tails.set(name, settled);
      try {
        return await held;
      } finally {
        if (tails.get(name) === settled) {
          tails.delete(name);
        }
      }
    },
  };
}

/** A lease that is not renewed for so long is anybody's: longer than a background tab's timers are held back. */
const LEASE_MS = 90_000;
const RENEW_MS = 20_000;
/** Writers that came at the same moment have all written by then, and the last one has it. */
const SETTLE_MS = 40;

/**
 * For pages that are not served over https, where browsers have no Web Locks: leases in storage that all tabs share. Two tabs
 * may, once in a great while, both believe to hold one; the server's 4409 tells them (see TabDevice).
 *
 * @param {import('./storage.js').Storage} storage synchronous
 * @param {(name: string) => string} ownerOf whose a lock is: of one load of a page, or of its tab, which finds it again after a
 *   reload; but a duplicated tab has its original's name, so that is for locks that the server watches, too
 */
export function leaseLocks(storage, ownerOf, clock, random) {
  const held = new Set();
  const key = (name) => 'lease/' + name;
  const read = (name) => parsed(storage.get(key(name)), null);
  const write = (name) => {
    try {
      storage.set(key(name), JSON.stringify({ owner: ownerOf(name), until: clock.now() + LEASE_MS }));
      return true;
    } catch {
      return false;
    }
  };
  const isOurs = (name) => read(name)?.owner === ownerOf(name);
  const free = (name) => {
    const lease = read(name);
    return !lease || lease.owner === ownerOf(name) || !(lease.until >= clock.now());
  };
  const sleep = (ms) => new Promise((done) => clock.setTimeout(done, ms));

  async function take(name) {
    if (held.has(name) || !free(name)) {
      return false;
    }
    const written = write(name);
    await sleep(SETTLE_MS + random() * SETTLE_MS);
    // Where there is no room for a lease, one that is not told to others is better than no client.
    return (isOurs(name) || !written) && !held.has(name);
  }

  return {
    async request(name, options, callback) {
      while (!(await take(name))) {
        if (options.ifAvailable) {
          return callback(null);
        }
        await sleep(200 + random() * 200);
      }
      held.add(name);
      let timer;
      const renew = () => {
        write(name);
        timer = clock.setTimeout(renew, RENEW_MS);
      };
      renew();
      try {
        return await callback({ name });
      } finally {
        clock.clearTimeout(timer);
        held.delete(name);
        if (isOurs(name)) {
          storage.remove(key(name));
        }
      }
    },

    /** The page goes: the next one need not wait until its leases have run out. */
    letGo() {
      for (const name of held) {
        if (isOurs(name)) {
          storage.remove(key(name));
        }
      }
    },
  };
}
