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
const socket = () => region.socketOf('u-ann', 'phone');
const asked = (path) => region.requests.filter((request) => request.path === path);

/** Lets the model's time pass while a call of the client is under way. */
async function during(call, ms = 500) {
  const settled = call.then(
    (value) => ({ value }),
    (failure) => ({ failure }),
  );
  await region.clock.advance(ms);
  return settled;
}

test('a logout discards what was not sent: nothing more goes out', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  region.refuse = () => ({ code: 'rate_limited', detail: 'slowly', retryAfterMs: 60_000 });
  await Promise.all(['one', 'two', 'three'].map((text) => client.send('c', text)));
  await region.clock.advance(100);
  region.refuse = () => null;
  await during(client.logout());
  assert.deepEqual(region.contents('c'), []);
  assert.deepEqual(storage.keys('outbox/'), []);
  assert.equal(client.connection.name, 'stopped');
  await during(client.login('ann', 'secret'));
  assert.deepEqual(region.contents('c'), []);
});

test('a logout tells the server that the device is no more', async () => {
  const client = await connected();
  await during(client.logout());
  assert.equal(region.inboxes.has('u-ann/phone'), false);
  assert.equal(asked('/api/auth/logout').length, 1);
});

test('without a login nothing is taken to be sent', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  await during(client.logout());
  await assert.rejects(client.send('c', 'too late'), { code: 'signed_out' });
  assert.deepEqual(storage.keys('outbox/'), []);
});

test('what is answered after a logout is not told to the next login', async () => {
  region.group('c', 'u-ann', 'u-bob');
  region.group('d', 'u-ann', 'u-bob');
  const client = await connected();
  region.latencyMs = 3_000;
  const older = client.loadOlder('c').catch((failure) => failure.code);
  client.open('d').catch(() => {});
  await region.clock.advance(100);
  region.latencyMs = 5;
  await during(client.logout());
  region.users.set('u-cat', { username: 'cat', password: 'secret' });
  await during(client.login('cat', 'secret'));
  await region.clock.advance(10_000);
  assert.equal(await older, 'signed_out');
  assert.equal(client.conversation('c'), null);
  assert.equal(client.conversation('d'), null);
  assert.deepEqual(client.conversations(), []);
});

test('new tokens that are refused in a row are waited for longer and longer, and then the login is at an end', async () => {
  const client = await connected();
  let told = null;
  client.on('signedOut', (error) => (told = error));
  region.hello = (refused) => refused.end(4401);
  socket().end(4401);
  await region.clock.advance(60);
  assert.equal(asked('/api/auth/refresh').length, 1, 'the first one at once');
  assert.equal(told, null);
  await region.clock.advance(120_000);
  assert.equal(told?.code, 'signed_out');
  assert.equal(asked('/api/auth/refresh').length, 5);
  assert.equal(client.connection.name, 'stopped');
  assert.equal(storage.get('session'), null);
});

test('a 4401 after which no token is given ends the login', async () => {
  const client = await connected();
  let told = null;
  client.on('signedOut', (error) => (told = error));
  region.endLogins();
  socket().end(4401);
  await region.clock.advance(500);
  assert.equal(told?.code, 'signed_out');
  assert.equal(client.user, null);
});

test('a proxy that refuses in the region’s place does not end the login, or a conversation', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  for (const status of [401, 403, 404]) {
    region.failHttp = () => new Response('<h1>no</h1>', { status, headers: { 'Content-Type': 'text/html' } });
    region.endTokens();
    socket().end(4401);
    client.open('c').catch(() => {});
    await region.clock.advance(5_000);
    assert.ok(client.user, `${status}`);
    region.failHttp = () => null;
    await region.clock.advance(60_000);
    assert.equal(client.connection.name, 'online', `${status}`);
    assert.equal(client.conversation('c').left, false, `${status}`);
  }
});

test('a registration whose answer was lost has made the account: the same words log in', async () => {
  const client = new MeridianClient(region.options({ deviceId: 'phone', storage }));
  region.failHttp = (method) => (method === 'ANSWER POST' ? 0 : null);
  const { failure } = await during(client.register('ann', 'secret'));
  assert.equal(failure.code, 'network');
  region.failHttp = () => null;
  const { value } = await during(client.register('ann', 'secret'));
  assert.equal(value.userId, 'u-ann');
});

test('a name that somebody else has is taken, also after an answer was lost', async () => {
  const client = new MeridianClient(region.options({ deviceId: 'phone', storage }));
  region.up = false;
  await during(client.register('ann', 'secret'));
  region.up = true;
  region.users.set('u-ann', { username: 'ann', password: 'hers' });
  const { failure } = await during(client.register('ann', 'secret'));
  assert.equal(failure.code, 'conflict');
  const other = new MeridianClient(region.options({ deviceId: 'phone', storage }));
  const { failure: also } = await during(other.register('ann', 'hers'));
  assert.equal(also.code, 'conflict', 'nothing of ours was lost here');
});

test('a login that there is no room to store lasts as long as the page', async () => {
  const full = { ...storage, set: () => assert.fail('QuotaExceededError') };
  region.accessLife = 100;
  const client = await connected({ storage: full });
  await region.clock.advance(500_000);
  assert.equal(client.connection.name, 'online');
  assert.ok(asked('/api/auth/refresh').length >= 4);
});

test('broken entries in the storage are no login, and keep nobody from logging in', async () => {
  for (const broken of ['{"userId":', 'null', '[]', '{}', '7']) {
    storage.set('session', broken);
    const client = new MeridianClient(region.options({ deviceId: 'phone', storage }));
    assert.equal(await client.start(), false, broken);
  }
  storage.set('outbox/u-ann/phone/x', '{"clientMessageId":');
  const client = await connected();
  assert.deepEqual(client.unsent(), []);
});

test('one device too many is a state of its own, which ends when one is removed', async () => {
  region.mostDevices = 2;
  const phone = await connected();
  const other = (deviceId) => new MeridianClient(region.options({ deviceId, storage: memoryStorage() }));
  const tablet = other('tablet');
  await during(tablet.login('ann', 'secret'));
  const laptop = other('laptop');
  await during(laptop.login('ann', 'secret'));
  const { name, reason, retryAt, detail } = laptop.connection;
  assert.deepEqual([name, reason, detail], ['refused', 'devices', 'too many devices']);
  assert.ok(retryAt > region.clock.now());

  const { value: devices } = await during(laptop.devices());
  assert.deepEqual(devices.map(({ deviceId, current }) => [deviceId, current]).sort(), [['phone', false], ['tablet', false]]);
  await during(laptop.removeDevice('tablet'));
  assert.equal(laptop.connection.name, 'online');
  assert.equal(laptop.connection.reason, null);
  const { value: then } = await during(laptop.devices());
  assert.deepEqual(then.filter(({ current }) => current).map(({ deviceId }) => deviceId), ['laptop']);
  await assert.rejects(laptop.removeDevice('laptop'), { code: 'invalid' });
  assert.equal(phone.connection.name, 'online');
});

test('somebody who asks for it gets a connection from elsewhere back, but not before the time that the server asked for', async () => {
  const client = await connected();
  socket().end(4409);
  await region.clock.advance(100);
  assert.equal(client.connection.name, 'replaced');
  client.connectNow();
  await region.clock.advance(100);
  assert.equal(client.connection.name, 'online');
  socket().end(4429);
  await region.clock.advance(9_000);
  client.connectNow();
  await region.clock.advance(100);
  assert.equal(client.connection.name, 'waiting');
});

test('a time that the server names before it closes is waited for', async () => {
  const client = await connected();
  const hello = region.hello;
  region.hello = (refused) => refused.refuse({ code: 'rate_limited', detail: 'slowly', retryAfterMs: 45_000 }, 4429);
  socket().end(1006);
  await region.clock.advance(2_000);
  region.hello = hello;
  const { name, detail, retryAt } = client.connection;
  assert.deepEqual([name, detail], ['waiting', 'slowly']);
  assert.ok(retryAt - region.clock.now() > 42_000, `${retryAt - region.clock.now()}`);
});
