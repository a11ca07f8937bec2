import { byId, say } from './dom.js';
import { whyOf } from './format.js';

/** @returns {Promise<boolean>} whether the user agrees */
export function confirm(title, text, yes) {
  const dialog = byId('confirm-dialog');
  byId('confirm-title').textContent = title;
  byId('confirm-text').textContent = text;
  byId('confirm-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener('close', () => done(dialog.returnValue === 'yes'), { once: true });
  });
}

/** What was asked concerns nobody any more. */
export function closeAll() {
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close('no'));
}

/** As people write them: ann, @bob; cat. */
export function usernamesOf(text) {
  return [...new Set(text.toLowerCase().split(/[\s,;@]+/).filter(Boolean))];
}

/** Asks with whom a conversation is to begin. */
export class NewConversation {
  #client;
  #onMade;
  #dialog = byId('people-dialog');
  #input = byId('people');
  #submit = byId('people-submit');
  /** Numbers what was asked: the answer to what was cancelled leads nowhere. */
  #asked = 0;

  constructor(client, onMade) {
    this.#client = client;
    this.#onMade = onMade;
    this.#dialog.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#make();
    });
    this.#dialog.addEventListener('close', () => this.#asked++);
    byId('people-cancel').addEventListener('click', () => this.#dialog.close());
    this.#input.addEventListener('input', () => this.#shown());
  }

  open() {
    this.#submit.disabled = false;
    this.#input.value = '';
    byId('new-title').value = '';
    say(byId('people-error'), null);
    this.#shown();
    this.#dialog.showModal();
    this.#input.focus();
  }

  #shown() {
    byId('new-title-field').hidden = usernamesOf(this.#input.value).length < 2;
  }

  async #make() {
    const usernames = usernamesOf(this.#input.value);
    const title = byId('new-title').value.trim();
    const asked = this.#asked;
    say(byId('people-error'), null);
    if (usernames.length === 0) {
      say(byId('people-error'), 'Whom do you want to write to?');
      return;
    }
    this.#submit.disabled = true;
    try {
      const [username] = usernames;
      const id = await (usernames.length === 1 ? this.#client.openDirect(username) : this.#client.createGroup(usernames, title));
      if (asked === this.#asked) {
        this.#dialog.close();
        this.#onMade(id);
      }
    } catch (failure) {
      if (asked === this.#asked) {
        say(byId('people-error'), whyOf(failure, 'That did not work. Try again.'));
        this.#submit.disabled = false;
      }
    }
  }
}
