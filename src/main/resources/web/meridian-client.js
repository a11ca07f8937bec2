/**
 * A client of Meridian: logs in, stays connected, sends without losing, doubling or reordering, and holds each conversation
 * without a gap. Runs in browsers and in Node 20; knows no page. docs/client.md is its manual.
 *
 *     import { MeridianClient } from './meridian-client.js';
 *
 *     const client = new MeridianClient();                    // in Node: { baseUrl, WebSocket, deviceId }
 *     client.on('event', ({ event }) => console.log(event.eventType, event.content));
 *     if (!(await client.start())) {                          // a login that is stored here
 *       await client.login('ann', 'correct horse');           // or register(username, password, displayName)
 *     }
 *     const chat = await client.openDirect('bob');
 *     await client.send(chat, 'hello');                       // stored; goes out now, or when there is a connection
 *
 * Options, all of them optional in a browser:
 * - `baseUrl`: where the region is, `https://chat.example.org`; the page's own origin.
 * - `WebSocket`, `fetch`: implementations; `ws` has one for Node.
 * - `deviceId`: for a program that knows its own, the same after a restart. In a browser each tab has one by itself.
 * - `storage`: {@link import('./client/storage.js').Storage}, for the login and for what is not sent yet; localStorage. In
 *   Node it is memory: give one that survives if the process may die with unsent messages.
 * - `hold`: `(event) => Promise`, keeps an event of the inbox; it is acknowledged afterwards. Without it, held is in memory.
 * - `list` (true): reads the list of conversations. `eager` (false): fetches large conversations also while nobody looks.
 * - `queue`: `{sends: 1000, bytes: 2097152}`, what may wait to be sent; beyond that `send` is refused.
 * - `clock` (`now`, `setTimeout`, `clearTimeout`), `random`, `uuid`, `locks` (as `navigator.locks`): for tests.
 *
 * Events, `client.on(type, listener)` returns a function that ends it:
 * - `connection`: {@link MeridianClient#connection} has changed.
 * - `caughtUp`: the backlog, or a sync, has been taken after a connection began.
 * - `event`: `{event, source}`, an event that is new here, each once while it is held; `source` is `live`, `own` or `history`.
 * - `send`: a send, whose `state` has become `queued`, `sending`, `sent`, `failed` or `discarded`.
 * - `changed`: `{conversationId}` of one whose messages, members or counts are not what they were, null: of any.
 * - `signedOut`: `{detail}`; what was not sent is kept for this user's next login.
 */
import { Account } from './client/account.js';
import { CatchUp } from './client/catch-up.js';
import { Connection } from './client/connection.js';
import { Conversations } from './client/conversations.js';
import { Emitter } from './client/emitter.js';
import { MeridianError, isRetryable } from './client/errors.js';
import { Http } from './client/http.js';
import { Inbound } from './client/inbound.js';
import { Outbox } from './client/outbox.js';
import { People } from './client/people.js';
import { Reads } from './client/reads.js';
import { worldOf } from './client/world.js';

export { MeridianError } from './client/errors.js';
export { memoryStorage, webStorage } from './client/storage.js';

/** A conversation that shows fewer is filled up when it is opened. */
const SCREENFUL = 30;
/** More than a screen has room for. */
const MEMBERS_PAGE = 100;
/** Tabs that were closed with something unsent are looked for so often. */
const ADOPT_MS = 30_000;
/** Taken away so often in a row, an id is not what is wrong. */
const MOST_RENEWALS = 5;
/** Calls that make something are repeated so often, with the same key, when the server cannot answer. */
const CALL_TRIES = 5;
const CALL_RETRY_MS = 400;

export class MeridianClient {
  #world;
  #emitter = new Emitter();
  #http;
  #account;
  #device;
  #connection;
  #conversations;
  #outbox;
  #inbound;
  #catchUp;
  #people;
  #reads;
  #adopting = null;
  /** Devices that nobody held when last looked at: a tab that is being reloaded is back by the next time. */
  #abandoned = new Set();
  /** Ids taken anew because of 4409, since the last steady connection. */
  #renewals = 0;
  /** Numbers logins: what was asked for in one is no business of the next. */
  #login = 0;
  /** How often somebody has had enough: a login that was under way then does not begin any more. */
  #exits = 0;

  /** @param {object} [options] see the top of this file */
  constructor(options = {}) {
    const world = worldOf(options);
    this.#world = world;
    this.#device = world.device;
    this.#http = new Http(world);
    this.#account = new Account(world, this.#http, {
      refreshed: () => this.#connection.renew(),
      signedOut: (error) => this.#signedOut(error),
    });
    const http = { call: (method, path, more) => this.#call(method, path, more) };
    this.#people = new People(world, http, () => this.#changed(null));
    this.#conversations = new Conversations(this.#people.learn);
    const say = (frame) => this.#connection.say(frame);
    this.#connection = new Connection(world, this.#account, {
      state: (state) => this.#emitter.emit('connection', state),
      ready: (frame) => this.#ready(frame),
      steady: () => (this.#renewals = 0),
      lost: () => this.#lost(),
      frame: (frame) => this.#frame(frame),
      replaced: () => this.#replaced(),
    });
    this.#outbox = new Outbox(world, { say, changed: (send) => this.#sendChanged(send) }, world.limits);
    this.#inbound = new Inbound(world, {
      say,
      event: (event) => this.#delivered(event),
      failed: () => this.#connection.drop(),
    });
    this.#catchUp = new CatchUp(world, http, this.#conversations, {
      connection: () => (this.#connection.ready ? this.#connection.number : 0),
      event: (event, source) => this.#happened(event, source),
      changed: (known) => this.#changed(known),
      caughtUp: () => this.#emitter.emit('caughtUp', null),
    });
    this.#reads = new Reads(world, say);
  }

  /** @returns {() => void} ends it */
  on(type, listener) {
    return this.#emitter.on(type, listener);
  }

  // The account -----------------------------------------------------------------------------------------------------------

  /** @returns {?{userId: string, username: string, displayName: string}} null: nobody is logged in */
  get user() {
    return this.#account.user;
  }

  /** Takes up the login that is stored here and connects. @returns {Promise<boolean>} false: there is none */
  async start() {
    return this.#enter(() => this.#account.restore());
  }

  /** @throws {MeridianError} `conflict` when the username is taken, `invalid` with `fields` */
  async register(username, password, displayName) {
    await this.#enter(() => this.#account.register(username, password, displayName));
    return this.user;
  }

  /** @throws {MeridianError} `unauthenticated` when one of both is wrong */
  async login(username, password) {
    await this.#enter(() => this.#account.login(username, password));
    return this.user;
  }

  /** Also removes this device, and those of tabs that were closed; what was not sent is discarded, from now on. */
  async logout() {
    this.#exits++;
    const discarded = this.#outbox.discardAll();
    this.#end();
    await this.#account.logout(async () => {
      await discarded;
      return this.#device.forget();
    });
  }

  /** Disconnects and stays away; the login and what is not sent are kept. */
  async stop() {
    this.#exits++;
    this.#end();
    this.#account.stop();
    this.#device.release();
  }

  /** Another tab may have logged out: call it when the storage has changed. */
  checkLogin() {
    return this.#account.check();
  }

  // The connection --------------------------------------------------------------------------------------------------------

  /**
   * @returns {{name: 'stopped'|'connecting'|'online'|'waiting'|'replaced'|'refused', reason: ?string, retryAt: ?number,
   *   detail: ?string}} `reason`: of `refused`, `devices` when there are as many as can be; `retryAt`: the clock's ms of the
   *   next attempt while `waiting` or `refused`; `detail`: what the server said of the failure, if anything
   */
  get connection() {
    return this.#connection.state;
  }

  /** The device that this client is; null while it is none. */
  get deviceId() {
    return this.#device.deviceId;
  }

  /** Somebody looks again, or the network has changed: connects now, or finds out at once whether the connection lives. */
  wake() {
    this.#connection.wake();
  }

  /** Somebody asks for it: as `wake`, and also when the device is connected elsewhere, or was one too many. */
  connectNow() {
    this.#connection.connectNow();
  }

  /** @returns {Promise<Array<{deviceId: string, platform: ?string, registeredAt: string, current: boolean}>>} newest first */
  async devices() {
    const { items } = await this.#call('GET', '/api/devices');
    return items
      .map(({ deviceId, platform = null, registeredAt }) => ({
        deviceId,
        platform,
        registeredAt,
        current: deviceId === this.deviceId,
      }))
      .sort((one, other) => other.registeredAt.localeCompare(one.registeredAt));
  }

  /**
   * Ends the login that was used on it, and connects if there was no room for this one.
   *
   * @throws {MeridianError} `invalid`: it is this one, which `logout` removes
   */
  async removeDevice(deviceId) {
    if (deviceId === this.deviceId) {
      throw new MeridianError('invalid', 'This is the device in use: log out to remove it.');
    }
    await this.#insist('DELETE', '/api/devices/' + encodeURIComponent(deviceId));
    if (this.connection.name === 'refused') {
      this.connectNow();
    }
  }

  // Conversations ---------------------------------------------------------------------------------------------------------

  /** Those the user is a member of, and those left with something unsent in them, the one that moved last first. */
  conversations() {
    const unsent = this.#outbox.conversations();
    return [...this.#conversations.all()]
      .filter((known) => (known.left ? unsent.has(known.conversationId) : known.type !== null))
      .map((known) => this.#summary(known))
      .sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  }

  /** Whether the list has been read once; until then `conversations` may be short. */
  get listed() {
    return this.#catchUp.listed;
  }

  /** @returns {?object} as in `conversations`; also one that the user has left */
  conversation(conversationId) {
    const known = this.#conversations.get(conversationId);
    return known && this.#summary(known);
  }

  /** What is known of a user; null until it is, then `changed` is told. */
  person(userId) {
    return userId === this.user?.userId ? this.user : this.#people.get(userId);
  }

  /** @returns {Promise<string>} the conversation with this user, made when there is none */
  async openDirect(username) {
    const [peer] = await this.#named([username]);
    return this.#make({ type: 'direct', memberIds: [peer] });
  }

  /** @returns {Promise<string>} a new one */
  async createGroup(usernames, title) {
    return this.#make({ type: 'group', memberIds: await this.#named(usernames), ...(title ? { title } : {}) });
  }

  async addMembers(conversationId, usernames) {
    const memberIds = await this.#named(usernames);
    this.#shown(await this.#insist('POST', membersOf(conversationId), { memberIds }));
  }

  /** A page of its members, by id. @returns {Promise<{items: Array<{userId, username, role}>, nextCursor: ?string}>} */
  members(conversationId, cursor = null) {
    const from = cursor ? '&cursor=' + encodeURIComponent(cursor) : '';
    return this.#call('GET', `${membersOf(conversationId)}?limit=${MEMBERS_PAGE}${from}`);
  }

  async removeMember(conversationId, userId) {
    await this.#insist('DELETE', `${membersOf(conversationId)}/${encodeURIComponent(userId)}`);
  }

  /** @param {'owner'|'admin'|'member'} role `owner`: the one there was is an admin then */
  async changeRole(conversationId, userId, role) {
    this.#shown(await this.#insist('PATCH', `${membersOf(conversationId)}/${encodeURIComponent(userId)}`, { role }));
  }

  async rename(conversationId, title) {
    this.#shown(await this.#insist('PATCH', `/api/conversations/${encodeURIComponent(conversationId)}`, { title }));
  }

  async leave(conversationId) {
    await this.#insist('DELETE', `${membersOf(conversationId)}/${encodeURIComponent(this.user?.userId)}`);
    this.#conversations.of(conversationId).left = true;
    this.#changed(this.#conversations.of(conversationId));
  }

  /** Somebody looks at it: it is filled up, and kept up to date also when it is too large to come by itself. */
  async open(conversationId) {
    const known = this.#conversations.of(conversationId);
    known.open = true;
    if (known.type === null || known.moreMembers) {
      this.#catchUp.refresh(conversationId);
    }
    this.#conversations.recheck(known);
    this.#catchUp.look(known);
    if (known.timeline.events.length < SCREENFUL) {
      await this.#catchUp.older(known);
    }
  }

  close(conversationId) {
    const known = this.#conversations.get(conversationId);
    if (known) {
      known.open = false;
      this.#conversations.trim(known);
    }
  }

  // Messages --------------------------------------------------------------------------------------------------------------

  /**
   * What is held of a conversation.
   *
   * @returns {{events: object[], sends: import('./client/send.js').Send[], hasOlder: boolean}} events in the order that
   *   everybody sees; behind them the own sends that are not in it yet
   */
  messages(conversationId) {
    const known = this.#conversations.get(conversationId);
    const events = known ? onceEach(known.timeline.events) : [];
    const me = this.user?.userId;
    const held = new Set(events.filter((event) => event.senderId === me).map((event) => event.clientMessageId));
    const sends = this.#outbox.list(conversationId).filter((send) => !held.has(send.clientMessageId));
    return { events, sends, hasOlder: known?.timeline.hasOlder ?? true };
  }

  /** Fetches what lies before. @returns {Promise<boolean>} whether there may be still more */
  loadOlder(conversationId) {
    return this.#catchUp.older(this.#conversations.of(conversationId));
  }

  /**
   * Stores a message and sends it, behind what was sent to the conversation before, until it is taken or refused for good.
   *
   * @param {{messageType?: string, replyTo?: string, mentions?: string[], mediaIds?: string[]}} [more]
   * @returns {Promise<string>} its clientMessageId, when it is stored; `send` events tell the rest
   * @throws {MeridianError} `queue_full`, `not_stored`, `too_large`, `signed_out`: it was not taken
   */
  send(conversationId, content, more = {}) {
    return this.#outbox.add({ ...more, conversationId, content });
  }

  /** Sends a failed one once more, now the last of its conversation. @throws {MeridianError} `not_stored`: it stays failed */
  retry(clientMessageId) {
    return this.#outbox.retry(clientMessageId);
  }

  /** Gives up a failed one, or one that never went out. @returns {Promise<boolean>} whether it was one of these */
  discard(clientMessageId) {
    return this.#outbox.discard(clientMessageId);
  }

  /** How many sends wait for a connection or an answer. */
  get waiting() {
    return this.#outbox.waiting;
  }

  /** Unsent ones, failed included, of one conversation or of all. */
  unsent(conversationId) {
    return this.#outbox.list(conversationId);
  }

  /** The user has seen everything that is held of it, and looks at its end. */
  markRead(conversationId) {
    const known = this.#conversations.get(conversationId);
    if (known) {
      this.#conversations.trim(known, true);
    }
    const seq = known?.timeline.newest?.seq ?? 0;
    if (known && !known.left && seq > known.readSeq) {
      this.#conversations.readUpTo(known, seq);
      this.#reads.upTo(conversationId, seq);
      this.#changed(known);
    }
  }

  // Inside ----------------------------------------------------------------------------------------------------------------

  async #enter(granted) {
    const exits = this.#exits;
    const user = await granted();
    if (user && exits !== this.#exits) {
      this.#account.stop();
      throw new MeridianError('signed_out', 'This login has ended.');
    }
    if (user) {
      await this.#begin();
    }
    return user !== null;
  }

  async #begin() {
    if (this.#connection.state.name !== 'stopped') {
      // Logged in once more, perhaps as somebody else.
      this.#end();
    }
    const { userId } = this.user;
    const login = ++this.#login;
    this.#conversations.userId = userId;
    const deviceId = await this.#device.claim(userId);
    if (login === this.#login) {
      await this.#outbox.open(userId, deviceId);
      await this.#adopt(true);
    }
    if (login !== this.#login) {
      return;
    }
    for (const id of this.#outbox.conversations()) {
      // One that the user is no member of any more is in no list.
      this.#conversations.of(id);
    }
    this.#connection.start(deviceId);
    this.#catchUp.prefetch();
    this.#changed(null);
  }

  #end() {
    this.#login++;
    this.#connection.stop();
    this.#world.clock.clearTimeout(this.#adopting);
    this.#catchUp.clear();
    this.#outbox.close();
    this.#reads.clear();
    this.#people.clear();
    this.#conversations.clear();
    this.#renewals = 0;
  }

  #signedOut(error) {
    this.#end();
    this.#device.release();
    this.#emitter.emit('signedOut', error);
  }

  /** What finds no room now does so later: nothing here keeps the client from connecting. */
  async #adopt(isFirst = false) {
    const { clock } = this.#world;
    const login = this.#login;
    const userId = this.user?.userId;
    clock.clearTimeout(this.#adopting);
    if (!userId) {
      return;
    }
    const before = this.#abandoned;
    this.#abandoned = new Set();
    try {
      await this.#device.abandoned(await this.#outbox.devices(userId), (id) => {
        this.#abandoned.add(id);
        return isFirst || before.has(id) ? this.#outbox.adopt(userId, id) : undefined;
      });
    } catch {
      // As above.
    }
    if (login === this.#login && this.#device.renewable) {
      this.#adopting = clock.setTimeout(() => this.#adopt(), ADOPT_MS);
    }
  }

  async #replaced() {
    const login = this.#login;
    const userId = this.user?.userId;
    if (userId && this.#device.renewable && this.#renewals < MOST_RENEWALS) {
      this.#renewals++;
      const deviceId = await this.#device.renew();
      if (login === this.#login) {
        await this.#outbox.move(userId, deviceId);
      }
      if (login === this.#login) {
        this.#connection.start(deviceId);
      }
    }
  }

  #ready(frame) {
    this.#outbox.online();
    this.#reads.online();
    this.#catchUp.ready(frame.deviceId, frame.inboxComplete === true);
  }

  #lost() {
    this.#inbound.lost();
    this.#outbox.offline();
    this.#reads.offline();
    this.#catchUp.stop();
  }

  #frame(frame) {
    switch (frame.eventType) {
      case 'message_sent':
        this.#sent(frame);
        break;
      case 'error':
        this.#refused(frame);
        break;
      case 'conversation_behind':
        this.#behind(frame);
        break;
      case 'receipt_updated':
        if (frame.userId === this.user?.userId && frame.readSeq) {
          this.#readElsewhere(frame);
        }
        break;
      default:
        // Frames of later servers, and those that say nothing that is needed here, are passed over.
        if (frame.deliveryId && frame.conversationId && frame.seq) {
          this.#inbound.delivered(frame);
        }
    }
  }

  #delivered(event) {
    const known = this.#conversations.of(event.conversationId);
    if (known.timeline.add(event)) {
      this.#happened(event, 'live');
    }
  }

  /** The answer to a send; with what was sent it is the event that everybody else gets. */
  #sent(frame) {
    const known = this.#conversations.of(frame.conversationId);
    const send = this.#outbox.find(frame.clientMessageId);
    if (send) {
      const event = ownEvent(frame, send, this.user.userId);
      if (!known.timeline.covers(event.seq) && known.timeline.add(event)) {
        this.#happened(event, 'own');
      }
      this.#outbox.sent(frame.clientMessageId);
    } else if (!known.timeline.get(frame.seq)) {
      // Settled before, by somebody who knew the words: they are in the history.
      this.#behind({ ...frame, lastSeq: frame.seq, lastOrdinal: frame.ordinal });
    }
  }

  #refused(frame) {
    const requestId = String(frame.requestId ?? '');
    if (requestId.startsWith('read:')) {
      this.#reads.refused(requestId.slice('read:'.length), isRetryable(frame.code));
    } else {
      this.#outbox.refused(requestId, frame);
    }
  }

  #behind({ conversationId, lastSeq, lastOrdinal }) {
    const known = this.#conversations.of(conversationId);
    this.#conversations.moved(known, lastSeq, lastOrdinal);
    known.behind = true;
    this.#catchUp.look(known);
    if (this.#world.list) {
      this.#catchUp.refreshSoon(known);
    }
    this.#changed(known);
  }

  #readElsewhere({ conversationId, readSeq }) {
    this.#reads.known(conversationId, readSeq);
    const known = this.#conversations.of(conversationId);
    if (!this.#conversations.readUpTo(known, readSeq) && this.#world.list) {
      this.#catchUp.refresh(conversationId);
    }
    this.#changed(known);
  }

  /** An event that is new here has been put in its place. */
  #happened(event, source) {
    const known = this.#conversations.happened(event);
    this.#emitter.emit('event', { event, source });
    if (event.senderId === this.user?.userId && source !== 'own') {
      // Sent by another tab that took over this queue, or before the answer was lost.
      this.#outbox.sent(event.clientMessageId);
    }
    if (event.eventType === 'history_merged') {
      this.#catchUp.merged(known, event.fromSeq, event.toSeq);
    }
    if (known.type === null || namesMembers(event)) {
      this.#refreshSoon(known);
    }
    this.#conversations.trim(known);
    if (source !== 'history') {
      this.#conversations.recheck(known);
    }
    this.#catchUp.look(known, source !== 'history' || known.timeline.hasGap);
    this.#changed(known);
  }

  /** Events name members by id; how they are called, and how many are not named, is for the server to say. */
  #refreshSoon(known) {
    if (this.#world.list && !known.left && this.#catchUp.listed) {
      this.#catchUp.refresh(known.conversationId);
    }
  }

  #sendChanged(send) {
    this.#emitter.emit('send', { ...send });
    this.#emitter.emit('changed', { conversationId: send.conversationId });
  }

  #changed(known) {
    this.#emitter.emit('changed', { conversationId: known?.conversationId ?? null });
  }

  #shown(view) {
    const known = this.#conversations.shown(view);
    known.timeline.claim(view.lastSeq);
    this.#changed(known);
    return known.conversationId;
  }

  #summary(known) {
    const { conversationId, type, title, members, moreMembers, left, lastSeq, lastEvent, readSeq } = known;
    const at = lastEvent?.serverTimestamp ?? known.createdAt ?? '';
    const unreadCount = this.#conversations.unread(known);
    return { conversationId, type, title, members, moreMembers, left, lastSeq, lastEvent, readSeq, unreadCount, at };
  }

  async #named(usernames) {
    const found = await Promise.all(
      usernames.map((username) =>
        this.#people.byUsername(username).catch((failure) => {
          throw failure.code === 'not_found' || failure.code === 'invalid'
            ? new MeridianError('no_such_user', `There is no user called “${username}”.`)
            : failure;
        }),
      ),
    );
    return [...new Set(found.map((user) => user.userId))];
  }

  async #make(body) {
    return this.#shown(await this.#insist('POST', '/api/conversations', body));
  }

  /** The same command until there is an answer: with one key it is taken once. */
  async #insist(method, path, body) {
    const headers = { 'Idempotency-Key': this.#world.uuid() };
    for (let tries = 1; ; tries++) {
      try {
        return await this.#call(method, path, { body, headers });
      } catch (failure) {
        if (!failure.retryable || tries === CALL_TRIES) {
          throw failure;
        }
        const wait = failure.retryAfterMs + CALL_RETRY_MS * 2 ** tries * this.#world.random();
        await new Promise((done) => this.#world.clock.setTimeout(done, wait));
      }
    }
  }

  /** What is answered when its login has ended is dropped: it would be told to the next one. */
  async #call(method, path, more = {}) {
    const login = this.#login;
    try {
      const answer = await this.#authorised(method, path, more);
      this.#sameLogin(login);
      return answer;
    } catch (failure) {
      this.#sameLogin(login);
      throw failure;
    }
  }

  #sameLogin(login) {
    if (login !== this.#login) {
      throw new MeridianError('signed_out', 'This login has ended.');
    }
  }

  /** With a token that is good; one that is refused all the same is replaced, once. */
  async #authorised(method, path, more) {
    const token = await this.#account.token();
    try {
      return await this.#http.request(method, path, { ...more, token });
    } catch (failure) {
      if (failure.code !== 'unauthenticated') {
        throw failure;
      }
      return this.#http.request(method, path, { ...more, token: await this.#account.refresh(token) });
    }
  }
}

function ownEvent(frame, send, senderId) {
  const { conversationId, seq, prevSeq, ordinal, messageId, clientMessageId, serverTimestamp } = frame;
  const { messageType, content, replyTo, mentions, mediaIds } = send;
  return {
    eventType: 'message_created',
    conversationId,
    seq,
    prevSeq,
    ordinal,
    messageId,
    clientMessageId,
    senderId,
    messageType,
    content,
    ...(mediaIds ? { mediaIds } : {}),
    ...(replyTo ? { replyTo } : {}),
    ...(mentions ? { mentions } : {}),
    serverTimestamp,
  };
}

/** A region that was lost may have ordered a message that its successor orders again: the higher one stands. */
function onceEach(events) {
  const last = new Map();
  for (const event of events) {
    if (event.eventType === 'message_created') {
      last.set(event.messageId, event.seq);
    }
  }
  return events.filter((event) => event.eventType !== 'message_created' || last.get(event.messageId) === event.seq);
}

function namesMembers(event) {
  return event.eventType === 'member_added' || event.eventType === 'conversation_created';
}

function membersOf(conversationId) {
  return `/api/conversations/${encodeURIComponent(conversationId)}/members`;
}
