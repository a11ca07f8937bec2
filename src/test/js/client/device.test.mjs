import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TabDevice } from '../../../main/resources/web/client/device.js';
import { leaseLocks, memoryLocks } from '../../../main/resources/web/client/locks.js';
import { Outbox } from '../../../main/resources/web/client/outbox.js';
import { memoryStorage } from '../../../main/resources/web/client/storage.js';
import { FakeClock, seeded, settle } from './clock.mjs';

function browser() {
  let ids = 0;
  const clock = new FakeClock();
  const world = { storage: memoryStorage(), locks: memoryLocks(), clock, random: seeded(3), uuid: () => 'id' + ++ids };
  return { world, clock, tab: (session = memoryStorage()) => new TabDevice(world, session) };
}

test('two tabs are two devices, and a tab that is reloaded is the one it was', async () => {
  const { tab, clock } = browser();
  const session = memoryStorage();
  const one = tab(session);
  const two = tab();
  const first = await one.claim('u');
  const second = await two.claim('u');
  assert.notEqual(first, second);
  const reloaded = tab(session).claim('u');
  await clock.advance(100);
  one.release();
  await clock.advance(1_000);
  assert.equal(await reloaded, first);
});

test('a duplicated tab, which has its original’s memory, takes another id', async () => {
  const { tab, clock } = browser();
  const values = new Map();
  const first = await tab(memoryStorage(values)).claim('u');
  const second = tab(memoryStorage(new Map(values))).claim('u');
  await clock.advance(2_000);
  assert.notEqual(await second, first);
});

test('ids of tabs that were closed are used again', async () => {
  const { tab } = browser();
  const known = new Set();
  for (let i = 0; i < 30; i++) {
    const device = tab();
    known.add(await device.claim('u'));
    device.release();
    await settle();
  }
  assert.equal(known.size, 1);
});

test('what a closed tab has left is adopted by the next one, once and in order', async () => {
  const { world, tab } = browser();
  const outbox = () => new Outbox(world, { say: () => true, changed: () => {} }, { sends: 100, bytes: 100_000 });
  const [left, other] = [tab(), tab()];
  const gone = outbox();
  await other.claim('u');
  await gone.open('u', await left.claim('u'));
  await gone.add({ conversationId: 'c', content: 'one' });
  await gone.add({ conversationId: 'c', content: 'two' });

  const here = outbox();
  await here.open('u', other.deviceId);
  const adopt = async () => other.abandoned(await here.devices('u'), (id) => here.adopt('u', id));
  await adopt();
  assert.deepEqual(here.list(), [], 'its tab is still there');
  left.release();
  await settle();
  await adopt();
  await adopt();
  assert.deepEqual(here.list().map((send) => send.content), ['one', 'two']);
  const again = outbox();
  await again.open('u', other.deviceId);
  assert.deepEqual(again.list().map((send) => send.content), ['one', 'two'], 'stored here');
});

test('without Web Locks a lease does: exclusive, let go, and anybody’s when its tab is gone', async () => {
  const clock = new FakeClock();
  const storage = memoryStorage();
  const [one, two] = ['tab-1', 'tab-2'].map((name, index) => leaseLocks(storage, name, clock, seeded(index + 1)));
  let release;
  const held = one.request('x', { ifAvailable: true }, () => new Promise((done) => (release = done)));
  await clock.advance(100);
  const refused = two.request('x', { ifAvailable: true }, (lock) => lock);
  await clock.advance(300_000);
  assert.equal(await refused, null, 'renewed for as long as it is held');
  release();
  await clock.advance(10);
  await held;
  const taken = two.request('x', { ifAvailable: true }, (lock) => lock?.name);
  await clock.advance(200);
  assert.equal(await taken, 'x');

  storage.set('lease/x', JSON.stringify({ owner: 'tab-9', until: clock.now() + 1_000 }));
  await clock.advance(2_000);
  const inherited = two.request('x', { ifAvailable: true }, (lock) => lock?.name);
  await clock.advance(200);
  assert.equal(await inherited, 'x');
});
