import { byId, say } from './dom.js';

/** Time to read a sentence twice. */
const SHOWN_MS = 8_000;

let timer = null;

/** Something did not work: shown for a while, to everybody. */
export function wrong(text) {
  clearTimeout(timer);
  say(byId('notice'), text);
  timer = setTimeout(() => say(byId('notice'), null), SHOWN_MS);
}

/** Said to those who do not see it. */
export function announce(text) {
  byId('announce').textContent = text;
}
