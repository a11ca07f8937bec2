import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TabDevice, isOfDevice } from '../../../main/resources/web/client/device.js';
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
  const [one, two] = ['tab-1', 'tab-2'].map((name, index) => leaseLocks(storage, () => name, clock, seeded(index + 1)));
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

test('without Web Locks a tab that is duplicated does not refresh the login at the same time as its original', async () => {
  const clock = new FakeClock();
  const storage = memoryStorage();
  const tab = 'the same after a reload';
  const load = (name, seed) => leaseLocks(storage, (lock) => (isOfDevice(lock) ? tab : name), clock, seeded(seed));
  const [original, duplicate] = [load('load-1', 1), load('load-2', 2)];
  let within = 0;
  let most = 0;
  const refresh = async () => {
    most = Math.max(most, ++within);
    await new Promise((done) => clock.setTimeout(done, 500));
    within--;
  };
  const both = [original, duplicate].map((locks) => locks.request('meridian/refresh', {}, refresh));
  await clock.advance(3_000);
  await Promise.all(both);
  assert.equal(most, 1);

  original.request('meridian/device/u/x', {}, () => new Promise(() => {}));
  original.request('meridian/refresh', {}, () => new Promise(() => {}));
  await clock.advance(1_000);
  const reloaded = load('load-3', 3);
  const own = reloaded.request('meridian/device/u/x', { ifAvailable: true }, (lock) => lock?.name);
  await clock.advance(100);
  assert.equal(await own, 'meridian/device/u/x', 'its own id is found again');
  original.letGo();
  const refreshed = reloaded.request('meridian/refresh', { ifAvailable: true }, (lock) => lock?.name);
  await clock.advance(100);
  assert.equal(await refreshed, 'meridian/refresh', 'the page that went has let go');
});

test('broken leases are nobody’s, and where there is no room for one it does without', async () => {
  const clock = new FakeClock();
  const storage = memoryStorage();
  storage.set('lease/x', '{"owner":');
  const taken = leaseLocks(storage, () => 'tab', clock, seeded(1)).request('x', { ifAvailable: true }, (lock) => lock?.name);
  await clock.advance(100);
  assert.equal(await taken, 'x');
  const full = { ...storage, set: () => assert.fail('QuotaExceededError') };
  const without = leaseLocks(full, () => 'tab', clock, seeded(1)).request('x', { ifAvailable: true }, (lock) => lock?.name);
  await clock.advance(100);
  assert.equal(await without, 'x');
});

test('after a logout the ids of this tab and of closed ones are no more, those of open ones stay', async () => {
  const { tab, world } = browser();
  const [here, open, closed] = [tab(), tab(), tab()];
  const ids = [];
  for (const device of [here, open, closed]) {
    ids.push(await device.claim('u'));
  }
  closed.release();
  await settle();
  assert.deepEqual((await here.forget()).sort(), [ids[0], ids[2]].sort());
  assert.deepEqual(JSON.parse(world.storage.get('devices/u')), [ids[1]]);
});

test('a pool that is broken, or that there is no room for, keeps nobody from having an id', async () => {
  for (const broken of ['[', '7', '{}', '[null]']) {
    const { world, tab } = browser();
    world.storage.set('devices/u', broken);
    assert.ok(await tab().claim('u'), broken);
  }
  const { world, tab } = browser();
  world.storage.set = () => assert.fail('QuotaExceededError');
  assert.ok(await tab({ ...memoryStorage(), set: () => assert.fail('QuotaExceededError') }).claim('u'));
});
