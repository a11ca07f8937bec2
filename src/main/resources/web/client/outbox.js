import { MeridianError, isRetryable } from './errors.js';
import { MOST_BYTES, UNCONFIRMED, isForgotten, loaded, message, notStored, sizeOf } from './send.js';
import { parsed } from './storage.js';

/** A send without an answer goes out again after so long, the same. */
const RESEND_MS = 10_000;
/** Conversations that may wait for an answer at once, each with one send: a twentieth of what the server lets a connection have. */
const MOST_IN_FLIGHT = 50;
/** A server that names no time to wait. */
const RETRY_MS = 1_000;
const MOST_RETRY_MS = 30_000;

/**
 * Sends without a final answer. Each is stored before it goes out and goes out again, the same, on every new connection and
 * after 10 s, until `message_sent` or a final error; `rate_limited`, `overloaded` and `unavailable` only make it wait.
 *
 * Of each conversation one send is under way at a time: the next one goes out when it is settled. That is what keeps their order
 * when one of them has to be sent again, for whatever was sent behind it could be taken first.
 */
export class Outbox {
  #world;
  #storage;
  /** Null: nobody's, and nothing is taken. */
  #key = null;
  #changed;
  #say;
  #limits;
  /** By clientMessageId. */
  #sends = new Map();
  /** Not failed ones by conversation, in order. */
  #lanes = new Map();
  #bytes = 0;
  #lastOrder = 0;
  #online = false;
  #inFlight = 0;
  #timer = null;

  /**
   * @param {object} world clock, random, uuid, storage
   * @param {{say: (frame: object) => boolean, changed: (send: import('./send.js').Send) => void}} told
   * @param {{sends: number, bytes: number}} limits
   */
  constructor(world, told, limits) {
    this.#world = world;
    this.#storage = world.storage;
    this.#say = told.say;
    this.#changed = told.changed;
    this.#limits = limits;
  }

  /** Takes up what this device has not sent yet. */
  async open(userId, deviceId) {
    this.close();
    const key = `outbox/${userId}/${deviceId}/`;
    this.#key = key;
    const sends = await this.#load(key);
    if (this.#key === key) {
      sends.filter((send) => !this.#sends.has(send.clientMessageId)).forEach((send) => this.#enter(send));
      this.#sort();
    }
  }

  close() {
    this.#key = null;
    this.offline();
    this.#sends.clear();
    this.#lanes.clear();
    this.#bytes = 0;
  }

  /** Another device id: everything moves there. What finds no room is adopted later. */
  async move(userId, deviceId) {
    const before = this.#key;
    const key = `outbox/${userId}/${deviceId}/`;
    this.#key = key;
    for (const send of [...this.#sends.values()]) {
      if (this.#key !== key) {
        return;
      }
      await this.#quietly(async () => {
        await this.#store(send);
        await this.#storage.remove(before + send.clientMessageId);
      });
    }
  }

  /** Devices that have left something unsent. */
  async devices(userId) {
    const start = `outbox/${userId}/`;
    const ids = (await this.#storage.keys(start)).map((key) => key.slice(start.length).split('/')[0]);
    return [...new Set(ids)];
  }

  /**
   * Takes over what a device that is gone has left. Stored here before it is removed there; should it be sent by both, it is the
   * same message.
   */
  async adopt(userId, deviceId) {
    const key = this.#key;
    const from = `outbox/${userId}/${deviceId}/`;
    if (key === null || from === key) {
      return;
    }
    const left = await this.#load(from);
    try {
      for (const send of left) {
        const own = this.#sends.get(send.clientMessageId);
        if (this.#key !== key || (!own && this.#isFull(send))) {
          break;
        }
        await this.#store(own ?? send);
        if (this.#key === key && !own && !this.#sends.has(send.clientMessageId)) {
          this.#enter(send);
          this.#changed(send);
        }
        await this.#storage.remove(from + send.clientMessageId);
      }
    } finally {
      if (this.#key === key) {
        this.#sort();
        this.#pump();
      }
    }
  }

  /** @returns {Promise<string>} its clientMessageId, when it is stored */
  async add({ conversationId, content, messageType = 'text', replyTo, mentions, mediaIds }) {
    if (this.#key === null) {
      throw new MeridianError('signed_out', 'Log in first.');
    }
    const send = {
      clientMessageId: this.#world.uuid(),
      conversationId,
      messageType,
      content,
      ...(replyTo ? { replyTo } : {}),
      ...(mentions?.length ? { mentions } : {}),
      ...(mediaIds?.length ? { mediaIds } : {}),
      createdAt: this.#timeNow(),
      order: this.#nextOrder(),
      state: 'storing',
      error: null,
      attempts: 0,
      sentAt: null,
      dueAt: 0,
    };
    if (sizeOf(send) > MOST_BYTES) {
      throw new MeridianError('too_large', 'This message is too long to be sent: split it.');
    }
    if (this.#isFull(send)) {
      throw new MeridianError('queue_full', 'Too many messages wait to be sent already. Try again when some have gone.');
    }
    this.#enter(send);
    try {
      await this.#store(send);
    } catch (failure) {
      this.#remove(send);
      throw notStored(failure);
    }
    if (this.#sends.get(send.clientMessageId) === send) {
      send.state = 'queued';
      this.#changed(send);
      this.#pump();
    }
    return send.clientMessageId;
  }

  /**
   * A failed one once more, behind what waits already. After a `conflict` its id is of no use any more.
   *
   * @throws {MeridianError} `not_stored`: it stays as it is
   */
  async retry(clientMessageId) {
    const key = this.#key;
    const send = this.#sends.get(clientMessageId);
    if (send?.state !== 'failed') {
      return;
    }
    const again = {
      ...send,
      clientMessageId: send.error?.code === 'conflict' ? this.#world.uuid() : clientMessageId,
      createdAt: this.#timeNow(),
      order: this.#nextOrder(),
      state: 'queued',
      error: null,
      attempts: 0,
      sentAt: null,
      dueAt: 0,
    };
    send.state = 'storing';
    try {
      await this.#store(again);
    } catch (failure) {
      send.state = 'failed';
      throw notStored(failure);
    }
    if (this.#key !== key) {
      return;
    }
    this.#remove(send);
    this.#enter(again);
    this.#changed(again);
    this.#pump();
    if (again.clientMessageId !== clientMessageId) {
      await this.#quietly(() => this.#storage.remove(key + clientMessageId));
    }
  }

  /** Gives up one that failed, or that waits and was never sent. @returns {Promise<boolean>} whether it could be */
  async discard(clientMessageId) {
    const send = this.#sends.get(clientMessageId);
    const may = send && (send.state === 'failed' || (send.state === 'queued' && send.attempts === 0));
    if (may) {
      await this.#forget(send);
      this.#changed({ ...send, state: 'discarded' });
    }
    return Boolean(may);
  }

  /** Nothing of it goes out any more from now on. */
  async discardAll() {
    const key = this.#key;
    const ids = [...this.#sends.keys()];
    this.close();
    for (const id of ids) {
      await this.#quietly(() => this.#storage.remove(key + id));
    }
  }

  /** Those of a conversation, or all, failed ones included, in order. */
  list(conversationId) {
    return [...this.#sends.values()]
      .filter((send) => conversationId === undefined || send.conversationId === conversationId)
      .sort((one, other) => one.order - other.order);
  }

  find(clientMessageId) {
    return this.#sends.get(clientMessageId) ?? null;
  }

  /** Conversations that something is unsent of, failed ones included. @returns {Set<string>} */
  conversations() {
    return new Set([...this.#sends.values()].map((send) => send.conversationId));
  }

  /** How many wait for an answer or for a connection. */
  get waiting() {
    let waiting = 0;
    for (const lane of this.#lanes.values()) {
      waiting += lane.length;
    }
    return waiting;
  }

  /** A connection is ready: whatever is under way goes out again. */
  online() {
    this.#online = true;
    for (const [send] of this.#lanes.values()) {
      if (send?.state === 'sending') {
        send.state = 'queued';
        send.dueAt = 0;
      }
    }
    this.#inFlight = 0;
    this.#giveUpOld();
    this.#pump();
  }

  offline() {
    this.#online = false;
    this.#world.clock.clearTimeout(this.#timer);
    this.#timer = null;
    for (const [send] of this.#lanes.values()) {
      if (send?.state === 'sending') {
        send.state = 'queued';
        send.dueAt = 0;
        this.#changed(send);
      }
    }
    this.#inFlight = 0;
  }

  /** Sent now, they might be there twice: whoever wrote them looks first. */
  #giveUpOld() {
    const now = this.#world.clock.now();
    for (const send of this.#sends.values()) {
      if (send.state === 'queued' && isForgotten(send, now)) {
        this.#fail(send, UNCONFIRMED);
      }
    }
  }

  /** `message_sent`, or the event itself. @returns {?import('./send.js').Send} null: it was settled before */
  async sent(clientMessageId) {
    const key = this.#key;
    const send = this.#sends.get(clientMessageId);
    if (!send) {
      return null;
    }
    this.#remove(send);
    send.state = 'sent';
    send.error = null;
    this.#changed(send);
    this.#pump();
    await this.#quietly(() => this.#storage.remove(key + clientMessageId));
    return send;
  }

  /** `error` with this send's id. */
  refused(clientMessageId, error) {
    const send = this.#sends.get(clientMessageId);
    if (!send || send.state === 'failed') {
      return;
    }
    this.#settle(send);
    send.error = { code: error.code, detail: error.detail ?? '' };
    if (isRetryable(error.code) || error.code === 'unauthenticated') {
      send.state = 'queued';
      send.dueAt = this.#world.clock.now() + this.#retryIn(send, error.retryAfterMs);
      this.#changed(send);
    } else {
      this.#fail(send, send.error);
    }
    this.#pump();
  }

  #fail(send, error) {
    this.#leaveLane(send);
    send.state = 'failed';
    send.error = error;
    this.#changed(send);
    this.#quietly(() => this.#store(send));
  }

  /** A settled send that stays in the storage goes out once more after the next start, and is answered as a duplicate. */
  async #quietly(change) {
    try {
      await change();
    } catch {
      // Nothing depends on it.
    }
  }

  /** What the server names, spread; it grows where the server goes on refusing. */
  #retryIn(send, afterMs) {
    const least = Math.min(Math.max(afterMs || RETRY_MS, 1), MOST_RETRY_MS * 10);
    const growth = Math.min(MOST_RETRY_MS, 100 * 2 ** Math.min(send.attempts, 10));
    return least + Math.floor(this.#world.random() * growth);
  }

  #pump() {
    if (!this.#online) {
      return;
    }
    const now = this.#world.clock.now();
    let next = Infinity;
    for (const [send] of this.#lanes.values()) {
      const due = send.state === 'queued' || send.state === 'sending';
      if (due && send.dueAt <= now && (send.state === 'sending' || this.#inFlight < MOST_IN_FLIGHT)) {
        this.#sendOut(send, now);
      }
      if (due && send.dueAt > now) {
        next = Math.min(next, send.dueAt);
      }
    }
    this.#world.clock.clearTimeout(this.#timer);
    this.#timer = next === Infinity ? null : this.#world.clock.setTimeout(() => this.#pump(), next - now);
  }

  #sendOut(send, now) {
    if (send.state === 'queued') {
      send.state = 'sending';
      this.#inFlight++;
    }
    send.attempts++;
    send.sentAt ??= now;
    send.dueAt = now + RESEND_MS;
    this.#say({
      eventType: 'message_send',
      requestId: send.clientMessageId,
      ...message(send),
    });
    this.#changed(send);
  }

  #settle(send) {
    if (send.state === 'sending') {
      this.#inFlight--;
    }
  }

  #leaveLane(send) {
    const lane = (this.#lanes.get(send.conversationId) ?? []).filter((other) => other !== send);
    // To the end: a conversation with much to send does not keep others from their turn.
    this.#lanes.delete(send.conversationId);
    if (lane.length > 0) {
      this.#lanes.set(send.conversationId, lane);
    }
  }

  #enter(send) {
    this.#sends.set(send.clientMessageId, send);
    this.#bytes += sizeOf(send);
    this.#lastOrder = Math.max(this.#lastOrder, send.order);
    if (send.state !== 'failed') {
      this.#lanes.set(send.conversationId, [...(this.#lanes.get(send.conversationId) ?? []), send]);
    }
  }

  #remove(send) {
    this.#settle(send);
    this.#leaveLane(send);
    if (this.#sends.delete(send.clientMessageId)) {
      this.#bytes -= sizeOf(send);
    }
  }

  async #forget(send) {
    const key = this.#key;
    this.#remove(send);
    this.#pump();
    await this.#storage.remove(key + send.clientMessageId);
  }

  /** What came from another device may be older; what is under way stays first. */
  #sort() {
    for (const lane of this.#lanes.values()) {
      lane.sort((one, other) => (other.state === 'sending') - (one.state === 'sending') || one.order - other.order);
    }
  }

  #isFull(send) {
    return this.#sends.size >= this.#limits.sends || this.#bytes + sizeOf(send) > this.#limits.bytes;
  }

  /** The time, so that what several tabs have left can be put in order; never the same twice. */
  #nextOrder() {
    this.#lastOrder = Math.max(this.#lastOrder + 1, this.#world.clock.now());
    return this.#lastOrder;
  }

  #timeNow() {
    return new Date(this.#world.clock.now()).toISOString();
  }

  #store(send) {
    const kept = { ...message(send), createdAt: send.createdAt, order: send.order };
    if (send.state === 'failed') {
      kept.failed = send.error;
    }
    return this.#storage.set(this.#key + send.clientMessageId, JSON.stringify(kept));
  }

  async #load(start) {
    const sends = [];
    const now = this.#world.clock.now();
    for (const key of await this.#storage.keys(start)) {
      const kept = parsed(await this.#storage.get(key), null);
      // Somebody else's entry, or half of one, is nobody's message.
      if (kept?.clientMessageId && kept.conversationId) {
        sends.push(loaded(kept, now));
      }
    }
    return sends.sort((one, other) => one.order - other.order);
  }
}
