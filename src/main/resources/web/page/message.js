import { el, icon } from './dom.js';
import { failedOf, fullTimeOf, hueOf, initialOf, isPictures, timeOf, whyOf } from './format.js';
import { partsOf } from './links.js';

const CHECK = 'm5 12.5 4.5 4.5L19 7.5';
const CLOCK = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5V12l3 2';
const WARNING = 'M12 9v5m0 3v.1M12 3 2.5 20h19L12 3Z';

/** Why a message will not be sent, for those who wrote it. */
const REASONS = new Map([
  ['not_a_member', 'You are no longer a member.'],
  ['forbidden', 'You may not write here.'],
  ['blocked', 'This person does not take messages from you.'],
  ['not_found', 'This conversation is not there any more.'],
  ['too_large', 'It is too long: split it.'],
]);

/**
 * A message as it is drawn, for `reconcile`.
 *
 * @param {import('./order.js').Row} row
 * @param {{name: string, named: boolean, online: boolean}} around whose it is, whether that is written above it, whether
 *   there is a connection
 * @param {{retry: (id: string) => void, discard: (id: string) => void}} actions
 */
export function drawn({ key, message, first, last }, { name, named, online }, actions) {
  const classes = ['message', message.mine && 'mine', first && 'first', last && 'last', message.state].filter(Boolean).join(' ');
  const about = aboutOf(message, online);
  const look = JSON.stringify([classes, name, named, about, message.at, message.content]);
  const make = () =>
    el(
      'li',
      // Touched, it has the focus and tells its time.
      { class: classes, tabindex: '-1', dataset: { id: message.clientMessageId, state: message.state } },
      message.mine ? null : last ? face(message.senderId, name) : el('span'),
      el(
        'div',
        { class: 'body' },
        named && first ? el('span', { class: 'who', dir: 'auto' }, name) : el('span', { class: 'visually-hidden' }, `${name}: `),
        bubble(message),
        meta(message, about, actions),
      ),
    );
  return { key, look, make };
}

/** What there is to say of a message that is not sent, and to do about it. */
function aboutOf({ state, error, attempts }, online) {
  if (state === 'sent') {
    return null;
  }
  if (state === 'failed') {
    return { text: `${failedOf(error)}. ${reasonOf(error)}`, actions: ['retry', 'discard'] };
  }
  // One that may have gone out cannot be taken back.
  const actions = state === 'queued' && attempts === 0 ? ['cancel'] : [];
  if (state === 'queued' && !online) {
    return { text: 'Waiting for a connection', actions };
  }
  return { text: state === 'queued' && error ? 'Waiting to be sent again' : 'Sending…', actions };
}

function face(userId, name) {
  return el('span', { class: 'avatar small', 'aria-hidden': 'true', dataset: { hue: hueOf(userId) } }, initialOf(name));
}

function bubble(message) {
  const text = message.content || `(${message.messageType}, which this page cannot show)`;
  const parts = partsOf(text).map((part) =>
    part.href ? el('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer' }, part.text) : part.text,
  );
  return el('div', { class: isPictures(text) ? 'bubble emoji' : 'bubble', dir: 'auto' }, ...parts);
}

function meta(message, about, { retry, discard }) {
  if (about === null) {
    return el(
      'div',
      { class: 'meta' },
      el('time', { datetime: message.at, title: fullTimeOf(message.at) }, timeOf(message.at)),
      message.mine ? icon(CHECK) : null,
      message.mine ? el('span', { class: 'visually-hidden' }, 'Sent') : null,
    );
  }
  const id = message.clientMessageId;
  const buttons = {
    retry: () => button('Try again', () => retry(id)),
    discard: () => button('Discard', () => discard(id)),
    cancel: () => button('Cancel', () => discard(id)),
  };
  return el(
    'div',
    { class: 'meta told' },
    icon(message.state === 'failed' ? WARNING : CLOCK),
    about.text,
    ...about.actions.map((action) => buttons[action]()),
  );
}

function button(text, onclick) {
  return el('button', { type: 'button', onclick }, text);
}

function reasonOf(error) {
  return REASONS.get(error?.code) ?? whyOf(error, '');
}
