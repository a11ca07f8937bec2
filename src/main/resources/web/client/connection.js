import { Backoff } from './backoff.js';
import { NORMAL, afterClose, awayMs, mayReturn } from './closes.js';

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
/** New tokens that are refused in a row, with backoff between them: the server does not want this login. */
const MOST_RENEWALS = 5;

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
  #state = { name: 'stopped', reason: null, retryAt: null, detail: null };
  /** What the wait is for: another attempt, or another token first. */
  #next = () => {};
  /** The server wants nothing from here before. */
  #notBefore = 0;
  #ready = false;
  #token = null;
  #heartbeatMs = 30_000;
  #heardAt = 0;
  #saidAt = 0;
  #pingedAt = null;
  #returnAt = null;
  #wokenAt = -Infinity;
  /** Tokens got because the one before was refused, since the last steady connection. */
  #renewals = 0;
  /** The last `error` that came before `ready`, or why there is no token: the reason of the end that follows. */
  #complaint = null;
  deviceId = null;

  /**
   * @param {object} world WebSocket, clock, random, baseUrl, platform
   * @param {import('./account.js').Account} account
   * @param {{state: Function, ready: Function, steady: Function, lost: Function, frame: Function, replaced: Function}} told
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
    this.#leave(NORMAL);
    this.deviceId = deviceId;
    this.#backoff.reset();
    this.#renewals = 0;
    this.#notBefore = 0;
    this.#connect();
  }

  stop(name = 'stopped', detail = null) {
    this.#leave(NORMAL);
    this.#enter(name, { detail });
  }

  /**
   * The network has changed, or somebody looks again: try now, if the server has not asked for patience, or make sure that the
   * connection lives.
   */
  wake() {
    const now = this.#world.clock.now();
    if (now - this.#wokenAt < WAKE_EVERY_MS) {
      return;
    }
    this.#wokenAt = now;
    const { name } = this.#state;
    if ((name === 'waiting' || name === 'refused') && now >= this.#notBefore) {
      this.#next();
    } else if (this.#ready) {
      this.#ping(PROBE_MS);
    }
  }

  /** Somebody asks for it: takes the device back from elsewhere, or tries whether there is room for it now. */
  connectNow() {
    const { name } = this.#state;
    if (name === 'replaced' || name === 'refused') {
      this.#notBefore = 0;
      this.#connect();
    } else {
      this.#wokenAt = -Infinity;
      this.wake();
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
        this.#complaint = failure;
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
    this.#complaint = null;
    this.#heartbeatMs = Math.max(1, frame.heartbeatSeconds || 30) * 1_000;
    this.#pingedAt = null;
    this.#clear('open');
    this.#after('steady', STEADY_MS, () => {
      this.#backoff.reset();
      this.#renewals = 0;
      this.#told.steady();
    });
    this.#watch();
    this.#enter('online');
    if (number === this.#number) {
      this.#told.ready(frame);
    }
  }

  /** Frames that were on their way are still answered; the server closes, or we do when it is time to be elsewhere. */
  #asked(frame) {
    const number = this.#number;
    const afterMs = awayMs(frame.afterMs);
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
    const { clock } = this.#world;
    const returnAt = this.#returnAt;
    const detail = this.#complaint?.detail ?? null;
    const { then, reason, leastMs, firstMs } = afterClose(code, this.#complaint);
    this.#leave(NORMAL);
    if (then === 'stay') {
      this.#enter('replaced', { detail: 'This device is connected elsewhere.' });
      this.#told.replaced();
    } else if (then === 'renew') {
      this.#renewSoon(leastMs, detail);
    } else if (returnAt !== null && mayReturn(code)) {
      this.#notBefore = returnAt;
      this.#wait(Math.max(0, returnAt - clock.now()), { detail });
    } else {
      this.#notBefore = clock.now() + leastMs;
      this.#wait(this.#backoff.next(leastMs, firstMs), { detail, reason });
    }
  }

  /** At once the first time, for the token may just have ended. That a new one is refused as well should not go on for ever. */
  #renewSoon(leastMs, detail) {
    if (this.#renewals === 0) {
      this.#renewThenConnect();
    } else if (this.#renewals < MOST_RENEWALS) {
      this.#notBefore = this.#world.clock.now() + leastMs;
      this.#wait(this.#backoff.next(leastMs), { detail, next: () => this.#renewThenConnect() });
    } else {
      this.#enter('stopped', { detail });
      this.#account.refused().catch(() => {});
    }
  }

  async #renewThenConnect() {
    const number = ++this.#number;
    this.#enter('connecting');
    try {
      await this.#account.refresh(this.#token);
    } catch (failure) {
      if (number === this.#number && failure.code !== 'signed_out') {
        const leastMs = awayMs(failure.retryAfterMs);
        this.#notBefore = this.#world.clock.now() + leastMs;
        this.#wait(this.#backoff.next(leastMs), { detail: failure.detail, next: () => this.#renewThenConnect() });
      }
      return;
    }
    if (number === this.#number) {
      this.#renewals++;
      this.#connect();
    }
  }

  /** `reason`: why the server refuses, if it is something that somebody can change. */
  #wait(delayMs, { detail = null, reason = null, next = () => this.#connect() } = {}) {
    const number = this.#number;
    this.#next = next;
    const retryAt = this.#world.clock.now() + delayMs;
    this.#after('return', delayMs, () => {
      if (number === this.#number) {
        next();
      }
    });
    this.#enter(reason ? 'refused' : 'waiting', { reason, retryAt, detail });
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

  #enter(name, { reason = null, retryAt = null, detail = null } = {}) {
    this.#state = { name, reason, retryAt, detail };
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
