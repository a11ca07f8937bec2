import { byId, say } from './dom.js';

/** A connection that is back within this time was hardly gone. */
const PATIENCE_MS = 1_200;

/** Whether there is a connection, in words that stay calm. */
export class Status {
  #client;
  #since = null;
  #timer = null;
  #wasOnline = false;

  constructor(client) {
    this.#client = client;
    client.on('connection', () => this.render());
    client.on('send', () => this.render());
    window.addEventListener('offline', () => this.render());
    window.addEventListener('online', () => this.render());
  }

  render() {
    const { name, detail } = this.#client.connection;
    const online = name === 'online';
    this.#since = online ? null : (this.#since ?? Date.now());
    clearTimeout(this.#timer);
    const brief = this.#wasOnline && !online && navigator.onLine && Date.now() - this.#since < PATIENCE_MS;
    if (brief) {
      this.#timer = setTimeout(() => this.render(), PATIENCE_MS);
      return;
    }
    this.#wasOnline = online;
    const state = online ? 'online' : name === 'connecting' && navigator.onLine ? 'connecting' : 'offline';
    const waiting = this.#client.waiting;
    const words = { online: 'Online', connecting: 'Connecting…', offline: name === 'replaced' ? 'Connected elsewhere' : 'Offline' };
    const label = byId('connection');
    const text = words[state] + (!online && waiting > 0 ? ` · ${waiting} to send` : '');
    label.dataset.state = state;
    if (label.textContent !== text) {
      label.textContent = text;
    }
    say(byId('banner'), state === 'offline' ? this.#banner(detail, waiting) : null);
  }

  #banner(detail, waiting) {
    const what =
      waiting === 0 ? 'Messages you write now are' : waiting === 1 ? 'Your message is' : `Your ${waiting} messages are`;
    const why = detail && navigator.onLine ? ` (${detail})` : '';
    return `No connection${why}. ${what} kept and sent as soon as it is back.`;
  }
}
