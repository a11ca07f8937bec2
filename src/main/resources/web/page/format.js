const HUES = 8;
const DAY_MS = 86_400_000;
/** One to three pictures and nothing else are shown large. */
const PICTURES = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0f|\u20e3|\s)+$/u;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortWeekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const graphemes = Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;

export function dateOf(at) {
  return date.format(new Date(at));
}

export function timeOf(at) {
  return clock.format(new Date(at));
}

export function fullTimeOf(at) {
  return full.format(new Date(at));
}

/** The beginning of the day, in the reader's own time. */
export function dayStart(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

function daysAgo(at) {
  return Math.round((dayStart(Date.now()) - dayStart(at)) / DAY_MS);
}

export function dayOf(at) {
  const ago = daysAgo(at);
  return ago <= 0 ? 'Today' : ago === 1 ? 'Yesterday' : ago < 7 ? weekday.format(new Date(at)) : date.format(new Date(at));
}

/** As short as a list has room for. */
export function whenOf(at) {
  if (!at) {
    return '';
  }
  const ago = daysAgo(at);
  const moment = new Date(at);
  return ago <= 0 ? clock.format(moment) : ago < 7 ? shortWeekday.format(moment) : shortDate.format(moment);
}

export function initialOf(name) {
  return ([...(name ?? '').trim()][0] ?? '?').toUpperCase();
}

/** The same for one id everywhere. */
export function hueOf(id) {
  let sum = 0;
  for (let i = 0; i < id.length; i++) {
    sum = (sum * 31 + id.charCodeAt(i)) % 9973;
  }
  return String(sum % HUES);
}

export function isPictures(text) {
  if (text.length > 40 || !PICTURES.test(text) || text.trim() === '') {
    return false;
  }
  return !graphemes || [...graphemes.segment(text.replace(/\s/g, ''))].length <= 3;
}

/** What became of a message that failed: of one, nobody knows. */
export function failedOf(error) {
  return error?.code === 'unconfirmed' ? 'Perhaps not sent' : 'Not sent';
}

/** What the server said of a failure, as a sentence. */
export function whyOf(failure, otherwise) {
  const text = failure?.detail?.trim();
  return text ? text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.') : otherwise;
}

/** What a message says in one line. */
export function lineOf(event) {
  return event.content?.replace(/\s+/g, ' ').slice(0, 200) || `(${event.messageType ?? 'message'})`;
}
