import { byId, say } from './dom.js';
import { whyOf } from './format.js';

/** Logging in, and making an account. */
export class SignIn {
  #client;
  #onDone;
  #registering = false;
  #root = byId('sign-in');
  #form = this.#root.querySelector('form');

  constructor(client, onDone) {
    this.#client = client;
    this.#onDone = onDone;
    byId('choose-login').addEventListener('click', () => this.#choose(false));
    byId('choose-register').addEventListener('click', () => this.#choose(true));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  show(notice) {
    this.#root.hidden = false;
    document.title = 'Meridian';
    say(byId('sign-in-notice'), notice);
    byId('username').focus();
  }

  hide() {
    this.#root.hidden = true;
    byId('password').value = '';
  }

  #choose(registering) {
    this.#registering = registering;
    byId('choose-login').setAttribute('aria-pressed', String(!registering));
    byId('choose-register').setAttribute('aria-pressed', String(registering));
    byId('display-name-field').hidden = !registering;
    byId('password').autocomplete = registering ? 'new-password' : 'current-password';
    byId('sign-in-submit').textContent = registering ? 'Create account' : 'Log in';
    this.#tell({});
  }

  async #submit() {
    const username = byId('username').value.trim();
    const password = byId('password').value;
    const missing = {
      ...(username ? {} : { username: 'Choose a username.' }),
      ...(password ? {} : { password: 'A password is needed.' }),
    };
    this.#tell(missing);
    if (Object.keys(missing).length > 0) {
      return;
    }
    const submit = byId('sign-in-submit');
    submit.disabled = true;
    try {
      if (this.#registering) {
        await this.#client.register(username, password, byId('display-name').value.trim());
      } else {
        await this.#client.login(username, password);
      }
      this.#onDone();
    } catch (failure) {
      this.#refused(failure);
    } finally {
      submit.disabled = false;
    }
  }

  #refused(failure) {
    if (failure.code === 'conflict') {
      this.#tell({ username: 'This username is taken.' });
    } else if (failure.code === 'unauthenticated') {
      this.#tell({}, 'Username or password is wrong.');
    } else if (failure.code === 'invalid' && Object.keys(failure.fields).length > 0) {
      this.#tell(failure.fields);
    } else {
      this.#tell({}, whyOf(failure, 'That did not work. Try again.'));
    }
  }

  #tell(fields, error) {
    for (const name of ['username', 'displayName', 'password']) {
      const input = byId(name === 'displayName' ? 'display-name' : name);
      input.setAttribute('aria-invalid', String(Boolean(fields[name])));
      say(byId(name + '-error'), fields[name] ? fields[name].charAt(0).toUpperCase() + fields[name].slice(1) : null);
    }
    say(byId('sign-in-error'), error);
    const wrong = this.#form.querySelector('[aria-invalid="true"]');
    wrong?.focus();
  }
}
