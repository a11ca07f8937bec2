import { byId, say } from './dom.js';

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

/** Asks for people: for a new conversation, or for one that is there. */
export class PeopleDialog {
  #dialog = byId('people-dialog');
  #input = byId('people');
  #submit = byId('people-submit');
  #wanted = null;

  constructor() {
    this.#dialog.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#done();
    });
    byId('people-cancel').addEventListener('click', () => this.#dialog.close());
    this.#input.addEventListener('input', () => this.#shown());
  }

  /**
   * @param {{title: string, hint: string, submit: string, grouping: boolean}} words
   * @param {(usernames: string[], title: string) => Promise<void>} then what it throws is shown
   */
  ask(words, then) {
    this.#wanted = { ...words, then };
    byId('people-title').textContent = words.title;
    byId('people-hint').textContent = words.hint;
    this.#submit.textContent = words.submit;
    this.#submit.disabled = false;
    this.#input.value = '';
    byId('group-title').value = '';
    say(byId('people-error'), null);
    this.#shown();
    this.#dialog.showModal();
    this.#input.focus();
  }

  get #usernames() {
    return [...new Set(this.#input.value.toLowerCase().split(/[\s,;@]+/).filter(Boolean))];
  }

  #shown() {
    byId('group-title-field').hidden = !this.#wanted.grouping || this.#usernames.length < 2;
  }

  async #done() {
    if (this.#usernames.length === 0) {
      say(byId('people-error'), 'Whom do you want to write to?');
      return;
    }
    this.#submit.disabled = true;
    say(byId('people-error'), null);
    try {
      await this.#wanted.then(this.#usernames, byId('group-title').value.trim());
      this.#dialog.close();
    } catch (failure) {
      say(byId('people-error'), failure.detail ?? 'That did not work. Try again.');
    } finally {
      this.#submit.disabled = false;
    }
  }
}
