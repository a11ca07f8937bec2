import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { memoryLocks } from '../../../main/resources/web/client/locks.js';
import { MeridianClient } from '../../../main/resources/web/meridian-client.js';
import { ModelRegion } from './model-region.mjs';

/** What a page finds in a browser; it may refuse, by throwing at the first look. */
const GLOBALS = ['document', 'navigator', 'localStorage', 'sessionStorage'];
const originals = GLOBALS.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);

let region;
let local;
let locks;

beforeEach(() => {
  region = new ModelRegion(7);
  local = new Area();
  locks = memoryLocks();
  browser({ localStorage: { value: local }, navigator: { value: { locks } } });
});

afterEach(() => {
  for (const [name, original] of originals) {
    delete globalThis[name];
    if (original) {
      Object.defineProperty(globalThis, name, original);
    }
  }
});

/** localStorage, or sessionStorage, as browsers have it. */
class Area {
  isFull = false;
  #values = new Map();

  get length() {
    return this.#values.size;
  }

  key(index) {
    return [...this.#values.keys()][index] ?? null;
  }

  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.isFull && !this.#values.has(key)) {
      throw new Error('QuotaExceededError');
    }
    this.#values.set(key, String(value));
  }

  removeItem(key) {
    this.#values.delete(key);
  }
}

function browser(properties) {
  for (const [name, property] of Object.entries({ document: { value: {} }, ...properties })) {
    Object.defineProperty(globalThis, name, { configurable: true, ...property });
  }
}

function tab() {
  browser({ sessionStorage: { value: new Area() } });
  return new MeridianClient(region.options());
}

async function during(call, ms = 500) {
  call.catch(() => {});
  await region.clock.advance(ms);
  return call;
}

test('a tab that is told 4409 takes another id, however often, if it was well in between', async () => {
  const client = tab();
  await during(client.register('ann', 'secret'));
  const ids = new Set([client.deviceId]);
  for (let i = 0; i < 8; i++) {
    await region.clock.advance(11_000);
    region.socketOf('u-ann', client.deviceId).end(4409);
    await region.clock.advance(1_000);
    assert.equal(client.connection.name, 'online');
    ids.add(client.deviceId);
  }
  assert.equal(ids.size, 9);
});

test('a tab that is told 4409 again and again at once gives in', async () => {
  const client = tab();
  await during(client.register('ann', 'secret'));
  for (let i = 0; i < 8; i++) {
    region.socketOf('u-ann', client.deviceId)?.end(4409);
    await region.clock.advance(100);
  }
  assert.equal(client.connection.name, 'replaced');
});

test('a tab connects also where there is no room to adopt what a closed one has left, which goes out when there is', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const before = tab();
  await during(before.register('ann', 'secret'));
  await before.stop();
  const createdAt = new Date(region.clock.now()).toISOString();
  const left = { conversationId: 'c', clientMessageId: 'x', messageType: 'text', content: 'left', createdAt, order: 1 };
  local.setItem('meridian/outbox/u-ann/web-closed/x', JSON.stringify(left));
  local.isFull = true;
  const client = tab();
  assert.equal(await during(client.start(), 2_000), true);
  assert.equal(client.connection.name, 'online');
  assert.deepEqual(client.unsent(), []);
  local.isFull = false;
  await region.clock.advance(120_000);
  assert.deepEqual(region.contents('c'), ['left']);
});

test('a browser that refuses its storage has a client all the same, as long as the page', async () => {
  const refuse = () => {
    throw new Error('SecurityError');
  };
  const rejecting = { request: async () => refuse() };
  browser({ localStorage: { get: refuse }, sessionStorage: { get: refuse }, navigator: { value: { locks: rejecting } } });
  region.group('c', 'u-ann', 'u-bob');
  const client = new MeridianClient(region.options());
  assert.equal(await client.start(), false);
  await during(client.register('ann', 'secret'));
  await client.send('c', 'hello');
  await region.clock.advance(500);
  assert.deepEqual(region.contents('c'), ['hello']);
});

test('a logout takes the ids of closed tabs with it', async () => {
  const closed = tab();
  const here = tab();
  const other = tab();
  await during(closed.register('ann', 'secret'));
  await during(here.start());
  await during(other.start());
  const otherId = other.deviceId;
  await closed.stop();
  await during(here.logout());
  assert.deepEqual([...region.inboxes.keys()], ['u-ann/' + otherId]);
});
