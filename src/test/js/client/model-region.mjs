import { FakeClock, seeded } from './clock.mjs';

const PAGE = 200;

/**
 * A region as the contract describes it, small enough to be right by looking at it: logs of conversations, an inbox for each
 * device, sockets that deliver in order after a while, HTTP that answers after a while. A test can make it fail.
 */
export class ModelRegion {
  clock = new FakeClock();
  random;
  /** conversationId → {id, type, members, events} */
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
  /** `(method, path) => ?number`: an HTTP status to answer with, 0 for no answer. */
  failHttp = () => null;
  /** Whether new connections are taken. */
  up = true;
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
    const conversation = { id, type: 'group', title: id, members, events: [] };
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

  // The live connection

  hello(socket, frame) {
    const token = this.#tokens.get(frame.token);
    if (!token || token.until <= this.clock.now()) {
      socket.end(4401);
      return;
    }
    socket.userId = token.userId;
    socket.deviceId = frame.deviceId;
    socket.key = `${token.userId}/${frame.deviceId}`;
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
    const refused = this.refuse(frame, socket.userId);
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
    const body = init.body ? JSON.parse(init.body) : null;
    this.requests.push({ method: init.method, path, body });
    return new Promise((done, failed) => {
      this.clock.setTimeout(() => {
        const status = this.up ? this.failHttp(init.method, path) : 0;
        if (status === 0) {
          failed(new TypeError('fetch failed'));
        } else {
          const answer = status ? [status, { code: 'unavailable', detail: 'out' }] : this.#answer(path, body, init.headers);
          // The answer may be lost on its way, too.
          const lost = status === null && this.failHttp('ANSWER ' + init.method, path) === 0;
          this.clock.setTimeout(
            () => (lost ? failed(new TypeError('fetch failed')) : done(new Response(JSON.stringify(answer[1]), { status: answer[0] }))),
            this.latencyMs,
          );
        }
      }, this.latencyMs);
    });
  }

  #answer(path, body, headers) {
    const [route, query = ''] = path.split('?');
    const params = new URLSearchParams(query);
    if (route === '/api/auth/register' || route === '/api/auth/login') {
      const userId = 'u-' + body.username;
      const known = this.users.get(userId);
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
    return this.#authorised(token.userId, route, params, body);
  }

  #authorised(userId, route, params, body) {
    if (route === '/api/conversations') {
      const items = [...this.conversations.values()].filter((one) => one.members.includes(userId));
      return [200, { items: items.map((one) => this.#view(one)), nextCursor: null }];
    }
    if (route === '/api/sync') {
      return this.#sync(userId, body);
    }
    const [, id, rest] = /^\/api\/conversations\/([^/]+)(\/messages)?$/.exec(route) ?? [];
    const conversation = this.conversations.get(id);
    if (conversation?.members.includes(userId)) {
      return [200, rest ? this.#history(conversation, params) : this.#view(conversation)];
    }
    return [404, { code: 'not_found', detail: 'no such path' }];
  }

  #history({ events }, params) {
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
    const all = [...this.conversations.values()].filter((one) => one.members.includes(userId));
    const one = all[at.index];
    const held = one && conversations[one.id];
    const missing = !one ? [] : held === undefined ? one.events.slice(-50) : one.events.filter((event) => event.seq > held);
    const rows = one ? [{ conversationId: one.id, lastSeq: lastOf(one).seq, lastOrdinal: lastOf(one).ordinal, readSeq: 0 }] : [];
    const body = { items: missing.slice(0, PAGE), conversations: rows };
    if (at.index + 1 < all.length) {
      return [200, { ...body, nextCursor: JSON.stringify({ index: at.index + 1, token: at.token }) }];
    }
    if (inbox.token === at.token) {
      inbox.complete = true;
      return [200, { ...body, nextCursor: null }];
    }
    return [200, { ...body, nextCursor: JSON.stringify({ index: 0, token: inbox.token }) }];
  }

  #view(conversation) {
    const last = lastOf(conversation);
    return {
      conversationId: conversation.id,
      type: conversation.type,
      title: conversation.title,
      createdAt: conversation.events[0].serverTimestamp,
      members: conversation.members.map((userId) => ({ userId, username: userId.slice(2), role: 'member' })),
      lastSeq: last.seq,
      lastOrdinal: last.ordinal,
      readSeq: 0,
      unreadCount: last.ordinal,
      lastEvent: last,
      muted: false,
    };
  }

  #grant(userId, family) {
    const turn = (this.#families.get(family)?.turn ?? 0) + 1;
    this.#families.set(family, { userId, turn });
    const accessToken = `token-${family}-${turn}`;
    this.#tokens.set(accessToken, { userId, until: this.clock.now() + this.accessLife * 1_000 });
    return { userId, accessToken, refreshToken: `${family}.${turn}`, expiresInSeconds: this.accessLife };
  }
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

function lastOf(conversation) {
  return conversation.events[conversation.events.length - 1];
}

function numberOf(deliveryId) {
  return Number(deliveryId.split('-')[1]);
}
