import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MeridianClient, memoryStorage } from '../../../main/resources/web/meridian-client.js';
import { ModelRegion } from './model-region.mjs';

const RUNS = Number(process.env.MERIDIAN_RUNS ?? 40);
const FIRST = Number(process.env.MERIDIAN_SEED ?? 1);
const STEPS = 60;
const HEAL_MS = 240_000;
/** What an open conversation shows at least, where there are so many. */
const SCREENFUL = 30;

/** A device with what it keeps: it may be started anew, with its memory gone, and its user may log out and in again. */
class Device {
  sent = [];
  /** Given up by a logout: each may have been taken before, or not. */
  dropped = new Set();
  emitted = new Map();
  doubled = [];
  isFull = false;
  #values = new Map();

  constructor(region, username, deviceId) {
    this.region = region;
    this.username = username;
    this.deviceId = deviceId;
    this.storage = this.#storage();
    this.client = this.#make();
  }

  get userId() {
    return 'u-' + this.username;
  }

  /** One that may be full: the login has room, messages have not. */
  #storage() {
    const storage = memoryStorage(this.#values);
    const set = (key, value) => {
      if (this.isFull && key.startsWith('outbox/')) {
        throw new Error('QuotaExceededError');
      }
      storage.set(key, value);
    };
    return { ...storage, set };
  }

  #make() {
    const client = new MeridianClient(this.region.options({ storage: this.storage, deviceId: this.deviceId }));
    this.emitted.clear();
    client.on('signedOut', () => this.emitted.clear());
    client.on('event', ({ event }) => {
      const key = event.conversationId + '/' + event.seq;
      if (this.emitted.has(key)) {
        this.doubled.push(key);
      }
      this.emitted.set(key, event);
    });
    return client;
  }

  /** Not waited for where the model's time has to pass first. */
  async send(conversation, content) {
    if (this.client.user) {
      const send = { conversation, content };
      this.sent.push(send);
      await this.client.send(conversation, content).catch(({ code }) => {
        assert.ok(code === 'not_stored' || code === 'signed_out', code);
        this.sent = this.sent.filter((each) => each !== send);
      });
    }
  }

  async restart() {
    await this.client.stop();
    this.client = this.#make();
    this.client.start().catch(({ code }) => assert.equal(code, 'signed_out'));
  }

  async relogin() {
    if (this.client.user) {
      this.client.unsent().forEach((send) => this.dropped.add(send.content));
      this.emitted.clear();
      await this.client.logout();
    }
    await this.login();
  }

  /** As a person does it: until it works. */
  async login() {
    if (!this.client.user) {
      await this.client.login(this.username, 'secret').catch(({ code }) => assert.ok(code === 'network' || code === 'signed_out', code));
    }
  }

  socket() {
    return this.region.socketOf(this.userId, this.deviceId);
  }
}

async function run(seed) {
  const region = new ModelRegion(seed);
  const devices = [
    new Device(region, 'ann', 'phone'),
    new Device(region, 'ann', 'laptop'),
    new Device(region, 'bob', 'phone'),
  ];
  ['ann', 'bob'].forEach((username) => region.users.set('u-' + username, { username, password: 'secret' }));
  const started = devices.map((device) => device.login());
  await region.clock.advance(100);
  await Promise.all(started);
  const chats = [region.group('c-one', 'u-ann', 'u-bob', 'u-cat'), region.group('c-two', 'u-bob', 'u-ann')];
  // Nobody but cat writes in it, for what is written by somebody who was removed is refused.
  const club = region.group('c-club', 'u-cat', 'u-ann', 'u-bob');
  const pick = (list) => list[Math.floor(region.random() * list.length)];
  const between = (least, most) => least + Math.floor(region.random() * (most - least));
  let words = 0;
  let limited = 0;
  region.refuse = () =>
    region.random() < limited ? { code: pick(['rate_limited', 'overloaded', 'unavailable']), detail: 'wait', retryAfterMs: 700 } : null;

  const steps = [
    () => pick(devices).send(pick(chats), `word ${++words}`),
    () => pick(devices).send(pick(chats), `word ${++words}`),
    () => {
      const [device, chat] = [pick(devices), pick(chats)];
      return Promise.all([1, 2, 3].map(() => device.send(chat, `word ${++words}`)));
    },
    () => region.say(pick(chats), 'u-cat', `word ${++words}`),
    () => region.say(pick(chats), 'u-ann', `word ${++words}`),
    () => region.say(club, 'u-cat', `word ${++words}`),
    () => region.remove(club, pick(['u-ann', 'u-bob'])),
    () => region.add(club, pick(['u-ann', 'u-bob'])),
    () => {
      const device = pick(devices);
      region.redeliver(device.userId, device.deviceId, pick(region.visible(pick([...chats, club]), device.userId)));
    },
    () => void pick(devices).relogin(),
    () => {
      const device = pick(devices);
      device.isFull = !device.isFull;
    },
    () => pick(devices).socket()?.end(pick([1001, 1006, 1012, 1013, 4401, 4408])),
    () => pick(devices).socket()?.cut(),
    () => pick(devices).restart(),
    () => {
      const device = pick(devices);
      region.lose(device.userId, device.deviceId);
    },
    () => void pick(devices).client.open(pick([...chats, club])).catch(() => {}),
    () => pick(devices).client.close(pick([...chats, club])),
    () => pick(devices).client.wake(),
    () => pick(devices).socket()?.say({ eventType: 'reconnect', afterMs: between(0, 2_000), reason: 'draining' }),
    () => {
      limited = pick([0, 0, 0.3, 0.8]);
    },
    () => {
      region.latencyMs = pick([1, 5, 50, 400]);
    },
    () => {
      const broken = region.random() < 0.5;
      // Losing the answer to a refresh ends a login: that is the server's rule, and not looked at here.
      region.failHttp = (method, path) => (broken && !path.includes('/auth/') && region.random() < 0.4 ? pick([0, 503]) : null);
    },
    () => {
      region.up = !region.up;
    },
    () => {
      // A hint that is lost on its way, where the next one is not.
      const socket = pick(devices).socket();
      if (socket) {
        socket.swallow = 1;
      }
    },
    () => region.socketOf('u-bob', 'phone')?.say({ eventType: 'a_frame_of_tomorrow', deliveryId: '9-9', more: true }),
  ];
  for (let step = 0; step < STEPS; step++) {
    await pick(steps)();
    await region.clock.advance(pick([0, 1, 20, 200, 3_000, 15_000]));
  }

  region.up = true;
  limited = 0;
  region.latencyMs = 5;
  region.failHttp = () => null;
  devices.forEach((device) => {
    device.isFull = false;
  });
  await region.clock.advance(HEAL_MS);
  const back = Promise.all(devices.map((device) => device.login()));
  ['u-ann', 'u-bob'].forEach((userId) => region.add(club, userId));
  await region.clock.advance(HEAL_MS);
  await back;
  for (const device of devices) {
    const socket = device.socket();
    if (socket) {
      socket.swallow = 0;
    }
  }
  // What comes last shows whatever is missing before it.
  [...chats, club].forEach((chat) => region.say(chat, 'u-cat', 'the end'));
  await region.clock.advance(HEAL_MS);
  for (const device of devices) {
    checkSent(region, device, chats, seed);
    for (const chat of [...chats, club]) {
      await checkHeld(region, device, chat, seed);
    }
    await device.client.stop();
  }
}

function whereabouts(device, seed) {
  return `seed ${seed}, ${device.username}'s ${device.deviceId}`;
}

function checkSent(region, device, chats, seed) {
  const where = whereabouts(device, seed);
  assert.equal(device.client.connection.name, 'online', where);
  assert.deepEqual(device.doubled, [], `${where}: events told twice`);
  assert.deepEqual(device.client.unsent(), [], `${where}: not sent`);
  assert.deepEqual(device.storage.keys('outbox/'), [], `${where}: still stored`);
  assert.deepEqual(region.inboxes.get(`${device.userId}/${device.deviceId}`).entries, [], `${where}: not acknowledged`);
  for (const chat of chats) {
    const mine = device.sent.filter((send) => send.conversation === chat).map((send) => send.content);
    const taken = region.contents(chat).filter((content) => mine.includes(content));
    assert.equal(new Set(taken).size, taken.length, `${where}: sent twice to ${chat}`);
    const lasting = (contents) => contents.filter((content) => !device.dropped.has(content));
    assert.deepEqual(lasting(taken), lasting(mine), `${where}: sent once and in order to ${chat}`);
  }
}

/** First what is held by itself, then whatever somebody who scrolls to the beginning sees. */
async function checkHeld(region, device, chat, seed) {
  const where = whereabouts(device, seed);
  const { client } = device;
  const { clock } = region;
  const log = region.visible(chat, device.userId).map((event) => [event.seq, event.content]);
  const held = () => client.messages(chat).events.map((event) => [event.seq, event.content]);
  const done = async (asked) => {
    await clock.advance(1_000);
    return asked;
  };
  assert.equal(client.conversation(chat)?.lastSeq, log.at(-1)[0], `${where}: knows how far ${chat} is`);
  assert.equal(client.conversations().some((each) => each.conversationId === chat), true, `${where}: lists ${chat}`);
  await done(client.open(chat));
  const shown = held();
  assert.ok(shown.length >= Math.min(SCREENFUL, log.length), `${where}: shows ${shown.length} of ${log.length} in ${chat}`);
  assert.deepEqual(shown, log.slice(-shown.length), `${where}: a gap in ${chat}`);
  assert.deepEqual(client.messages(chat).sends, []);
  for (let pages = 0; client.messages(chat).hasOlder; pages++) {
    assert.ok(pages <= log.length, `${where}: ${chat} has a beginning`);
    await done(client.loadOlder(chat));
  }
  assert.deepEqual(held(), log, `${where}: all of ${chat}`);
}

test(`what is sent arrives once and in order, and nothing is missing, over ${RUNS} random runs from seed ${FIRST}`, async () => {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    await run(seed);
  }
});
