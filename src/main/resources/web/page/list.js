import { byId, el, oncePerFrame, reconcile, say } from './dom.js';
import { failedOf, hueOf, initialOf, lineOf, whenOf } from './format.js';

/** The conversations: one element that has the focus, arrows that move in it. */
export class List {
  #client;
  #names;
  #onOpen;
  #isRead;
  #list = byId('list');
  #opened = null;
  #active = null;
  #pressed = null;
  render = oncePerFrame(() => this.#render());

  /** @param {(conversationId: string) => boolean} isRead whatever comes is seen at once: it does not count as unread first */
  constructor(client, names, onOpen, isRead) {
    this.#client = client;
    this.#names = names;
    this.#onOpen = onOpen;
    this.#isRead = isRead;
    this.#list.addEventListener('keydown', (event) => this.#key(event));
    this.#list.addEventListener('click', (event) => {
      const row = event.target.closest('.row');
      if (row) {
        this.#onOpen(row.dataset.id);
      }
    });
    this.#list.addEventListener('pointerdown', (event) => (this.#pressed = event.target.closest('.row')?.dataset.id));
    this.#list.addEventListener('pointerup', (event) => {
      // A row that was built anew since it was pressed is another element, and gets no click from a mouse.
      const id = event.target.closest('.row')?.dataset.id;
      if (event.pointerType === 'mouse' && event.button === 0 && id && id === this.#pressed) {
        this.#onOpen(id);
      }
    });
    this.#list.addEventListener('focus', () => {
      this.#active ??= this.#opened ?? this.#client.conversations()[0]?.conversationId ?? null;
      this.render();
    });
  }

  opened(conversationId) {
    this.#opened = conversationId;
    this.#active = conversationId ?? this.#active;
    this.render();
  }

  focus() {
    this.#list.focus();
  }

  #key(event) {
    const ids = this.#client.conversations().map((each) => each.conversationId);
    const at = ids.indexOf(this.#active);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: ids.length - 1 };
    if (event.key in moves) {
      this.#active = ids[Math.min(Math.max(moves[event.key], 0), ids.length - 1)] ?? null;
      this.#render();
      this.#list.querySelector('.row.active')?.scrollIntoView({ block: 'nearest' });
    } else if ((event.key === 'Enter' || event.key === ' ') && at >= 0) {
      this.#onOpen(this.#active);
    } else {
      return;
    }
    event.preventDefault();
  }

  #render() {
    const conversations = this.#client.conversations();
    const unread = conversations.reduce((sum, each) => sum + each.unreadCount, 0);
    document.title = (unread > 0 ? `(${unread}) ` : '') + 'Meridian';
    byId('list-empty').hidden = conversations.length > 0 || !this.#client.listed;
    say(byId('list-state'), conversations.length > 0 || this.#client.listed ? null : this.#state());
    this.#list.hidden = conversations.length === 0;
    reconcile(
      this.#list,
      conversations.map((conversation) => this.#item(conversation)),
    );
    for (const [id, { node }] of this.#list.built) {
      // No row is built anew for it: it changes while one is pressed.
      node.classList.toggle('active', id === this.#active);
    }
    const active = conversations.some((each) => each.conversationId === this.#active);
    if (active) {
      this.#list.setAttribute('aria-activedescendant', 'row-' + this.#active);
    } else {
      this.#list.removeAttribute('aria-activedescendant');
    }
  }

  /** Why there is nothing yet. */
  #state() {
    const { name } = this.#client.connection;
    const isUnderWay = name === 'connecting' || name === 'online';
    return isUnderWay ? 'Loading conversations…' : 'Your conversations are shown as soon as there is a connection.';
  }

  #item(conversation) {
    const id = conversation.conversationId;
    const name = this.#names.conversation(conversation);
    const last = this.#last(conversation);
    const when = whenOf(conversation.at);
    const hue = hueOf(this.#names.face(conversation));
    const chosen = id === this.#opened;
    const unread = this.#isRead(id) ? 0 : conversation.unreadCount;
    const classes = unread > 0 ? 'row unread' : 'row';
    const make = () =>
      el(
        'li',
        { id: 'row-' + id, class: classes, role: 'option', 'aria-selected': String(chosen), dataset: { id } },
        el('span', { class: 'avatar', 'aria-hidden': 'true', dataset: { hue } }, initialOf(name)),
        el(
          'span',
          { class: 'row-text' },
          el(
            'span',
            { class: 'row-line' },
            el('span', { class: 'row-name', dir: 'auto' }, name),
            el('span', { class: 'row-time' }, when),
          ),
          el(
            'span',
            { class: 'row-line' },
            el('span', { class: 'row-last', dir: 'auto' }, el('span', { class: last.failed ? 'failed' : null }, last.text)),
            unread > 0 ? el('span', { class: 'badge', 'aria-label': `${unread} unread` }, unread > 99 ? '99+' : `${unread}`) : null,
          ),
        ),
      );
    return { key: id, look: JSON.stringify([name, hue, last, when, chosen, unread, classes]), make };
  }

  /** What is on its way comes last, in everybody's list but the own. */
  #last(conversation) {
    const sends = this.#client.unsent(conversation.conversationId);
    const send = sends[sends.length - 1];
    if (send) {
      const failed = send.state === 'failed';
      return { text: `${failed ? failedOf(send.error) : 'Sending'}: ${lineOf(send)}`, failed };
    }
    const event = conversation.lastEvent;
    if (!event) {
      return { text: '', failed: false };
    }
    if (event.eventType !== 'message_created') {
      return { text: this.#names.note(event) ?? '', failed: false };
    }
    const mine = event.senderId === this.#client.user?.userId;
    const from = mine ? 'You: ' : conversation.type === 'direct' ? '' : this.#names.of(event.senderId) + ': ';
    return { text: from + lineOf(event), failed: false };
  }
}
