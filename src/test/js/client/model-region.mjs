import { MeridianClient, memoryStorage } from '../../../main/resources/web/meridian-client.js';
import { FakeClock, seeded } from './clock.mjs';

const PAGE = 200;
/** Of the list of conversations: small, so that there are several. */
const LIST_PAGE = 2;

/**
 * A region as the contract describes it, small enough to be right by looking at it: logs of conversations, an inbox for each
 * device, sockets that deliver in order after a while, HTTP that answers after a while. A test can make it fail.
 */
export class ModelRegion {
  clock = new FakeClock();
  random;
  /** conversationId → {id, type, members, spans, events}; spans: userId → [{from, to}] of what a member sees, both included */
  conversations = new Map();
  /** `${userId}/${deviceId}` → {entries, next, complete, token} */
  inboxes = new Map();
  sockets = new Set();
  /** userId → {username, password} */
  users = new Map();
  requests = [];
  frames = [];
  accessLife = 900;
  latencyMs = 5;
  /** `(frame, user) => ?{code, detail, retryAfterMs}`: refuses a send. */
  refuse = () => null;
  /** `(method, path) => ?number|Response`: an HTTP status to answer with, 0 for no answer; or the answer. */
  failHttp = () => null;
  /** Whether new connections are taken. */
  up = true;
  mostDevices = 20;
  /** `(userId, conversation) => seq`: how far a user has read. */
  readSeqOf = () => 0;
  /** `${userId}/${deviceId}` → when it was removed */
  #removed = new Map();
  #tokens = new Map();
  #families = new Map();
  #seq = 100;
  #ids = 0;

  constructor(seed = 1) {
    this.random = seeded(seed);
  }

  /** Options of a client that lives in this region. */
  options(more = {}) {
    const region = this;
    return {
      baseUrl: 'http://region',
      clock: this.clock,
      random: this.random,
      uuid: () => 'id-' + ++this.#ids,
      fetch: (url, init) => this.#fetch(url, init),
      WebSocket: class {
        constructor(url, protocols) {
          return new ModelSocket(region, url, protocols);
        }
      },
      ...more,
    };
  }

  group(id, ...members) {
    const conversation = { id, type: 'group', title: id, members, spans: new Map(), events: [] };
    members.forEach((userId) => conversation.spans.set(userId, [{ from: 0, to: Infinity }]));
    this.conversations.set(id, conversation);
    this.append(id, members[0], {
      eventType: 'conversation_created',
      type: 'group',
      members: members.map((userId) => ({ userId, role: 'member' })),
    });
    return id;
  }

  /** Orders an event and delivers it to every device but the one that sent it over a live connection. */
  append(id, senderId, body, exceptDevice = null) {
    const conversation = this.conversations.get(id);
    const last = conversation.events[conversation.events.length - 1];
    this.#seq += 1 + Math.floor(this.random() * 3);
    const counts = body.eventType === 'message_created' ? 1 : 0;
    const event = {
      conversationId: id,
      seq: this.#seq,
      prevSeq: last?.seq ?? 0,
      ordinal: (last?.ordinal ?? 0) + counts,
      messageId: `m-${id}-${senderId}-${body.clientMessageId ?? this.#seq}`,
      clientMessageId: 'server-' + this.#seq,
      senderId,
      serverTimestamp: new Date(this.clock.now()).toISOString(),
      ...body,
    };
    conversation.events.push(event);
    for (const [key, inbox] of this.inboxes) {
      const [userId, deviceId] = key.split('/');
      if (conversation.members.includes(userId) && !(userId === senderId && deviceId === exceptDevice)) {
        inbox.entries.push({ deliveryId: `1-${++inbox.next}`, event });
        this.#deliver(key);
      }
    }
    return event;
  }

  /** The last event that the user sees is its own removal. */
  remove(id, userId) {
    const conversation = this.conversations.get(id);
    if (conversation.members.includes(userId)) {
      const event = this.append(id, userId, { eventType: 'member_removed', userId });
      conversation.members = conversation.members.filter((member) => member !== userId);
      conversation.spans.get(userId).at(-1).to = event.seq;
    }
  }

  /** The first one is its own addition. */
  add(id, userId) {
    const conversation = this.conversations.get(id);
    if (!conversation.members.includes(userId)) {
      conversation.members = [...conversation.members, userId];
      const event = this.append(id, conversation.members[0], { eventType: 'member_added', userId, role: 'member' });
      const spans = conversation.spans.get(userId) ?? [];
      conversation.spans.set(userId, [...spans, { from: event.seq, to: Infinity }]);
    }
  }

  /** What a user may see of a conversation. */
  visible(id, userId) {
    const { spans, events } = this.conversations.get(id);
    const own = spans.get(userId) ?? [];
    return events.filter(({ seq }) => own.some(({ from, to }) => seq >= from && seq <= to));
  }

  /** An event of the past comes once more, as after a takeover. */
  redeliver(userId, deviceId, event) {
    const key = `${userId}/${deviceId}`;
    const inbox = this.inboxes.get(key);
    if (inbox && event) {
      inbox.entries.push({ deliveryId: `1-${++inbox.next}`, event });
      this.#deliver(key);
    }
  }

  say(id, senderId, content, clientMessageId = 'x-' + ++this.#ids) {
    return this.append(id, senderId, { eventType: 'message_created', messageType: 'text', content, clientMessageId });
  }

  /** The device's inbox has lost what it held. */
  lose(userId, deviceId) {
    const inbox = this.inboxes.get(`${userId}/${deviceId}`);
    if (inbox) {
      inbox.entries = [];
      inbox.complete = false;
      inbox.token++;
      this.socketOf(userId, deviceId)?.end(1012);
    }
  }

  socketOf(userId, deviceId) {
    return [...this.sockets].find((socket) => socket.ready && socket.key === `${userId}/${deviceId}`) ?? null;
  }

  /** What was sent in a conversation, in its order. */
  contents(id) {
    return this.conversations
      .get(id)
      .events.filter((event) => event.eventType === 'message_created')
      .map((event) => event.content);
  }

  endTokens() {
    this.#tokens.clear();
  }

  /** No token, and none to be had. */
  endLogins() {
    this.endTokens();
    this.#families.clear();
  }

  // The live connection

  hello(socket, frame) {
    const token = this.#tokens.get(frame.token);
    const key = `${token?.userId}/${frame.deviceId}`;
    if (!token || token.until <= this.clock.now() || token.madeAt <= (this.#removed.get(key) ?? 0)) {
      socket.end(4401);
      return;
    }
    if (!this.inboxes.has(key) && this.#devicesOf(token.userId).length >= this.mostDevices) {
      socket.refuse({ code: 'conflict', detail: 'too many devices' }, 1008);
      return;
    }
    socket.userId = token.userId;
    socket.deviceId = frame.deviceId;
    socket.key = key;
    for (const other of this.sockets) {
      if (other !== socket && other.key === socket.key) {
        other.end(4409);
      }
    }
    if (!this.inboxes.has(socket.key)) {
      this.inboxes.set(socket.key, { entries: [], next: 0, complete: false, token: 0 });
    }
    const inbox = this.inboxes.get(socket.key);
    socket.ready = true;
    socket.sentUpTo = 0;
    socket.say({
      eventType: 'ready',
      userId: socket.userId,
      deviceId: socket.deviceId,
      heartbeatSeconds: 30,
      inboxComplete: inbox.complete,
    });
    this.#deliver(socket.key);
    socket.say({ eventType: 'synced' });
  }

  frame(socket, frame) {
    this.frames.push(frame);
    if (frame.eventType === 'hello') {
      this.hello(socket, frame);
    } else if (frame.eventType === 'ping') {
      socket.say({ eventType: 'pong' });
    } else if (frame.eventType === 'message_ack') {
      const inbox = this.inboxes.get(socket.key);
      const upTo = numberOf(frame.upTo);
      inbox.entries = inbox.entries.filter((entry) => numberOf(entry.deliveryId) > upTo);
    } else if (frame.eventType === 'message_send') {
      this.#send(socket, frame);
    }
  }

  #send(socket, frame) {
    const conversation = this.conversations.get(frame.conversationId);
    const isMember = conversation.members.includes(socket.userId);
    const refused = isMember ? this.refuse(frame, socket.userId) : { code: 'not_a_member', detail: 'not a member' };
    if (refused) {
      socket.say({ eventType: 'error', requestId: frame.requestId, ...refused });
      return;
    }
    const known = conversation.events.find(
      (event) => event.clientMessageId === frame.clientMessageId && event.senderId === socket.userId,
    );
    const { messageType, content, clientMessageId } = frame;
    const event =
      known ??
      this.append(
        frame.conversationId,
        socket.userId,
        { eventType: 'message_created', messageType, content, clientMessageId },
        socket.deviceId,
      );
    const { conversationId, messageId, seq, prevSeq, ordinal, serverTimestamp } = event;
    socket.say({
      eventType: 'message_sent',
      requestId: frame.requestId,
      conversationId,
      clientMessageId,
      messageId,
      seq,
      prevSeq,
      ordinal,
      serverTimestamp,
      duplicate: Boolean(known),
    });
  }

  #deliver(key) {
    const [userId, deviceId] = key.split('/');
    const socket = this.socketOf(userId, deviceId);
    for (const { deliveryId, event } of socket ? this.inboxes.get(key).entries : []) {
      if (numberOf(deliveryId) > socket.sentUpTo) {
        socket.sentUpTo = numberOf(deliveryId);
        socket.say({ deliveryId, ...event });
      }
    }
  }

  // HTTP

  #fetch(url, init) {
    const path = url.slice('http://region'.length);
    const { method, headers } = init;
    const body = init.body ? JSON.parse(init.body) : null;
    this.requests.push({ method, path, body });
    return new Promise((done, failed) => {
      this.clock.setTimeout(() => {
        const status = this.up ? this.failHttp(method, path) : 0;
        if (status instanceof Response) {
          done(status);
        } else if (status === 0) {
          failed(new TypeError('fetch failed'));
        } else {
          const answer = status ? [status, { code: 'unavailable', detail: 'out' }] : this.#answer(method, path, body, headers);
          // The answer may be lost on its way, too.
          const lost = status === null && this.failHttp('ANSWER ' + method, path) === 0;
          this.clock.setTimeout(() => (lost ? failed(new TypeError('fetch failed')) : done(responseOf(answer))), this.latencyMs);
        }
      }, this.latencyMs);
    });
  }

  #answer(method, path, body, headers) {
    const [route, query = ''] = path.split('?');
    const params = new URLSearchParams(query);
    if (route === '/api/auth/register' || route === '/api/auth/login') {
      const userId = 'u-' + body.username;
      const known = this.users.get(userId);
      if (route.endsWith('register') && known) {
        return [409, { code: 'conflict', detail: 'taken' }];
      }
      if (route.endsWith('login') && known?.password !== body.password) {
        return [401, { code: 'unauthenticated', detail: 'wrong' }];
      }
      this.users.set(userId, body);
      return [200, this.#grant(userId, 'family-' + ++this.#ids)];
    }
    if (route === '/api/auth/refresh') {
      const [family, turn] = body.refreshToken.split('.');
      const held = this.#families.get(family);
      if (!held || String(held.turn) !== turn) {
        this.#families.delete(family);
        return [401, { code: 'unauthenticated', detail: 'reused' }];
      }
      return [200, this.#grant(held.userId, family)];
    }
    const token = this.#tokens.get((headers.Authorization ?? '').slice('Bearer '.length));
    if (!token || token.until <= this.clock.now()) {
      return [401, { code: 'unauthenticated', detail: 'the token is not valid' }];
    }
    if (route === '/api/auth/logout') {
      this.#families.delete(body.refreshToken.split('.')[0]);
      return [204, null];
    }
    return this.#authorised(token.userId, method, route, params, body);
  }

  #authorised(userId, method, route, params, body) {
    if (route === '/api/conversations') {
      const from = Number(params.get('cursor') ?? 0);
      const page = [...this.conversations.values()].slice(from, from + LIST_PAGE);
      const items = page.filter((one) => one.members.includes(userId)).map((one) => this.#view(one, userId));
      return [200, { items, nextCursor: from + LIST_PAGE < this.conversations.size ? String(from + LIST_PAGE) : null }];
    }
    if (route === '/api/sync') {
      return this.#sync(userId, body);
    }
    const [, kind, id, rest] = /^\/api\/(conversations|devices|users)(?:\/([^/]+))?(\/messages)?$/.exec(route) ?? [];
    if (kind === 'devices') {
      return this.#devices(method, userId, id);
    }
    if (kind === 'users') {
      return this.#user(id ?? 'u-' + params.get('username'));
    }
    const spans = this.conversations.get(id)?.spans.get(userId);
    if (!spans) {
      return [404, { code: 'not_found', detail: 'no such conversation' }];
    }
    if (rest) {
      return [200, this.#history(this.visible(id, userId), params)];
    }
    const isMember = this.conversations.get(id).members.includes(userId);
    return isMember ? [200, this.#view(this.conversations.get(id), userId)] : [403, { code: 'not_a_member', detail: 'no more' }];
  }

  #user(userId) {
    const user = this.users.get(userId);
    return user
      ? [200, { userId, username: user.username, displayName: user.username.toUpperCase() }]
      : [404, { code: 'not_found', detail: 'no such user' }];
  }

  #devicesOf(userId) {
    return [...this.inboxes.keys()].filter((key) => key.startsWith(userId + '/')).map((key) => key.split('/')[1]);
  }

  #devices(method, userId, id) {
    if (method === 'DELETE') {
      this.socketOf(userId, id)?.end(4401);
      this.inboxes.delete(`${userId}/${id}`);
      this.#removed.set(`${userId}/${id}`, this.clock.now());
      return [204, null];
    }
    const registeredAt = new Date(this.clock.now()).toISOString();
    return [200, { items: this.#devicesOf(userId).map((deviceId) => ({ deviceId, registeredAt })), nextCursor: null }];
  }

  #history(events, params) {
    const limit = Number(params.get('limit') ?? 50);
    if (params.has('after')) {
      const found = events.filter((event) => event.seq > Number(params.get('after')));
      return { items: found.slice(0, limit), nextCursor: found.length > limit ? 'more' : null };
    }
    const found = events.filter((event) => event.seq < Number(params.get('before') ?? Infinity));
    return { items: found.slice(-limit), nextCursor: found.length > limit ? 'more' : null };
  }

  #sync(userId, { deviceId, conversations, cursor }) {
    const key = `${userId}/${deviceId}`;
    if (!this.inboxes.has(key)) {
      this.inboxes.set(key, { entries: [], next: 0, complete: false, token: 0 });
    }
    const inbox = this.inboxes.get(key);
    const at = cursor ? JSON.parse(cursor) : { index: 0, token: inbox.token };
    const isIn = (one) => one.members.includes(userId);
    const isLeft = (one) => conversations[one.id] !== undefined && one.spans.has(userId);
    const all = [...this.conversations.values()];
    while (at.index < all.length && !isIn(all[at.index]) && !isLeft(all[at.index])) {
      at.index++;
    }
    const one = all[at.index];
    const held = one && conversations[one.id];
    const events = one ? this.visible(one.id, userId) : [];
    const missing = held === undefined ? events.slice(-50) : events.filter((event) => event.seq > held);
    const { seq: lastSeq, ordinal: lastOrdinal } = one ? lastOf(one) : {};
    const readSeq = one && this.readSeqOf(userId, one);
    const rows = one && isIn(one) ? [{ conversationId: one.id, lastSeq, lastOrdinal, readSeq }] : [];
    const body = { items: missing.slice(0, PAGE), conversations: rows };
    if (at.index + 1 < all.length) {
      return [200, { ...body, nextCursor: JSON.stringify({ index: at.index + 1, token: at.token }) }];
    }
    if (body.items.length > 0) {
      // The request for what follows shows that this page has arrived.
      return [200, { ...body, nextCursor: JSON.stringify({ index: all.length, token: at.token }) }];
    }
    if (inbox.token === at.token) {
      inbox.complete = true;
      return [200, { ...body, nextCursor: null }];
    }
    return [200, { ...body, nextCursor: JSON.stringify({ index: 0, token: inbox.token }) }];
  }

  #view(conversation, userId) {
    const last = lastOf(conversation);
    const readSeq = this.readSeqOf(userId, conversation);
    const readOrdinal = conversation.events.findLast((event) => event.seq <= readSeq)?.ordinal ?? 0;
    return {
      conversationId: conversation.id,
      type: conversation.type,
      title: conversation.title,
      createdAt: conversation.events[0].serverTimestamp,
      members: conversation.members.map((userId) => ({ userId, username: userId.slice(2), role: 'member' })),
      lastSeq: last.seq,
      lastOrdinal: last.ordinal,
      readSeq,
      unreadCount: last.ordinal - readOrdinal,
      lastEvent: last,
      muted: false,
    };
  }

  #grant(userId, family) {
    const turn = (this.#families.get(family)?.turn ?? 0) + 1;
    this.#families.set(family, { userId, turn });
    const accessToken = `token-${family}-${turn}`;
    this.#tokens.set(accessToken, {
      userId,
      madeAt: this.clock.now(),
      until: this.clock.now() + this.accessLife * 1_000,
    });
    return { userId, accessToken, refreshToken: `${family}.${turn}`, expiresInSeconds: this.accessLife };
  }
}

/** Ann on her phone, registered and online. */
export async function connect(region, more = {}) {
  const client = new MeridianClient(region.options({ deviceId: 'phone', storage: memoryStorage(), ...more }));
  const done = client.register('ann', 'secret');
  await region.clock.advance(200);
  await done;
  return client;
}

/** A WebSocket as browsers have it. Frames arrive in order, a while after they were sent; what is under way at its end is lost. */
class ModelSocket {
  ready = false;
  key = null;
  /** Deliveries that get lost. */
  swallow = 0;
  onopen = null;
  onmessage = null;
  onclose = null;
  #region;
  #alive = true;
  #cut = false;

  constructor(region, url, protocols) {
    this.#region = region;
    this.url = url;
    this.protocols = protocols;
    this.#later(() => {
      if (region.up) {
        region.sockets.add(this);
        this.onopen?.({});
      } else {
        this.end(1006);
      }
    });
  }

  send(text) {
    if (!this.#cut) {
      this.#later(() => this.#region.frame(this, JSON.parse(text)));
    }
  }

  close() {
    this.#alive = false;
    this.#region.sockets.delete(this);
  }

  /** The server, or the network, ends it. */
  end(code) {
    this.#region.sockets.delete(this);
    if (this.#alive) {
      this.#alive = false;
      this.#region.clock.setTimeout(() => this.onclose?.({ code }), 1);
    }
  }

  /** The server says why, and ends it. */
  refuse(error, code) {
    this.say({ eventType: 'error', ...error });
    this.#later(() => this.end(code));
  }

  /** Nothing arrives any more, either way, and nobody is told. */
  cut() {
    this.#cut = true;
    this.#region.sockets.delete(this);
  }

  say(frame) {
    if (frame.deliveryId && this.swallow > 0) {
      this.swallow--;
      return;
    }
    this.#later(() => this.onmessage?.({ data: JSON.stringify(frame) }));
  }

  #later(action) {
    this.#region.clock.setTimeout(() => {
      if (this.#alive && !this.#cut) {
        action();
      }
    }, this.#region.latencyMs);
  }
}

function responseOf([status, body]) {
  const headers = { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' };
  return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
}

function lastOf(conversation) {
  return conversation.events[conversation.events.length - 1];
}

function numberOf(deliveryId) {
  return Number(deliveryId.split('-')[1]);
}
