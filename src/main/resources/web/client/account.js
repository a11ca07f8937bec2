import { MeridianError } from './errors.js';
import { parsed } from './storage.js';

const KEY = 'session';
/** Refreshed when so much of a token's life is over; the rest is for a server that is out for a while. */
const REFRESH_AT = 0.8;
/** A token that ends sooner is not begun with. */
const MARGIN_MS = 5_000;
const RETRY_MS = 10_000;
/** Timers of browsers take 31 bits; no token lives longer than that either. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/**
 * Who is logged in, and the tokens. A refresh token is good once: a second use ends the whole login, in every tab. So a refresh
 * happens once at a time in a browser, under a lock, and its answer is stored before it is used.
 */
export class Account {
  #world;
  #http;
  #session = null;
  /** There was no room to store it: it ends with the page. */
  #unstored = false;
  /** The username of a registration that may have happened: its answer was lost. */
  #unsure = null;
  #refreshing = null;
  #timer = null;
  #onRefreshed;
  #onSignedOut;

  /**
   * @param {object} world storage, locks, clock, random
   * @param {{refreshed: () => void, signedOut: (error: MeridianError) => void}} told
   */
  constructor(world, http, told) {
    this.#world = world;
    this.#http = http;
    this.#onRefreshed = told.refreshed;
    this.#onSignedOut = told.signedOut;
  }

  /** @returns {?{userId: string, username: string, displayName: string}} */
  get user() {
    const session = this.#session;
    return session && { userId: session.userId, username: session.username, displayName: session.displayName };
  }

  /** Takes up the login that is stored here. */
  async restore() {
    const stored = await this.#stored();
    if (stored) {
      this.#take(stored);
    }
    return this.user;
  }

  async register(username, password, displayName) {
    const body = { username, password, ...(displayName ? { displayName } : {}) };
    return this.#begin(await this.#made(body), username);
  }

  /** Whoever is told that a name is taken, after an answer of theirs was lost, may have taken it: then the password fits. */
  async #made(body) {
    const { username, password } = body;
    try {
      const grant = await this.#http.request('POST', '/api/auth/register', { body });
      this.#unsure = null;
      return grant;
    } catch (failure) {
      if (failure.code === 'network' || failure.code === 'unavailable') {
        this.#unsure = username;
      } else if (failure.code === 'conflict' && this.#unsure === username) {
        return this.#http.request('POST', '/api/auth/login', { body: { username, password } }).catch((refused) => {
          throw refused.code === 'unauthenticated' ? failure : refused;
        });
      }
      throw failure;
    }
  }

  async login(username, password) {
    return this.#begin(await this.#http.request('POST', '/api/auth/login', { body: { username, password } }), username);
  }

  async #begin(grant, username) {
    const session = fromGrant(grant, { username: username.toLowerCase() }, this.#world.clock.now());
    const profile = await this.#http
      .request('GET', '/api/users/' + session.userId, { token: session.accessToken })
      .catch(() => null);
    session.username = profile?.username ?? session.username;
    session.displayName = profile?.displayName ?? session.username;
    await this.#alone(() => this.#keep(session));
    this.#take(session);
    return this.user;
  }

  /**
   * Ends the login, here and in every tab; the server is told in the background, as well as that can be done: should it not
   * hear of it, the tokens run out.
   *
   * @param {() => Promise<string[]>} forget what else ends in this browser; the ids of devices that are removed, too
   */
  async logout(forget) {
    const session = this.#session;
    this.#drop();
    await this.#alone(() => this.#world.storage.remove(KEY));
    const deviceIds = await forget().catch(() => []);
    if (session) {
      this.#tell(session, deviceIds).catch(() => {});
    }
  }

  async #tell({ accessToken: token, refreshToken }, deviceIds) {
    const removed = deviceIds.map((id) => this.#http.request('DELETE', '/api/devices/' + encodeURIComponent(id), { token }));
    await Promise.allSettled(removed);
    await this.#http.request('POST', '/api/auth/logout', { token, body: { refreshToken } });
  }

  /** Looks whether another tab has logged out, or in as somebody else. */
  async check() {
    if (this.#session && (await this.#stored())?.userId !== this.#session.userId) {
      this.#end('You have logged out in another tab.');
    }
  }

  /** An access token that is good for a moment at least. */
  async token() {
    const session = this.#require();
    return session.expiresAt - MARGIN_MS > this.#world.clock.now() ? session.accessToken : this.refresh(session.accessToken);
  }

  /**
   * A token in place of `used`, which is refused or about to be. Whoever asks meanwhile gets the same one.
   *
   * @returns {Promise<string>}
   */
  async refresh(used) {
    const session = this.#require();
    if (session.accessToken !== used) {
      return session.accessToken;
    }
    this.#refreshing ??= this.#alone(() => this.#refreshAlone()).finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /** Nothing in this browser changes the stored login meanwhile. */
  #alone(action) {
    return this.#world.locks.request('meridian/refresh', {}, action);
  }

  /** Nobody is logged in here any more, until it is taken up again. */
  stop() {
    this.#drop();
  }

  /** The server gives new tokens, and takes none of them. */
  async refused() {
    const session = this.#session;
    this.#end('The server does not accept your login any more. Log in again: what you have not sent yet is kept.');
    await this.#alone(async () => {
      if ((await this.#stored())?.refreshToken === session?.refreshToken) {
        await this.#world.storage.remove(KEY);
      }
    });
  }

  async #refreshAlone() {
    const stored = await this.#stored();
    const session = this.#session;
    if (!session || stored?.userId !== session.userId) {
      throw this.#end('You have logged out in another tab.');
    }
    if (stored.refreshToken !== session.refreshToken) {
      // Another tab was faster.
      this.#take(stored);
      this.#onRefreshed();
      return stored.accessToken;
    }
    try {
      const grant = await this.#http.request('POST', '/api/auth/refresh', { body: { refreshToken: session.refreshToken } });
      const next = fromGrant(grant, session, this.#world.clock.now());
      await this.#keep(next);
      if (this.#session === session) {
        this.#take(next);
        this.#onRefreshed();
      }
      return next.accessToken;
    } catch (failure) {
      if (failure.code === 'unauthenticated' || failure.code === 'forbidden') {
        await this.#world.storage.remove(KEY);
        throw this.#end('Your login has expired. Log in again: what you have not sent yet is kept.');
      }
      throw failure;
    }
  }

  #take(session) {
    this.#session = session;
    this.#schedule(session.takenAt + (session.expiresAt - session.takenAt) * REFRESH_AT - this.#world.clock.now());
  }

  #schedule(inMs) {
    const { clock, random } = this.#world;
    clock.clearTimeout(this.#timer);
    // Spread, so that a thousand that logged in together do not all come back together.
    const delay = Math.min(Math.max(0, inMs) * (0.9 + 0.1 * random()), MOST_TIMER_MS);
    this.#timer = clock.setTimeout(() => {
      if (this.#session) {
        this.refresh(this.#session.accessToken).catch((failure) => {
          if (failure.code !== 'signed_out') {
            this.#schedule(RETRY_MS);
          }
        });
      }
    }, delay);
  }

  #drop() {
    this.#world.clock.clearTimeout(this.#timer);
    this.#session = null;
    this.#unstored = false;
  }

  #end(detail) {
    const error = new MeridianError('signed_out', detail);
    if (this.#session) {
      this.#drop();
      this.#onSignedOut(error);
    }
    return error;
  }

  #require() {
    if (!this.#session) {
      throw new MeridianError('signed_out', 'Log in first.');
    }
    return this.#session;
  }

  async #stored() {
    if (this.#unstored) {
      return this.#session;
    }
    const stored = parsed(await this.#world.storage.get(KEY), null);
    return stored?.userId && stored.accessToken && stored.refreshToken ? stored : null;
  }

  /** The old token is of no use any more: its room is the first to be had. */
  async #keep(session) {
    const { storage } = this.#world;
    const text = JSON.stringify(session);
    this.#unstored = false;
    try {
      await storage.set(KEY, text);
    } catch {
      try {
        await storage.remove(KEY);
        await storage.set(KEY, text);
      } catch {
        this.#unstored = true;
      }
    }
  }
}

function fromGrant(grant, known, now) {
  return {
    userId: grant.userId,
    username: known.username,
    displayName: known.displayName,
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken,
    takenAt: now,
    expiresAt: now + grant.expiresInSeconds * 1_000,
  };
}
