import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { MeridianClient, memoryStorage } from '../../../main/resources/web/meridian-client.js';
import { ModelRegion, connect } from './model-region.mjs';

let region;
let storage;

beforeEach(() => {
  region = new ModelRegion(7);
  storage = memoryStorage();
});

const connected = (more = {}) => connect(region, { storage, ...more });
const sendsSeen = () => region.frames.filter((frame) => frame.eventType === 'message_send');
const socket = () => region.socketOf('u-ann', 'phone');

test('a send is stored before it goes out', async () => {
  region.group('c', 'u-ann', 'u-bob');
  let kept;
  const slow = { ...storage, set: (key, value) => (key.startsWith('outbox') ? new Promise((done) => (kept = done)) : storage.set(key, value)) };
  const client = await connected({ storage: slow });
  const sent = client.send('c', 'hello');
  await region.clock.advance(5_000);
  assert.deepEqual(sendsSeen(), []);
  kept();
  await sent;
  await region.clock.advance(100);
  assert.equal(sendsSeen().length, 1);
});

test('a send that cannot be stored is refused, and the next one goes out', async () => {
  region.group('c', 'u-ann', 'u-bob');
  let full = true;
  const quota = {
    ...storage,
    set: (key, value) => {
      if (full && key.startsWith('outbox')) {
        throw new Error('QuotaExceededError');
      }
      storage.set(key, value);
    },
  };
  const client = await connected({ storage: quota });
  await assert.rejects(client.send('c', 'one'), { code: 'not_stored' });
  full = false;
  await client.send('c', 'two');
  await region.clock.advance(100);
  assert.deepEqual(region.contents('c'), ['two']);
});

test('a queue that is full, and a message that is too long, are refused at once', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected({ queue: { sends: 2 } });
  socket().end(1006);
  region.up = false;
  await client.send('c', 'one');
  await client.send('c', 'two');
  await assert.rejects(client.send('c', 'three'), { code: 'queue_full' });
  await assert.rejects(client.send('c', 'x'.repeat(70_000)), { code: 'too_large' });
});

test('a send without an answer goes out again after 10 s, the same', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  const answer = region.frame.bind(region);
  let dropped = 0;
  region.frame = (from, frame) => (frame.eventType === 'message_send' && dropped++ === 0 ? region.frames.push(frame) : answer(from, frame));
  await client.send('c', 'hello');
  await region.clock.advance(9_000);
  assert.equal(sendsSeen().length, 1);
  await region.clock.advance(2_000);
  assert.equal(sendsSeen().length, 2);
  assert.deepEqual(sendsSeen()[0], sendsSeen()[1]);
  assert.deepEqual(client.unsent(), []);
});

test('a later send does not overtake an earlier one that has to wait', async () => {
  region.group('c', 'u-ann', 'u-bob');
  region.group('d', 'u-ann', 'u-bob');
  const client = await connected();
  let refusals = 3;
  region.refuse = (frame) =>
    frame.content === 'one' && refusals-- > 0 ? { code: 'rate_limited', detail: 'slowly', retryAfterMs: 2_000 } : null;
  await Promise.all([client.send('c', 'one'), client.send('c', 'two'), client.send('d', 'elsewhere')]);
  await region.clock.advance(500);
  assert.deepEqual(region.contents('d'), ['elsewhere']);
  assert.deepEqual(region.contents('c'), []);
  assert.equal(sendsSeen().filter((frame) => frame.content === 'one').length, 1, 'not before retryAfterMs');
  await region.clock.advance(20_000);
  assert.deepEqual(region.contents('c'), ['one', 'two']);
});

test('a final error fails one send, which can be tried again or discarded, and the next one goes on', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  const states = [];
  client.on('send', (send) => states.push(`${send.content} ${send.state}`));
  region.refuse = (frame) => (frame.content === 'bad' ? { code: 'forbidden', detail: 'no' } : null);
  await client.send('c', 'bad');
  await client.send('c', 'good');
  await region.clock.advance(200);
  assert.deepEqual(states, ['bad queued', 'bad sending', 'good queued', 'bad failed', 'good sending', 'good sent']);
  const [failed] = client.unsent('c');
  assert.equal(failed.error.code, 'forbidden');
  region.refuse = () => null;
  await client.retry(failed.clientMessageId);
  await region.clock.advance(200);
  assert.deepEqual(region.contents('c'), ['good', 'bad']);
});

test('a failed send is still there, as failed, after a restart; a waiting one goes out', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const first = await connected();
  region.refuse = () => ({ code: 'not_a_member', detail: 'no' });
  await first.send('c', 'failed');
  await region.clock.advance(200);
  socket().cut();
  await first.send('c', 'waiting');
  await first.stop();
  region.refuse = () => null;

  const second = new MeridianClient(region.options({ deviceId: 'phone', storage }));
  const started = second.start();
  await region.clock.advance(500);
  assert.equal(await started, true);
  assert.deepEqual(region.contents('c'), ['waiting']);
  assert.deepEqual(second.unsent().map((send) => [send.content, send.state]), [['failed', 'failed']]);
});

test('it acknowledges what it holds, cumulatively and once in a while', async () => {
  region.group('c', 'u-ann', 'u-bob');
  await connected();
  const before = region.frames.length;
  for (let i = 0; i < 20; i++) {
    region.say('c', 'u-bob', `${i}`);
  }
  await region.clock.advance(1_000);
  const acks = region.frames.slice(before).filter((frame) => frame.eventType === 'message_ack');
  assert.equal(acks.length, 1);
  assert.equal(region.inboxes.get('u-ann/phone').entries.length, 0);
});

test('it acknowledges nothing that could not be kept, and gets it again', async () => {
  region.group('c', 'u-ann', 'u-bob');
  let broken = true;
  const held = [];
  const hold = async (event) => {
    if (broken && event.content === 'two') {
      throw new Error('disk full');
    }
    held.push(event.content);
  };
  const client = await connected({ hold });
  ['one', 'two', 'three'].forEach((text) => region.say('c', 'u-bob', text));
  await region.clock.advance(50);
  assert.deepEqual(client.messages('c').events.map((event) => event.content).slice(-1), ['one']);
  broken = false;
  await region.clock.advance(5_000);
  assert.deepEqual(held.filter((text) => text !== 'one'), ['two', 'three']);
  assert.equal(region.inboxes.get('u-ann/phone').entries.length, 0);
});

test('a gap is repaired from history', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  region.say('c', 'u-bob', 'one');
  await region.clock.advance(300);
  const inbox = region.inboxes.get('u-ann/phone');
  const phone = socket();
  const say = phone.say.bind(phone);
  phone.say = (frame) => frame.content !== 'lost' && say(frame);
  region.say('c', 'u-bob', 'lost');
  region.say('c', 'u-bob', 'three');
  await region.clock.advance(2_000);
  const contents = client.messages('c').events.map((event) => event.content).filter(Boolean);
  assert.deepEqual(contents, ['one', 'lost', 'three']);
  assert.equal(inbox.entries.length, 0);
});

test('a large conversation is fetched when somebody looks at it', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  region.inboxes.delete('u-ann/phone');
  region.inboxes.set('u-ann/phone', { entries: [], next: 0, complete: true, token: 0 });
  const members = region.conversations.get('c').members;
  region.conversations.get('c').members = ['u-bob'];
  const event = region.say('c', 'u-bob', 'far away');
  region.conversations.get('c').members = members;
  socket().say({ eventType: 'conversation_behind', conversationId: 'c', lastSeq: event.seq, lastOrdinal: 1 });
  await region.clock.advance(1_000);
  assert.equal(client.conversation('c').unreadCount, 1);
  assert.equal(client.messages('c').events.some((each) => each.content === 'far away'), false);
  client.open('c');
  await region.clock.advance(1_000);
  assert.equal(client.messages('c').events.some((each) => each.content === 'far away'), true);
});

test('it comes back as the server asks', async () => {
  const client = await connected();
  const cases = [
    [1012, 0, 1_000],
    [1013, 1_000, 5_000],
    [4429, 10_000, 20_000],
    [1008, 60_000, 90_000, 'refused'],
  ];
  for (const [code, least, most, state = 'waiting'] of cases) {
    await region.clock.advance(60_000);
    socket().end(code);
    await region.clock.advance(2);
    const { name, retryAt } = client.connection;
    const delay = retryAt - region.clock.now();
    assert.equal(name, state);
    assert.ok(delay >= least - 2 && delay <= most, `${code}: ${delay}`);
    if (least > 0) {
      await region.clock.advance(Math.min(delay, least) - 100);
      client.wake();
      await region.clock.advance(50);
      assert.equal(client.connection.name, state, `${code}: woken before its time`);
    }
    await region.clock.advance(most + 1_000);
    assert.equal(client.connection.name, 'online');
  }
});

test('backoff grows to its bound and begins anew after a steady connection', async () => {
  const client = await connected({ random: () => 0.999 });
  await region.clock.advance(15_000);
  region.up = false;
  socket().end(1006);
  const delays = [];
  client.on('connection', ({ name, retryAt }) => name === 'waiting' && delays.push(retryAt - region.clock.now()));
  await region.clock.advance(200_000);
  assert.deepEqual(delays.slice(0, 7), [999, 1998, 3996, 7992, 15984, 29970, 29970]);
  region.up = true;
  await region.clock.advance(45_000);
  assert.equal(client.connection.name, 'online');
  socket().end(1006);
  await region.clock.advance(5);
  assert.equal(delays[delays.length - 1], 999);
});

test('reconnect is honoured: not before, not long after, and what was under way is answered', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  socket().say({ eventType: 'reconnect', afterMs: 3_000, reason: 'draining' });
  await client.send('c', 'in flight');
  await region.clock.advance(100);
  assert.deepEqual(client.unsent(), []);
  socket().end(1012);
  await region.clock.advance(2_000);
  assert.equal(client.connection.name, 'waiting');
  client.wake();
  await region.clock.advance(100);
  assert.equal(client.connection.name, 'waiting');
  await region.clock.advance(1_000);
  assert.equal(client.connection.name, 'online');
});

test('a connection that is dead without a word is found out by a ping', async () => {
  const client = await connected();
  socket().cut();
  await region.clock.advance(40_000);
  assert.equal(client.connection.name, 'online');
  assert.ok(region.frames.some((frame) => frame.eventType === 'hello'));
  assert.ok(socket(), 'connected anew');
});

test('a live connection that is quiet is kept, with pings', async () => {
  await connected();
  const first = socket();
  await region.clock.advance(300_000);
  assert.equal(socket(), first);
  assert.ok(region.frames.filter((frame) => frame.eventType === 'ping').length >= 10);
});

test('the same device elsewhere is not fought with', async () => {
  const client = await connected();
  socket().end(4409);
  await region.clock.advance(300_000);
  assert.equal(client.connection.name, 'replaced');
});

test('tokens are refreshed before they end, once for all who ask, and the connection moves to the new one', async () => {
  region.accessLife = 100;
  const client = await connected();
  await region.clock.advance(1_000_000);
  const refreshes = region.requests.filter((request) => request.path === '/api/auth/refresh');
  assert.ok(refreshes.length >= 10 && refreshes.length <= 15, `${refreshes.length}`);
  assert.equal(new Set(refreshes.map((request) => request.body.refreshToken)).size, refreshes.length);
  assert.equal(client.connection.name, 'online');
  assert.ok(client.user);
});

test('a token that is refused is refreshed, once, by whoever is refused first', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  region.endTokens();
  const opened = Promise.all([client.open('c'), client.loadOlder('c')]);
  socket().end(4401);
  await region.clock.advance(2_000);
  await opened;
  assert.equal(region.requests.filter((request) => request.path === '/api/auth/refresh').length, 1);
  assert.equal(client.connection.name, 'online');
});

test('a login that has ended is told, and what was not sent is kept for the next one', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  let told = null;
  client.on('signedOut', (error) => (told = error));
  region.up = false;
  socket().end(1006);
  await client.send('c', 'kept');
  const stored = JSON.parse(storage.get('session'));
  storage.set('session', JSON.stringify({ ...stored, refreshToken: stored.refreshToken }));
  region.endTokens();
  region.failHttp = () => null;
  region.up = true;
  // Somebody else has used the refresh token: the family is at an end.
  const used = region.options().fetch('http://region/api/auth/refresh', {
    method: 'POST',
    body: JSON.stringify({ refreshToken: stored.refreshToken }),
  });
  await region.clock.advance(20_000);
  await used;
  assert.equal(told?.code, 'signed_out');
  assert.equal(client.user, null);
  const again = client.login('ann', 'secret');
  await region.clock.advance(500);
  await again;
  assert.deepEqual(region.contents('c'), ['kept']);
});

test('two tabs of one login refresh with one token each', async () => {
  region.accessLife = 100;
  const locks = [];
  const { memoryLocks } = await import('../../../main/resources/web/client/locks.js');
  locks.push(memoryLocks());
  const one = await connected({ locks: locks[0] });
  const two = new MeridianClient(region.options({ deviceId: 'tablet', storage, locks: locks[0] }));
  two.start();
  await region.clock.advance(500_000);
  assert.ok(one.user && two.user);
  assert.equal(one.connection.name, 'online');
  assert.equal(two.connection.name, 'online');
});

test('frames and events that nobody knows yet are passed over', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  socket().say({ eventType: 'typing_started', conversationId: 'c', userId: 'u-bob' });
  socket().say({ eventType: 'presence_changed', userId: 'u-bob', status: 'online' });
  region.append('c', 'u-bob', { eventType: 'reaction_of_tomorrow', emoji: 'x' });
  region.say('c', 'u-bob', 'still here');
  await region.clock.advance(1_000);
  assert.equal(client.messages('c').events.slice(-1)[0].content, 'still here');
  assert.equal(region.requests.some((request) => request.path.includes('after=')), false, 'no gap');
});

test('unread counts follow events, own sends, reads here and reads elsewhere', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  const unread = () => client.conversation('c').unreadCount;
  const one = region.say('c', 'u-bob', 'one');
  region.say('c', 'u-bob', 'two');
  await region.clock.advance(100);
  assert.equal(unread(), 2);
  socket().say({ eventType: 'receipt_updated', conversationId: 'c', userId: 'u-ann', readSeq: one.seq });
  await region.clock.advance(100);
  assert.equal(unread(), 1);
  client.markRead('c');
  assert.equal(unread(), 0);
  await region.clock.advance(1_000);
  assert.ok(region.frames.some((frame) => frame.eventType === 'message_read'));
  region.say('c', 'u-bob', 'three');
  await client.send('c', 'own');
  await region.clock.advance(500);
  assert.equal(unread(), 0);
});
