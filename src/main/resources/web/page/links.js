/** To the next blank, quote or character that nobody sees: what can be seen is where a link leads. */
const LINK = /\bhttps?:\/\/[^\s<>"“”„`\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/giu;
/** What a sentence puts behind an address. */
const BEHIND = new Set('.,;:!?\'’*_~…');
const BRACKETS = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
/** Longer ones are no addresses that somebody goes to. */
const MOST_LENGTH = 2_048;

/**
 * A text in pieces, of which some lead somewhere. Together they are the text.
 *
 * @returns {Array<{text: string, href?: string}>}
 */
export function partsOf(text) {
  const parts = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = found.length > MOST_LENGTH ? '' : withoutEnd(found);
    const href = hrefOf(address);
    if (href) {
      parts.push({ text: text.slice(from, index) }, { text: address, href });
      from = index + address.length;
    }
  }
  parts.push({ text: text.slice(from) });
  return parts.filter((part) => part.text !== '');
}

function withoutEnd(address) {
  let end = address.length;
  while (end > 0 && (BEHIND.has(address[end - 1]) || closesNothing(address.slice(0, end)))) {
    end--;
  }
  return address.slice(0, end);
}

/** `(see https://example.org/a_(b))`: the last bracket is the sentence's. */
function closesNothing(address) {
  const last = address[address.length - 1];
  const opening = BRACKETS.get(last);
  return opening !== undefined && count(address, last) > count(address, opening);
}

function count(text, character) {
  return text.split(character).length - 1;
}

/** A name before the host is there to deceive. */
function hrefOf(address) {
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url.href : null;
  } catch {
    return null;
  }
}
