import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Outbox } from '../../../main/resources/web/client/outbox.js';
import { memoryStorage } from '../../../main/resources/web/client/storage.js';
import { FakeClock, seeded } from './clock.mjs';

const DAY_MS = 24 * 3_600_000;

let clock;
let storage;
let ids;

beforeEach(() => {
  clock = new FakeClock();
  storage = memoryStorage();
  ids = 0;
});

function outbox(limits = { sends: 100, bytes: 100_000 }, kept = storage) {
  const said = [];
  const told = { say: (frame) => Boolean(said.push(frame.content)), changed: () => {} };
  const box = new Outbox({ clock, random: seeded(3), storage: kept, uuid: () => 'id' + ++ids }, told, limits);
  return Object.assign(box, { said });
}

async function opened(device = 'phone', limits, kept) {
  const box = outbox(limits, kept);
  await box.open('u', device);
  return box;
}

const states = (box) => box.list().map((send) => [send.content, send.state, send.error?.code ?? null]);

test('what the server may have forgotten again does not go out by itself after a restart', async () => {
  const first = await opened();
  await first.add({ conversationId: 'c', content: 'old' });
  await clock.advance(3 * DAY_MS);
  await first.add({ conversationId: 'c', content: 'new' });
  await clock.advance(4 * DAY_MS);
  const box = await opened();
  assert.deepEqual(states(box), [['old', 'failed', 'unconfirmed'], ['new', 'queued', null]]);
  box.online();
  assert.deepEqual(box.said, ['new']);

  await box.retry(box.list()[0].clientMessageId);
  await box.sent(box.list()[0].clientMessageId);
  assert.deepEqual(box.said, ['new', 'old'], 'it does when somebody says so');
  box.offline();
  await clock.advance(DAY_MS);
  assert.deepEqual(states(await opened()), [['old', 'queued', null]], 'and then its time begins anew');
});

test('the same in a page that stays open; what surely never went out just goes', async () => {
  const box = await opened();
  await box.add({ conversationId: 'c', content: 'under way' });
  box.online();
  assert.deepEqual(box.said, ['under way']);
  box.offline();
  await box.add({ conversationId: 'c', content: 'behind it' });
  await clock.advance(7 * DAY_MS);
  box.online();
  assert.deepEqual(states(box), [['under way', 'failed', 'unconfirmed'], ['behind it', 'sending', null]]);
  assert.deepEqual(box.said, ['under way', 'behind it']);
});

test('a retry that cannot be stored changes nothing, and two of them are one', async () => {
  const box = await opened();
  const id = await box.add({ conversationId: 'c', content: 'hello' });
  box.online();
  box.refused(id, { code: 'conflict', detail: 'another payload' });
  const { set } = storage;
  storage.set = () => assert.fail('QuotaExceededError');
  await assert.rejects(box.retry(id), { code: 'not_stored' });
  assert.deepEqual(states(box), [['hello', 'failed', 'conflict']]);
  assert.deepEqual(states(await opened()), [['hello', 'failed', 'conflict']], 'it is still stored');
  storage.set = set;
  await Promise.all([box.retry(id), box.retry(id)]);
  assert.deepEqual(states(box), [['hello', 'sending', null]]);
  assert.equal(storage.keys('outbox/').length, 1);
});

test('what is discarded does not go out while it is being discarded', async () => {
  const box = await opened();
  await box.add({ conversationId: 'c', content: 'one' });
  await box.add({ conversationId: 'c', content: 'two' });
  await box.add({ conversationId: 'd', content: 'three' });
  box.online();
  assert.deepEqual(box.said, ['one', 'three']);
  const discarded = box.discardAll();
  await assert.rejects(box.add({ conversationId: 'c', content: 'meanwhile' }), { code: 'signed_out' });
  await discarded;
  assert.deepEqual(box.said, ['one', 'three']);
  assert.deepEqual(storage.keys('outbox/'), []);
});

test('a queue that is full adopts what finds room, which goes out; the rest stays where it is', async () => {
  const left = await opened('gone');
  for (const text of ['one', 'two', 'three']) {
    await left.add({ conversationId: 'c', content: text });
  }
  const box = await opened('phone', { sends: 2, bytes: 100_000 });
  box.online();
  await box.adopt('u', 'gone');
  assert.deepEqual(box.said, ['one']);
  assert.equal(storage.keys('outbox/u/gone/').length, 1);
  for (const send of box.list()) {
    await box.sent(send.clientMessageId);
  }
  await box.adopt('u', 'gone');
  assert.deepEqual(box.said, ['one', 'two', 'three']);
  assert.deepEqual(storage.keys('outbox/u/gone/'), []);
});

test('what is adopted stays with its user when somebody else logs in meanwhile', async () => {
  const left = await opened('gone');
  await left.add({ conversationId: 'c', content: 'mine' });
  let go;
  const slow = { ...storage, get: (key) => new Promise((done) => (go = () => done(storage.get(key)))) };
  const box = await opened('phone', undefined, slow);
  const adopted = box.adopt('u', 'gone');
  await clock.advance(1);
  await box.open('other', 'phone');
  box.online();
  go();
  await adopted;
  assert.deepEqual(box.said, []);
  assert.equal(storage.keys('outbox/u/gone/').length, 1);
  assert.deepEqual(storage.keys('outbox/other/'), []);
});

test('under a new id everything is kept, also where there is no room to store it twice', async () => {
  const box = await opened('first');
  await box.add({ conversationId: 'c', content: 'hello' });
  const { set } = storage;
  storage.set = () => assert.fail('QuotaExceededError');
  await box.move('u', 'second');
  storage.set = set;
  assert.equal(storage.keys('outbox/u/first/').length, 1);
  await box.adopt('u', 'first');
  assert.deepEqual([storage.keys('outbox/u/first/').length, storage.keys('outbox/u/second/').length], [0, 1]);
  assert.equal(box.list().length, 1);
});
