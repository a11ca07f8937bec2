import { byId, say } from './dom.js';

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
      this.#keep();
      this.#fit();
    });
  }

  open(conversationId) {
    this.#id = conversationId;
    this.#draft.value = this.#kept() ?? '';
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
    this.#keep();
    this.#fit();
    try {
      const sent = this.#client.send(id, text);
      this.#onSent();
      await sent;
    } catch (failure) {
      // It was not taken, so it is still a draft.
      if (this.#id === id) {
        this.#draft.value = this.#draft.value ? `${text}\n${this.#draft.value}` : text;
        this.#keep();
        this.#fit();
        say(this.#error, failure.detail ?? 'This message cannot be sent.');
      }
    }
  }

  #fit() {
    byId('send').disabled = this.#draft.value.trim() === '';
    this.#draft.style.height = 'auto';
    const height = this.#draft.scrollHeight + 2;
    this.#draft.style.height = `${Math.min(height, 180)}px`;
    this.#draft.style.overflowY = height > 180 ? 'auto' : 'hidden';
  }

  get #key() {
    return `meridian/draft/${this.#client.user?.userId}/${this.#id}`;
  }

  #kept() {
    try {
      return localStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }

  #keep() {
    try {
      if (this.#draft.value) {
        localStorage.setItem(this.#key, this.#draft.value);
      } else {
        localStorage.removeItem(this.#key);
      }
    } catch {
      // A draft that cannot be kept is still a draft.
    }
  }
}
