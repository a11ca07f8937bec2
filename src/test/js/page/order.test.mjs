import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange } from '../../../main/resources/web/page/order.js';

const ME = 'me';
const at = (day, hour = 12, minute = 0) => new Date(2026, 2, day, hour, minute).toISOString();
const said = (seq, senderId, serverTimestamp) => ({
  eventType: 'message_created',
  seq,
  senderId,
  clientMessageId: 'c' + seq,
  serverTimestamp,
});
const send = (id, createdAt, state = 'queued') => ({ clientMessageId: id, createdAt, state });
const rowsOf = (held, readUpTo = Infinity) => arrange({ events: [], sends: [], hasOlder: false, ...held }, ME, readUpTo, note);
const note = (event) => (event.eventType === 'member_added' ? 'somebody joined' : null);
const kinds = (rows) => rows.map(({ kind, key }) => (kind === 'message' ? key : kind));

test('a day begins where it changes', () => {
  const rows = rowsOf({ events: [said(1, 'a', at(1)), said(2, 'a', at(1)), said(3, 'a', at(2))] });
  assert.deepEqual(kinds(rows), ['day', 'message-ac1', 'message-ac2', 'day', 'message-ac3']);
});

test('what failed on an earlier day begins none, nor does what was written after it begin its own again', () => {
  const rows = rowsOf({
    events: [said(1, 'a', at(1)), said(2, 'a', at(3))],
    sends: [send('yesterday', at(2), 'failed'), send('today', at(3)), send('tomorrow', at(4))],
  });
  assert.deepEqual(kinds(rows), [
    'day',
    'message-ac1',
    'day',
    'message-ac2',
    'message-meyesterday',
    'message-metoday',
    'day',
    'message-metomorrow',
  ]);
});

test('no two rows have one key, also where clocks went back', () => {
  const rows = rowsOf({
    events: [said(1, 'a', at(2)), said(2, 'b', at(1)), said(3, 'a', at(2))],
    sends: [send('old', at(1), 'failed'), send('new', at(2))],
  });
  assert.equal(new Set(rows.map((row) => row.key)).size, rows.length);
  assert.equal(rows.filter((row) => row.kind === 'day').length, 3);
});

test('the new begins at the first message of somebody else that was not read', () => {
  const events = [said(1, 'a', at(1)), said(2, ME, at(1)), { eventType: 'member_added', seq: 3, senderId: 'a', serverTimestamp: at(1) }];
  const rows = rowsOf({ events: [...events, said(4, 'a', at(1)), said(5, 'a', at(1))] }, 1);
  assert.deepEqual(kinds(rows), ['day', 'message-ac1', 'message-mec2', 'note', 'new', 'message-ac4', 'message-ac5']);
});

test('where older messages may be new as well, nothing says where the new begins', () => {
  const events = [said(8, 'a', at(1)), said(9, 'a', at(1))];
  assert.equal(rowsOf({ events, hasOlder: true }, 5).some((row) => row.kind === 'new'), false);
  assert.equal(rowsOf({ events, hasOlder: false }, 5).some((row) => row.kind === 'new'), true);
  assert.equal(rowsOf({ events, hasOlder: true }, 8).some((row) => row.kind === 'new'), true);
});

test('groups are of one sender, of five minutes, and end at a note, a day and what failed', () => {
  const joined = { eventType: 'member_added', seq: 3, senderId: 'a', serverTimestamp: at(1) };
  const rows = rowsOf({
    events: [said(1, 'a', at(1)), said(2, 'a', at(1, 12, 4)), joined, said(4, 'a', at(1, 12, 5)), said(5, 'a', at(1, 12, 11))],
    sends: [send('x', at(1, 12, 12), 'failed'), send('y', at(1, 12, 12)), send('z', at(1, 12, 12))],
  });
  const groups = rows.filter((row) => row.kind === 'message').map(({ first, last }) => `${first ? '(' : ''}.${last ? ')' : ''}`);
  assert.deepEqual(groups, ['(.', '.)', '(.)', '(.)', '(.)', '(.', '.)']);
});

test('what says nothing is not shown', () => {
  assert.deepEqual(rowsOf({ events: [{ eventType: 'of_a_later_server', seq: 1, senderId: 'a', serverTimestamp: at(1) }] }), []);
});
