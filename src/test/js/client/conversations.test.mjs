import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Conversations } from '../../../main/resources/web/client/conversations.js';
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
const contents = (client, id) => client.messages(id).events.map((event) => event.content).filter(Boolean);
const views = (id) => region.requests.filter((request) => request.path === '/api/conversations/' + id);

async function look(client, id) {
  const opened = client.open(id);
  await region.clock.advance(2_000);
  await opened;
}

/** A large one: what is said in it is announced, and fetched by whoever looks. */
function sayFar(id, text) {
  const conversation = region.conversations.get(id);
  const { members } = conversation;
  conversation.members = [];
  const event = region.say(id, 'u-bob', text);
  conversation.members = members;
  socket().say({ eventType: 'conversation_behind', conversationId: id, lastSeq: event.seq, lastOrdinal: event.ordinal });
  return event;
}

const event = (seq, prevSeq, ordinal, more = {}) => ({
  eventType: 'message_created',
  conversationId: 'c',
  seq,
  prevSeq,
  ordinal,
  senderId: 'u-bob',
  ...more,
});

function held(...events) {
  const conversations = new Conversations();
  conversations.userId = 'u-ann';
  for (const each of events) {
    conversations.of('c').timeline.add(each);
    conversations.happened(each);
  }
  return conversations;
}

test('a read across a gap says nothing of what is not held: the server is asked', () => {
  const conversations = held(event(10, 0, 1), event(50, 40, 6));
  const known = conversations.of('c');
  assert.equal(conversations.readUpTo(known, 40), false);
  assert.equal(conversations.unread(known), 6, 'and nothing is guessed meanwhile');
  assert.equal(conversations.readUpTo(known, 10), true);
  assert.equal(conversations.unread(known), 5);
});

test('an event that was read elsewhere before it came does not count', () => {
  const conversations = held(event(10, 0, 1));
  const known = conversations.of('c');
  // Everything that is known here, and what is still on its way.
  assert.equal(conversations.readUpTo(known, 30), true);
  for (const late of [event(20, 10, 2), event(30, 20, 3), event(40, 30, 4)]) {
    known.timeline.add(late);
    conversations.happened(late);
  }
  assert.equal(conversations.unread(known), 1);
});

test('a list that shows ten members says nothing new where all are known', () => {
  const conversations = new Conversations();
  const member = (index) => ({ userId: 'u-' + index, username: 'n' + index, role: 'member' });
  const view = (count, membersCursor) => ({
    conversationId: 'c',
    type: 'group',
    members: Array.from({ length: count }, (_, index) => member(index)),
    membersCursor,
    lastSeq: 5,
    lastOrdinal: 1,
    readSeq: 0,
    unreadCount: 1,
  });
  const known = conversations.shown(view(10, 'more'));
  assert.equal(known.moreMembers, true);
  conversations.shown(view(30, null));
  conversations.shown(view(10, 'more'));
  assert.deepEqual([known.members.length, known.moreMembers], [30, false]);
  conversations.shown(view(8, null));
  assert.deepEqual([known.members.length, known.moreMembers], [8, false]);
});

test('unread counts are the server’s after reads elsewhere, whatever was missed', async () => {
  region.group('c', 'u-ann', 'u-bob');
  for (let i = 0; i < 20; i++) {
    region.say('c', 'u-bob', `${i}`);
  }
  const client = await connected();
  assert.equal(client.conversation('c').unreadCount, 20);
  const read = region.conversations.get('c').events[15];
  region.readSeqOf = () => read.seq;
  socket().say({ eventType: 'receipt_updated', conversationId: 'c', userId: 'u-ann', readSeq: read.seq });
  await region.clock.advance(500);
  assert.equal(client.conversation('c').unreadCount, 20 - read.ordinal);
});

test('the newest of an open conversation is there also when its inbox repeats what came before', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  await look(client, 'c');
  const old = region.say('c', 'u-bob', 'old');
  await client.send('c', 'own');
  await region.clock.advance(500);
  // A new page of this device: the list names the newest, the inbox has the old one once more, but never the own one.
  await client.stop();
  region.redeliver('u-ann', 'phone', old);
  const again = new MeridianClient(region.options({ deviceId: 'phone', storage }));
  const started = again.start();
  await region.clock.advance(500);
  await started;
  await look(again, 'c');
  assert.deepEqual(contents(again, 'c'), ['old', 'own']);

  await again.stop();
  const open = new MeridianClient(region.options({ deviceId: 'phone', storage }));
  open.start();
  await region.clock.advance(500);
  const shown = open.open('c');
  region.redeliver('u-ann', 'phone', old);
  await region.clock.advance(2_000);
  await shown;
  assert.deepEqual(contents(open, 'c'), ['old', 'own']);
});

test('a large conversation moves up and shows its newest, asked for once in a while', async () => {
  region.group('c', 'u-ann', 'u-bob');
  region.group('d', 'u-ann', 'u-bob');
  const client = await connected();
  region.say('d', 'u-bob', 'here');
  await region.clock.advance(1_000);
  assert.equal(client.conversations()[0].conversationId, 'd');
  const before = views('c').length;
  for (let i = 1; i <= 50; i++) {
    sayFar('c', `far ${i}`);
    await region.clock.advance(100);
  }
  await region.clock.advance(5_000);
  assert.equal(client.conversations()[0].conversationId, 'c');
  assert.equal(client.conversation('c').lastEvent.content, 'far 50');
  assert.equal(client.conversation('c').unreadCount, 50);
  const asked = views('c').length - before;
  assert.ok(asked >= 1 && asked <= 5, `${asked}`);
  assert.deepEqual(contents(client, 'c'), []);
});

test('a conversation that one was added to appears, also when the server could not say at first what it is', async () => {
  region.group('c', 'u-bob', 'u-cat');
  region.group('d', 'u-ann', 'u-bob');
  const client = await connected();
  region.failHttp = (_, path) => (path === '/api/conversations/c' ? 503 : null);
  region.add('c', 'u-ann');
  await region.clock.advance(20_000);
  assert.equal(client.conversation('c').type, null);
  region.failHttp = () => null;
  await region.clock.advance(40_000);
  assert.deepEqual(client.conversations().map((each) => each.conversationId).sort(), ['c', 'd']);
  assert.ok(views('c').length < 15, 'with backoff');
});

test('a conversation that one has left stays in sight while something in it is unsent, also after a reload', async () => {
  region.group('c', 'u-ann', 'u-bob');
  const client = await connected();
  region.remove('c', 'u-ann');
  await client.send('c', 'too late');
  await region.clock.advance(500);
  assert.equal(client.unsent('c')[0].state, 'failed');
  assert.deepEqual(client.conversations().map((each) => [each.conversationId, each.left]), [['c', true]]);

  await client.stop();
  const again = new MeridianClient(region.options({ deviceId: 'phone', storage }));
  again.start();
  await region.clock.advance(1_000);
  const [row] = again.conversations();
  assert.deepEqual([row?.conversationId, row?.left], ['c', true]);
  await again.discard(again.unsent('c')[0].clientMessageId);
  assert.deepEqual(again.conversations(), []);
});

test('what is kept of a conversation has a bound, open or not', async () => {
  region.group('c', 'u-ann', 'u-bob');
  region.group('d', 'u-ann', 'u-bob');
  const client = await connected();
  await look(client, 'c');
  const most = { c: 0, d: 0 };
  for (let i = 0; i < 1_500; i++) {
    region.say('c', 'u-bob', `${i}`);
    region.say('d', 'u-bob', `${i}`);
    if (i % 100 === 99) {
      await region.clock.advance(200);
      client.markRead('c');
      for (const id of ['c', 'd']) {
        most[id] = Math.max(most[id], client.messages(id).events.length);
      }
    }
  }
  assert.ok(most.c >= 500 && most.c <= 1_000, `${most.c} in sight`);
  assert.ok(most.d >= 100 && most.d <= 200, `${most.d} out of sight`);
  assert.deepEqual(contents(client, 'd').slice(-1), ['1499']);
  client.close('c');
  assert.ok(client.messages('c').events.length <= 200);
});
