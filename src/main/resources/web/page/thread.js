import { byId, el, icon, oncePerFrame, reconcile, say } from './dom.js';
import { dayKey, dayOf, fullTimeOf, hueOf, initialOf, isPictures, timeOf } from './format.js';

/** Messages of one sender that come within this time are one group. */
const GROUP_MS = 5 * 60_000;
/** As good as at the end. */
const NEAR_END_PX = 80;
/** Older messages are fetched before their place comes in sight. */
const NEAR_START_PX = 400;
const RETRY_OLDER_MS = 3_000;

const CHECK = 'm5 12.5 4.5 4.5L19 7.5';
const CLOCK = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5V12l3 2';
const WARNING = 'M12 9v5m0 3v.1M12 3 2.5 20h19L12 3Z';

/** Why a message will not be sent, for those who wrote it. */
const REASONS = new Map([
  ['not_a_member', 'You are no longer a member.'],
  ['forbidden', 'You may not write here.'],
  ['blocked', 'This person does not take messages from you.'],
  ['not_found', 'This conversation is not there any more.'],
  ['too_large', 'It is too long: split it.'],
]);

/** The open conversation: its messages, and the place one reads at. */
export class Thread {
  #client;
  #names;
  #id = null;
  #readAtOpening = 0;
  #atEnd = true;
  #seen = 0;
  #scroller = byId('scroller');
  #messages = byId('messages');
  #older = byId('older');
  #toNewest = byId('to-newest');
  #loading = false;
  #loadingFailed = false;
  render = oncePerFrame(() => this.#render());

  constructor(client, names) {
    this.#client = client;
    this.#names = names;
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#toNewest.addEventListener('click', () => {
      this.toEnd();
      byId('draft').focus();
    });
    // A keyboard that comes up, a composer that grows: the end stays in sight.
    new ResizeObserver(() => this.#atEnd && this.#jump()).observe(this.#scroller);
    document.addEventListener('visibilitychange', () => this.render());
    window.addEventListener('focus', () => this.render());
  }

  get id() {
    return this.#id;
  }

  open(conversationId) {
    this.close();
    this.#id = conversationId;
    const conversation = this.#client.conversation(conversationId);
    this.#readAtOpening = conversation && conversation.unreadCount > 0 ? conversation.readSeq : Infinity;
    this.#atEnd = true;
    this.#loadingFailed = false;
    this.#messages.replaceChildren();
    this.#messages.built = null;
    byId('thread').hidden = false;
    byId('nothing-open').hidden = true;
    this.#fill(() => this.#client.open(conversationId));
    this.#render();
  }

  close() {
    if (this.#id) {
      this.#client.close(this.#id);
    }
    this.#id = null;
    byId('thread').hidden = true;
    byId('nothing-open').hidden = false;
  }

  toEnd() {
    this.#atEnd = true;
    this.#jump();
    this.render();
  }

  async #fill(load) {
    const id = this.#id;
    this.#loading = true;
    this.#loadingFailed = false;
    try {
      await load();
    } catch {
      this.#loadingFailed = true;
      setTimeout(() => this.#id === id && this.#loadingFailed && this.#scrolled(), RETRY_OLDER_MS);
    }
    this.#loading = false;
    if (this.#id === id) {
      this.#render();
      if (!this.#loadingFailed) {
        // Still at the start, or the screen is not full.
        this.#scrolled();
      }
    }
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#id && clientHeight > 0 && scrollTop < NEAR_START_PX && !this.#loading && this.#client.messages(this.#id).hasOlder) {
      this.#fill(() => this.#client.loadOlder(this.#id));
    }
    this.render();
  }

  #render() {
    const conversation = this.#id && this.#client.conversation(this.#id);
    if (!conversation) {
      return;
    }
    this.#head(conversation);
    const { events, sends, hasOlder } = this.#client.messages(this.#id);
    const keep = this.#anchor();
    say(this.#older, this.#olderText(hasOlder, events.length));
    reconcile(this.#messages, this.#items(conversation, events, sends));
    if (this.#atEnd) {
      this.#jump();
    } else {
      keep();
    }
    const newest = events[events.length - 1]?.seq ?? 0;
    if (this.#atEnd && document.visibilityState === 'visible' && document.hasFocus()) {
      this.#client.markRead(this.#id);
      this.#seen = newest;
    }
    this.#toNewest.hidden = this.#atEnd;
    const below = events.filter((event) => event.seq > this.#seen && event.eventType === 'message_created').length;
    byId('to-newest-text').textContent = below > 0 ? (below === 1 ? '1 new message' : `${below} new messages`) : 'Newest';
  }

  #olderText(hasOlder, count) {
    if (this.#loadingFailed) {
      return 'Earlier messages cannot be loaded now.';
    }
    return hasOlder ? (this.#loading || count > 0 ? 'Loading earlier messages…' : null) : null;
  }

  #head(conversation) {
    const name = this.#names.conversation(conversation);
    const isGroup = conversation.type === 'group' || conversation.type === 'channel';
    byId('thread-name').textContent = name;
    byId('thread-about').textContent = this.#names.about(conversation);
    const avatar = byId('thread-avatar');
    avatar.textContent = initialOf(name);
    avatar.dataset.hue = hueOf(this.#names.face(conversation));
    byId('add-people').hidden = !isGroup || conversation.left;
    byId('leave').hidden = !isGroup || conversation.left;
    byId('composer').hidden = conversation.left;
    byId('left-note').hidden = !conversation.left;
    byId('draft').placeholder = `Message ${name}`;
  }

  /**
   * By a message, known by its key: days move, and a message is built anew when one of its group comes before it.
   *
   * @returns {() => void} brings what is at the top now back to where it is now
   */
  #anchor() {
    const top = this.#scroller.getBoundingClientRect().top;
    const place = (key) => this.#messages.built?.get(key)?.node.getBoundingClientRect();
    const keys = [...(this.#messages.built?.keys() ?? [])].filter((key) => !key.startsWith('day-') && key !== 'new');
    const first = keys.find((key) => place(key).bottom > top);
    const before = first && place(first).bottom;
    return () => {
      const after = first && place(first)?.bottom;
      if (after !== undefined && after !== before) {
        this.#scroller.scrollTop += after - before;
      }
    };
  }

  #jump() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #items(conversation, events, sends) {
    const me = this.#client.user?.userId;
    const shown = [
      ...events.map((event) => ({ ...event, at: event.serverTimestamp, state: 'sent', mine: event.senderId === me })),
      ...sends.map((send) => ({ ...send, eventType: 'message_created', senderId: me, at: send.createdAt, mine: true })),
    ].filter((each) => each.eventType === 'message_created' || this.#names.note(each) !== null);
    const items = [];
    let isNewShown = false;
    shown.forEach((each, index) => {
      const previous = shown[index - 1];
      const next = shown[index + 1];
      const newDay = !previous || dayKey(previous.at) !== dayKey(each.at);
      if (newDay) {
        const day = dayOf(each.at);
        items.push({ key: 'day-' + dayKey(each.at), look: day, make: () => el('li', { class: 'day' }, day) });
      }
      const isNew = !isNewShown && each.seq > this.#readAtOpening && !each.mine;
      if (isNew) {
        isNewShown = true;
        items.push({ key: 'new', look: '', make: () => el('li', { class: 'new-line' }, 'New') });
      }
      if (each.eventType !== 'message_created') {
        const note = this.#names.note(each);
        items.push({ key: 'seq-' + each.seq, look: note, make: () => el('li', { class: 'note', dir: 'auto' }, note) });
        return;
      }
      const first = newDay || isNew || !isGrouped(previous, each);
      const last = !next || dayKey(next.at) !== dayKey(each.at) || !isGrouped(each, next);
      items.push(this.#message(conversation, each, first, last));
    });
    return items;
  }

  #message(conversation, message, first, last) {
    const named = conversation.type !== 'direct' && !message.mine;
    const name = message.mine ? 'You' : this.#names.of(message.senderId);
    const reason = message.state === 'failed' ? reasonOf(message.error) : '';
    const waits = message.state === 'queued' ? this.#waits(message) : '';
    const look = JSON.stringify([message.state, first, last, named, name, reason, waits, message.at, message.content]);
    const classes = ['message', message.mine && 'mine', first && 'first', last && 'last', message.state];
    const make = () =>
      el(
        'li',
        { class: classes.filter(Boolean).join(' '), dataset: { id: message.clientMessageId, state: message.state } },
        message.mine ? null : last ? this.#face(message.senderId, name) : el('span'),
        el(
          'div',
          { class: 'body' },
          named && first ? el('span', { class: 'who', dir: 'auto' }, name) : el('span', { class: 'visually-hidden' }, `${name}: `),
          el('div', { class: isPictures(message.content ?? '') ? 'bubble emoji' : 'bubble', dir: 'auto' }, textOf(message)),
          this.#meta(message, reason, waits),
        ),
      );
    return { key: 'message-' + message.senderId + message.clientMessageId, look, make };
  }

  /** Without a connection, or because the server asked for patience; else it is the next in the queue. */
  #waits(message) {
    if (this.#client.connection.name !== 'online') {
      return 'Waiting for a connection';
    }
    return message.error ? 'Waiting to be sent again' : '';
  }

  #face(userId, name) {
    return el('span', { class: 'avatar small', 'aria-hidden': 'true', dataset: { hue: hueOf(userId) } }, initialOf(name));
  }

  #meta(message, reason, waits) {
    const { clientMessageId: id, state } = message;
    if (state === 'failed') {
      return el(
        'div',
        { class: 'meta told' },
        icon(WARNING),
        `Not sent. ${reason}`,
        el('button', { type: 'button', onclick: () => this.#client.retry(id) }, 'Try again'),
        el('button', { type: 'button', onclick: () => this.#client.discard(id) }, 'Discard'),
      );
    }
    if (state !== 'sent') {
      return el('div', { class: 'meta told' }, icon(CLOCK), waits || 'Sending…');
    }
    return el(
      'div',
      { class: 'meta' },
      el('time', { datetime: message.at, title: fullTimeOf(message.at) }, timeOf(message.at)),
      message.mine ? icon(CHECK) : null,
      message.mine ? el('span', { class: 'visually-hidden' }, 'Sent') : null,
    );
  }
}

function isGrouped(one, next) {
  return (
    one?.eventType === 'message_created' &&
    next.eventType === 'message_created' &&
    one.senderId === next.senderId &&
    one.state !== 'failed' &&
    Date.parse(next.at) - Date.parse(one.at) < GROUP_MS
  );
}

function textOf(message) {
  return message.content || `(${message.messageType}, which this page cannot show)`;
}

function reasonOf(error) {
  return REASONS.get(error?.code) ?? (error?.detail ? sentence(error.detail) : '');
}

function sentence(text) {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
}
