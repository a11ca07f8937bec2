import { Backoff } from './backoff.js';

const SUBPROTOCOL = 'meridian.v1';
/** To an open socket and its `ready`: the server itself waits for up to 10 s for an inbox that restarts. */
const OPEN_MS = 20_000;
/** An answer to a ping takes milliseconds; what takes longer is no connection any more. */
const PONG_MS = 10_000;
/** The same, where somebody is looking and the network has just changed. */
const PROBE_MS = 4_000;
/** A connection that lasted so long was a good one: the next failure is the first again. */
const STEADY_MS = 10_000;
/** A network that comes and goes does not make more connections than this. */
const WAKE_EVERY_MS = 1_000;
/** The longest that a server can ask a client to stay away. */
const MOST_AWAY_MS = 300_000;

const NORMAL = 1000;
const TOO_MANY_DEVICES = 1008;
const OVERLOADED = 1013;
const UNAUTHENTICATED = 4401;
const REPLACED = 4409;
const LIMITED = 4429;

/** How long to stay away at least after this close code, and what the first backoff is. */
const PATIENCE = new Map([
  [OVERLOADED, { leastMs: 1_000, firstMs: 4_000 }],
  [LIMITED, { leastMs: 5_000, firstMs: 10_000 }],
  [TOO_MANY_DEVICES, { leastMs: 60_000, firstMs: 30_000 }],
]);

/**
 * One live connection after another, until told to stop. Connects with a token that is good, says hello, finds out by pings when
 * a connection has died, and comes back as the server asked or with backoff and full jitter.
 */
export class Connection {
  #world;
  #account;
  #told;
  #backoff;
  #socket = null;
  /** Numbers connections: a late callback of an earlier one changes nothing. */
  #number = 0;
  #timers = new Map();
  #state = { name: 'stopped', retryAt: null, detail: null };
  #ready = false;
  #readyAt = 0;
  #token = null;
  #heartbeatMs = 30_000;
  #heardAt = 0;
  #saidAt = 0;
  #pingedAt = null;
  #returnAt = null;
  #wokenAt = -Infinity;
  #refreshed = false;
  /** The last `error` that came before `ready`: why the server closes. */
  #complaint = null;
  deviceId = null;

  /**
   * @param {object} world WebSocket, clock, random, baseUrl, platform
   * @param {import('./account.js').Account} account
   * @param {{state: Function, ready: Function, lost: Function, frame: Function, replaced: Function}} told
   */
  constructor(world, account, told) {
    this.#world = world;
    this.#account = account;
    this.#told = told;
    this.#backoff = new Backoff(world.random);
  }

  get state() {
    return this.#state;
  }

  get ready() {
    return this.#ready;
  }

  /** Of the connection there is now: what an earlier one asked for does not count any more. */
  get number() {
    return this.#number;
  }

  start(deviceId) {
    this.deviceId = deviceId;
    this.#backoff.reset();
    this.#connect();
  }

  stop(name = 'stopped', detail = null) {
    this.#leave(NORMAL);
    this.#enter(name, { detail });
  }

  /** The network is back, or somebody looks again: try now, or make sure that the connection lives. */
  wake() {
    const now = this.#world.clock.now();
    if (now - this.#wokenAt < WAKE_EVERY_MS) {
      return;
    }
    this.#wokenAt = now;
    if (this.#state.name === 'waiting' && this.#returnAt === null) {
      this.#connect();
    } else if (this.#ready) {
      this.#ping(PROBE_MS);
    }
  }

  /** The login has a new token; this connection would be closed when the old one ends. */
  renew() {
    if (this.#ready && this.#returnAt === null) {
      this.#leave(NORMAL);
      this.#connect();
    }
  }

  /** This connection is of no use: another one, after a while. */
  drop() {
    this.#lost(this.#number, 0);
  }

  /** @returns {boolean} whether there is a connection to say it on; whether it arrives is another thing */
  say(frame) {
    if (!this.#ready) {
      return false;
    }
    this.#write(frame);
    return true;
  }

  async #connect() {
    const number = ++this.#number;
    this.#returnAt = null;
    this.#complaint = null;
    this.#enter('connecting');
    this.#after('open', OPEN_MS, () => this.#lost(number, 0));
    try {
      this.#token = await this.#account.token();
    } catch (failure) {
      if (number === this.#number && failure.code !== 'signed_out') {
        this.#lost(number, 0);
      }
      return;
    }
    if (number === this.#number) {
      this.#open(number);
    }
  }

  #open(number) {
    const url = this.#world.baseUrl.replace(/^http/, 'ws') + '/connect';
    let socket;
    try {
      socket = new this.#world.WebSocket(url, [SUBPROTOCOL]);
    } catch {
      this.#lost(number, 0);
      return;
    }
    this.#socket = socket;
    const current = () => number === this.#number;
    socket.onopen = () => {
      if (current()) {
        // In a frame, where no proxy's log keeps it, and where a refusal has a close code.
        this.#write({ eventType: 'hello', deviceId: this.deviceId, token: this.#token, platform: this.#world.platform });
      }
    };
    socket.onmessage = (message) => current() && this.#heard(String(message.data));
    socket.onclose = (close) => current() && this.#lost(number, close.code ?? 0);
    // What is wrong is told by the close that follows.
    socket.onerror = () => {};
  }

  #heard(text) {
    this.#heardAt = this.#world.clock.now();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame?.eventType === 'ready') {
      this.#nowReady(frame);
    } else if (frame?.eventType === 'reconnect') {
      this.#asked(frame);
    } else if (frame?.eventType === 'error' && !this.#ready) {
      this.#complaint = frame;
    } else if (typeof frame?.eventType === 'string' && frame.eventType !== 'pong') {
      this.#told.frame(frame);
    }
  }

  #nowReady(frame) {
    const number = this.#number;
    this.#ready = true;
    this.#readyAt = this.#world.clock.now();
    this.#refreshed = false;
    this.#heartbeatMs = Math.max(1, frame.heartbeatSeconds || 30) * 1_000;
    this.#pingedAt = null;
    this.#clear('open');
    this.#after('steady', STEADY_MS, () => this.#backoff.reset());
    this.#watch();
    this.#enter('online');
    if (number === this.#number) {
      this.#told.ready(frame);
    }
  }

  /** Frames that were on their way are still answered; the server closes, or we do when it is time to be elsewhere. */
  #asked(frame) {
    const number = this.#number;
    const afterMs = Math.min(Math.max(Number(frame.afterMs) || 0, 0), MOST_AWAY_MS);
    this.#returnAt = this.#world.clock.now() + afterMs;
    this.#after('return', afterMs, () => {
      if (number === this.#number) {
        this.#leave(NORMAL);
        this.#connect();
      }
    });
  }

  #lost(number, code) {
    if (number !== this.#number) {
      return;
    }
    const returnAt = this.#returnAt;
    const complaint = this.#complaint;
    this.#leave(NORMAL);
    if (code === REPLACED) {
      this.#enter('replaced', { detail: 'This device is connected elsewhere.' });
      this.#told.replaced();
    } else if (code === UNAUTHENTICATED && !this.#refreshed) {
      this.#refreshed = true;
      this.#renewThenConnect();
    } else if (returnAt !== null) {
      this.#returnAt = returnAt;
      this.#wait(Math.max(0, returnAt - this.#world.clock.now()), null);
    } else {
      const { leastMs = 0, firstMs } = PATIENCE.get(code) ?? {};
      this.#wait(this.#backoff.next(leastMs, firstMs), complaint?.detail ?? null);
    }
  }

  /** Once; if the new token is refused as well, the next attempt waits like any other. */
  async #renewThenConnect() {
    const number = this.#number;
    this.#enter('connecting');
    try {
      await this.#account.refresh(this.#token);
    } catch (failure) {
      if (number === this.#number && failure.code !== 'signed_out') {
        this.#refreshed = false;
        this.#wait(this.#backoff.next(), failure.detail);
      }
      return;
    }
    if (number === this.#number) {
      this.#connect();
    }
  }

  #wait(delayMs, detail) {
    const number = this.#number;
    this.#enter('waiting', { retryAt: this.#world.clock.now() + delayMs, detail });
    this.#after('return', delayMs, () => {
      if (number === this.#number) {
        this.#connect();
      }
    });
  }

  /** Something is said at least every heartbeat, and heard, or the connection is dead. */
  #watch() {
    const everyMs = Math.max(500, Math.min(this.#heartbeatMs / 6, 5_000));
    this.#after('watch', everyMs, () => {
      const now = this.#world.clock.now();
      const quietMs = this.#heartbeatMs * 0.5;
      if (this.#pingedAt === null && (now - this.#saidAt >= quietMs || now - this.#heardAt >= quietMs)) {
        this.#ping(PONG_MS);
      }
      this.#watch();
    });
  }

  #ping(patienceMs) {
    const number = this.#number;
    const pingedAt = this.#world.clock.now();
    this.#pingedAt = pingedAt;
    this.#write({ eventType: 'ping' });
    this.#after('pong', patienceMs, () => {
      this.#pingedAt = null;
      if (number === this.#number && this.#heardAt < pingedAt) {
        this.#lost(number, 0);
      }
    });
  }

  #write(frame) {
    this.#saidAt = this.#world.clock.now();
    try {
      this.#socket.send(JSON.stringify(frame));
    } catch {
      // Closing already: its end is told by itself, and what matters is said again on the next one.
    }
  }

  #leave(code) {
    const socket = this.#socket;
    const wasReady = this.#ready;
    this.#number++;
    this.#socket = null;
    this.#ready = false;
    this.#returnAt = null;
    for (const name of [...this.#timers.keys()]) {
      this.#clear(name);
    }
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      try {
        socket.close(code);
      } catch {
        // Never was open.
      }
    }
    if (wasReady) {
      this.#told.lost();
    }
  }

  #enter(name, { retryAt = null, detail = null } = {}) {
    this.#state = { name, retryAt, detail };
    this.#told.state(this.#state);
  }

  #after(name, ms, action) {
    this.#clear(name);
    this.#timers.set(
      name,
      this.#world.clock.setTimeout(() => {
        this.#timers.delete(name);
        action();
      }, ms),
    );
  }

  #clear(name) {
    this.#world.clock.clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
