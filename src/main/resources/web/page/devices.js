import { confirm } from './dialogs.js';
import { byId, el, reconcile, say } from './dom.js';
import { dateOf, whyOf } from './format.js';

const NAMES = new Map([
  ['web', 'Browser'],
  ['ios', 'iPhone or iPad'],
  ['android', 'Android'],
]);

/** What the user is logged in on; where that are too many, one has to go before this one connects. */
export class DevicesDialog {
  #client;
  #dialog = byId('devices-dialog');
  #error = byId('devices-error');
  #devices = [];
  /** Numbers readings: the last one counts. */
  #reading = 0;

  constructor(client) {
    this.#client = client;
    byId('devices-close').addEventListener('click', () => this.#dialog.close());
    client.on('connection', () => this.#dialog.open && this.#render());
  }

  open() {
    this.#devices = [];
    say(this.#error, null);
    this.#read();
    if (!this.#dialog.open) {
      this.#dialog.showModal();
    }
  }

  async #read() {
    const reading = ++this.#reading;
    say(byId('devices-loading'), 'Loading…');
    this.#render();
    try {
      const devices = await this.#client.devices();
      if (reading === this.#reading) {
        this.#devices = devices;
      }
    } catch (failure) {
      say(this.#error, whyOf(failure, 'The devices cannot be loaded now.'));
    }
    if (reading === this.#reading) {
      say(byId('devices-loading'), null);
      this.#render();
    }
  }

  #render() {
    byId('devices-refused').hidden = this.#client.connection.name !== 'refused';
    reconcile(
      byId('devices'),
      this.#devices.map((device) => this.#item(device)),
    );
  }

  #item({ deviceId, platform, registeredAt, current }) {
    const name = NAMES.get(platform) ?? (platform || 'Device');
    const about = registeredAt ? `since ${dateOf(registeredAt)}` : '';
    const make = () =>
      el(
        'li',
        { class: 'person', dataset: { id: deviceId } },
        el(
          'span',
          { class: 'person-text' },
          el('span', { class: 'person-name' }, name),
          el('span', { class: 'person-about', title: deviceId }, about),
        ),
        current
          ? el('span', { class: 'role' }, 'This one')
          : el(
              'button',
              { type: 'button', class: 'quiet', 'aria-label': `Remove ${name} ${about}`, onclick: () => this.#remove(deviceId) },
              'Remove',
            ),
      );
    return { key: deviceId, look: JSON.stringify([platform, registeredAt, current]), make };
  }

  async #remove(deviceId) {
    const text = 'Whoever uses it is logged out there. If it is another tab of this browser, you are logged out here, too.';
    if (!(await confirm('Remove this device?', text, 'Remove'))) {
      return;
    }
    say(this.#error, null);
    try {
      await this.#client.removeDevice(deviceId);
    } catch (failure) {
      say(this.#error, whyOf(failure, 'This device cannot be removed now.'));
    }
    if (this.#dialog.open) {
      await this.#read();
      // The button that was pressed is gone.
      this.#dialog.focus();
    }
  }
}
