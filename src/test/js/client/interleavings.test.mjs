import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MeridianClient, memoryStorage } from '../../../main/resources/web/meridian-client.js';
import { ModelRegion } from './model-region.mjs';

const RUNS = Number(process.env.MERIDIAN_RUNS ?? 40);
const FIRST = Number(process.env.MERIDIAN_SEED ?? 1);
const STEPS = 60;
const HEAL_MS = 240_000;

/** A device with what it keeps: it may be started anew, with its memory gone. */
class Device {
  sent = [];
  emitted = new Map();
  doubled = [];

  constructor(region, username, deviceId) {
    this.region = region;
    this.username = username;
    this.deviceId = deviceId;
    this.storage = memoryStorage();
    this.client = this.#make();
  }

  get userId() {
    return 'u-' + this.username;
  }

  #make() {
    const client = new MeridianClient(this.region.options({ storage: this.storage, deviceId: this.deviceId }));
    this.emitted.clear();
    client.on('event', ({ event }) => {
      const key = event.conversationId + '/' + event.seq;
      if (this.emitted.has(key)) {
        this.doubled.push(key);
      }
      this.emitted.set(key, event);
    });
    return client;
  }

  send(conversation, content) {
    this.sent.push({ conversation, content });
    return this.client.send(conversation, content);
  }

  async restart() {
    await this.client.stop();
    this.client = this.#make();
    this.client.start();
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
  const started = devices.map((device) => device.client.login(device.username, 'secret'));
  await region.clock.advance(100);
  await Promise.all(started);
  const chats = [region.group('c-one', 'u-ann', 'u-bob', 'u-cat'), region.group('c-two', 'u-bob', 'u-ann')];
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
    () => pick(devices).socket()?.end(pick([1001, 1006, 1012, 1013, 4401, 4408])),
    () => pick(devices).socket()?.cut(),
    () => pick(devices).restart(),
    () => {
      const device = pick(devices);
      region.lose(device.userId, device.deviceId);
    },
    () => void pick(devices).client.open(pick(chats)).catch(() => {}),
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
  await region.clock.advance(HEAL_MS);
  for (const device of devices) {
    const socket = device.socket();
    if (socket) {
      socket.swallow = 0;
    }
  }
  // What comes last shows whatever is missing before it.
  chats.forEach((chat) => region.say(chat, 'u-cat', 'the end'));
  await region.clock.advance(HEAL_MS);
  for (const device of devices) {
    check(region, device, chats, seed);
    await device.client.stop();
  }
}

function check(region, device, chats, seed) {
  const where = `seed ${seed}, ${device.username}'s ${device.deviceId}`;
  assert.equal(device.client.connection.name, 'online', where);
  assert.deepEqual(device.doubled, [], `${where}: events told twice`);
  assert.deepEqual(device.client.unsent(), [], `${where}: not sent`);
  assert.deepEqual(device.storage.keys('outbox/'), [], `${where}: still stored`);
  assert.deepEqual(region.inboxes.get(`${device.userId}/${device.deviceId}`).entries, [], `${where}: not acknowledged`);
  for (const chat of chats) {
    const log = region.conversations.get(chat).events;
    const { events, sends } = device.client.messages(chat);
    assert.deepEqual(sends, []);
    const from = events.length > 0 ? log.findIndex((event) => event.seq === events[0].seq) : log.length;
    const seen = events.map((event) => [event.seq, event.content]);
    assert.deepEqual(seen, log.slice(from).map((event) => [event.seq, event.content]), `${where}: a gap in ${chat}`);
    const mine = device.sent.filter((send) => send.conversation === chat).map((send) => send.content);
    const taken = region.contents(chat).filter((content) => mine.includes(content));
    assert.deepEqual(taken, mine, `${where}: sent once and in order to ${chat}`);
    const known = device.client.conversation(chat);
    assert.equal(known?.lastSeq, log[log.length - 1].seq, `${where}: knows how far ${chat} is`);
  }
}

test(`what is sent arrives once and in order, and nothing is missing, over ${RUNS} random runs from seed ${FIRST}`, async () => {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    await run(seed);
  }
});
