import { MeridianError } from './errors.js';

/** Of an event as JSON, as the server counts: it has to fit a frame with what goes around it. */
export const MOST_BYTES = 62 * 1024;
/**
 * Servers remember a send for 7 days at least. One that may have gone out before that could be taken once more; a day less, for
 * clocks that differ and what is on its way.
 */
const REMEMBERED_MS = 6 * 24 * 3_600_000;

export const UNCONFIRMED = {
  code: 'unconfirmed',
  detail: 'It waited for so long that it is not known whether it was sent before. Look for it before you try again.',
};

const encoder = new TextEncoder();

/**
 * @typedef {object} Send a message on its way
 * @property {string} clientMessageId
 * @property {string} conversationId
 * @property {string} messageType
 * @property {string} content
 * @property {'storing'|'queued'|'sending'|'sent'|'failed'} state
 * @property {?{code: string, detail: string}} error why it failed, or why it waits
 * @property {string} createdAt
 * @property {number} order sends of one conversation go out in it
 * @property {?number} sentAt when it may have gone out first; null when it surely has not
 */

/** Whether it went out before the page ended is not known: it may have, as soon as it was made. */
export function loaded({ failed = null, ...kept }, now) {
  const send = { ...kept, attempts: 1, sentAt: Date.parse(kept.createdAt) || 0, dueAt: 0 };
  const error = failed ?? (isForgotten(send, now) ? UNCONFIRMED : null);
  return { ...send, state: error ? 'failed' : 'queued', error };
}

export function isForgotten(send, now) {
  return send.sentAt !== null && now - send.sentAt > REMEMBERED_MS;
}

export function notStored(cause) {
  return new MeridianError('not_stored', 'This browser has no room left to keep the message until it is sent.', { cause });
}

/** The fields of a send that the server takes; the same ones every time. */
export function message(send) {
  const { conversationId, clientMessageId, messageType, content, replyTo, mentions, mediaIds } = send;
  return {
    conversationId,
    clientMessageId,
    messageType,
    content,
    ...(replyTo ? { replyTo } : {}),
    ...(mentions ? { mentions } : {}),
    ...(mediaIds ? { mediaIds } : {}),
  };
}

export function sizeOf(send) {
  return encoder.encode(JSON.stringify(message(send))).length;
}
