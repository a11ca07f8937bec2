import { byId, say } from './dom.js';
import { whyOf } from './format.js';
import { wrong } from './notice.js';

/** A draft outlives the page, for each conversation. */
export class Composer {
  #client;
  #onSent;
  #id = null;
  #form = byId('composer');
  #draft = byId('draft');
  #error = byId('composer-error');

  constructor(client, onSent) {
    this.#client = client;
    this.#onSent = onSent;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#draft.addEventListener('keydown', (event) => {
      // Enter also ends what an input method composes.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
        event.preventDefault();
        this.#send();
      }
    });
    this.#draft.addEventListener('input', () => {
      say(this.#error, null);
      this.#keep(this.#id, this.#draft.value);
      this.#fit();
    });
  }

  open(conversationId) {
    this.#id = conversationId;
    this.#draft.value = this.#kept(conversationId);
    say(this.#error, null);
    this.#fit();
  }

  /** Not where that brings up a keyboard over half of what is to be read. */
  focus() {
    if (matchMedia('(hover: hover)').matches) {
      this.#draft.focus();
    }
  }

  async #send() {
    const text = this.#draft.value.trim();
    const id = this.#id;
    if (text === '' || !id) {
      return;
    }
    this.#draft.value = '';
    this.#keep(id, '');
    this.#fit();
    try {
      const sent = this.#client.send(id, text);
      this.#onSent();
      await sent;
    } catch (failure) {
      this.#giveBack(id, text, whyOf(failure, 'This message cannot be sent.'));
    }
  }

  /** It was not taken, so it is still a draft, also of a conversation that is not open any more. */
  #giveBack(id, text, why) {
    const before = id === this.#id ? this.#draft.value : this.#kept(id);
    const draft = before ? `${text}\n${before}` : text;
    this.#keep(id, draft);
    if (id === this.#id) {
      this.#draft.value = draft;
      this.#fit();
      say(this.#error, why);
    } else {
      wrong(why);
    }
  }

  #fit() {
    byId('send').disabled = this.#draft.value.trim() === '';
    this.#draft.style.height = 'auto';
    const height = this.#draft.scrollHeight + 2;
    this.#draft.style.height = `${Math.min(height, 180)}px`;
    this.#draft.style.overflowY = height > 180 ? 'auto' : 'hidden';
  }

  #key(id) {
    return `meridian/draft/${this.#client.user?.userId}/${id}`;
  }

  #kept(id) {
    try {
      return localStorage.getItem(this.#key(id)) ?? '';
    } catch {
      return '';
    }
  }

  #keep(id, draft) {
    try {
      if (draft) {
        localStorage.setItem(this.#key(id), draft);
      } else {
        localStorage.removeItem(this.#key(id));
      }
    } catch {
      // A draft that cannot be kept is still a draft.
    }
  }
}
