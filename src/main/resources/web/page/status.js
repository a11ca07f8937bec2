import { byId, say } from './dom.js';

/** A connection that is back within this time was hardly gone. */
const PATIENCE_MS = 1_200;

const LABELS = new Map([
  ['replaced', 'Connected elsewhere'],
  ['refused', 'Not connected'],
]);

/** Whether there is a connection, in words that stay calm, and what one can do about it. */
export class Status {
  #client;
  #onDevices;
  #since = null;
  #timer = null;
  #wasOnline = false;
  /** From the first failure to the next connection: attempts in between do not make the page jump. */
  #failing = false;

  constructor(client, onDevices) {
    this.#client = client;
    this.#onDevices = onDevices;
    client.on('connection', () => this.render());
    client.on('send', () => this.render());
    window.addEventListener('offline', () => this.render());
    window.addEventListener('online', () => this.render());
    byId('connect').addEventListener('click', () => this.#act());
  }

  render() {
    const { name } = this.#client.connection;
    const online = name === 'online';
    this.#since = online ? null : (this.#since ?? Date.now());
    clearTimeout(this.#timer);
    const brief = this.#wasOnline && !online && navigator.onLine && Date.now() - this.#since < PATIENCE_MS;
    if (brief) {
      this.#timer = setTimeout(() => this.render(), PATIENCE_MS);
      return;
    }
    this.#wasOnline = online;
    // A server on this machine needs no network: there is a connection for as long as the client has one.
    const state = online ? 'online' : name === 'connecting' && navigator.onLine ? 'connecting' : 'offline';
    this.#failing = state === 'offline' || (state === 'connecting' && this.#failing);
    this.#label(state, name);
    this.#banner();
  }

  #label(state, name) {
    const words = { online: 'Online', connecting: 'Connecting…', offline: LABELS.get(name) ?? 'Offline' };
    const waiting = this.#client.waiting;
    const text = words[state] + (state !== 'online' && waiting > 0 ? ` · ${waiting} to send` : '');
    const label = byId('connection');
    label.dataset.state = state;
    if (label.textContent !== text) {
      label.textContent = text;
    }
  }

  #banner() {
    byId('banner').hidden = !this.#failing;
    const { text, action } = this.#failing ? this.#words() : { text: '', action: '' };
    if (byId('banner-text').textContent !== text) {
      byId('banner-text').textContent = text;
    }
    say(byId('connect'), action);
  }

  #words() {
    const { name, detail } = this.#client.connection;
    const waiting = this.#client.waiting;
    const what =
      waiting === 0 ? 'Messages you write now are' : waiting === 1 ? 'Your message is' : `Your ${waiting} messages are`;
    const kept = `${what} kept and sent as soon as it is back.`;
    if (name === 'replaced') {
      return { text: `You are connected elsewhere as this device. ${kept}`, action: 'Connect here' };
    }
    if (name === 'refused') {
      return { text: 'Your account has as many devices as it may have. Remove one, and this one is connected.', action: 'Devices…' };
    }
    const why = detail && navigator.onLine ? ` (${detail})` : '';
    return { text: `No connection${why}. ${kept}`, action: 'Try now' };
  }

  #act() {
    if (this.#client.connection.name === 'refused') {
      this.#onDevices();
    } else {
      this.#client.connectNow();
    }
  }
}
