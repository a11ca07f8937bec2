import { dayStart } from './format.js';

/** Messages of one sender that come within this time are one group. */
const GROUP_MS = 5 * 60_000;

/**
 * @typedef {object} Row what a thread shows, from top to bottom
 * @property {'day'|'new'|'note'|'message'} kind
 * @property {string} key no other row's, and the same for as long as it is this one
 * @property {string} [at] of a day
 * @property {string} [text] of a note
 * @property {object} [message] the event or the send, with `at`, `mine` and `state`
 * @property {boolean} [first] of its group
 * @property {boolean} [last] of its group
 */

/**
 * Puts days, the beginning of what is new, and groups between messages. Pure.
 *
 * @param {{events: object[], sends: object[], hasOlder: boolean}} held as the client module has it
 * @param {string} me the reader
 * @param {number} readUpTo the position behind which everything is new; Infinity: nothing is
 * @param {(event: object) => ?string} noteOf what an event other than a message says, null: nothing that is shown
 * @returns {Row[]}
 */
export function arrange({ events, sends, hasOlder }, me, readUpTo, noteOf) {
  const rows = [];
  let day = -Infinity;
  const add = (entry) => {
    const text = entry.eventType === 'message_created' ? null : noteOf(entry);
    if (entry.eventType !== 'message_created' && text === null) {
      return;
    }
    const key = text === null ? `message-${entry.senderId}${entry.clientMessageId}` : `seq-${entry.seq}`;
    const own = dayStart(entry.at);
    // What is not sent yet stands at the end, however long ago it was written: it begins no earlier day.
    if (entry.state === 'sent' ? own !== day : own > day) {
      day = own;
      // By what it stands before: the order is that of positions, and a day may come twice.
      rows.push({ kind: 'day', key: 'day-' + key, at: entry.at });
    }
    rows.push(text === null ? { kind: 'message', key, message: entry } : { kind: 'note', key, text, message: entry });
  };
  events.forEach((event) => add({ ...event, at: event.serverTimestamp, state: 'sent', mine: event.senderId === me }));
  sends.forEach((send) => add({ ...send, eventType: 'message_created', senderId: me, at: send.createdAt, mine: true }));
  markNew(rows, events, hasOlder, readUpTo);
  markGroups(rows);
  return rows;
}

/** Only where it is known that nothing older is new as well. */
function markNew(rows, events, hasOlder, readUpTo) {
  const at = rows.findIndex(({ kind, message }) => kind === 'message' && message.seq > readUpTo && !message.mine);
  if (at >= 0 && (!hasOlder || events[0].seq <= readUpTo)) {
    rows.splice(at, 0, { kind: 'new', key: 'new' });
  }
}

function markGroups(rows) {
  rows.forEach((row, index) => {
    if (row.kind === 'message') {
      row.first = !isGrouped(rows[index - 1], row);
      row.last = !isGrouped(row, rows[index + 1]);
    }
  });
}

function isGrouped(one, next) {
  return (
    one?.kind === 'message' &&
    next?.kind === 'message' &&
    one.message.senderId === next.message.senderId &&
    one.message.state !== 'failed' &&
    Math.abs(Date.parse(next.message.at) - Date.parse(one.message.at)) < GROUP_MS
  );
}
