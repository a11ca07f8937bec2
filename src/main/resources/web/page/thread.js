import { byId, el, oncePerFrame, reconcile, say } from './dom.js';
import { dayOf, hueOf, initialOf, whyOf } from './format.js';
import { drawn } from './message.js';
import { arrange } from './order.js';

/** As good as at the end. */
const NEAR_END_PX = 80;
/** Older messages are fetched before their place comes in sight. */
const NEAR_START_PX = 400;
const RETRY_OLDER_MS = 3_000;
/** Pages that are fetched to begin at the first unread message; somebody so far behind begins at the end. */
const MOST_SEEKS = 4;
/** What was read last stays in sight above it. */
const ABOVE_NEW = 0.2;

/** The open conversation: its messages, and the place one reads at. */
export class Thread {
  #client;
  #names;
  #told;
  #id = null;
  /** Numbers openings: what an earlier one has asked for changes nothing. */
  #opening = 0;
  #readAtOpening = Infinity;
  /** Pages that may still be fetched to find where reading goes on; 0: it is found. */
  #seeks = 0;
  #atEnd = true;
  #seen = 0;
  #scroller = byId('scroller');
  #messages = byId('messages');
  #older = byId('older');
  #toNewest = byId('to-newest');
  #loading = false;
  #loadingFailed = false;
  render = oncePerFrame(() => this.#render());

  /**
   * @param {{write: () => void, wrong: (text: string) => void}} told the writing goes on; something did not work
   */
  constructor(client, names, told) {
    this.#client = client;
    this.#names = names;
    this.#told = told;
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#toNewest.addEventListener('click', () => {
      this.toEnd();
      this.#told.write();
    });
    // A keyboard that comes up, a composer that grows: the end stays in sight.
    new ResizeObserver(() => this.#atEnd && this.#jump()).observe(this.#scroller);
    document.addEventListener('visibilitychange', () => this.render());
    window.addEventListener('focus', () => this.render());
  }

  get id() {
    return this.#id;
  }

  /** Somebody looks at its end. */
  get isRead() {
    return this.#atEnd && this.#seeks === 0 && document.visibilityState === 'visible' && document.hasFocus();
  }

  open(conversationId) {
    this.close();
    this.#id = conversationId;
    const conversation = this.#client.conversation(conversationId);
    const hasNew = conversation?.unreadCount > 0;
    this.#readAtOpening = hasNew ? conversation.readSeq : Infinity;
    this.#seeks = hasNew ? MOST_SEEKS : 0;
    this.#seen = conversation?.readSeq ?? 0;
    this.#atEnd = true;
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
    this.#opening++;
    this.#id = null;
    byId('thread').hidden = true;
    byId('nothing-open').hidden = false;
  }

  toEnd() {
    this.#seeks = 0;
    this.#atEnd = true;
    this.#jump();
    this.render();
  }

  async #fill(load) {
    const opening = this.#opening;
    this.#loading = true;
    this.#loadingFailed = false;
    let failed = false;
    try {
      await load();
    } catch {
      failed = true;
    }
    if (opening !== this.#opening) {
      return;
    }
    this.#loading = false;
    this.#loadingFailed = failed;
    if (failed) {
      this.#seeks = 0;
      setTimeout(() => opening === this.#opening && this.#loadingFailed && this.#scrolled(), RETRY_OLDER_MS);
      this.#render();
    } else {
      this.#render();
      this.#seek();
      // Still at the start, or the screen is not full.
      this.#scrolled();
    }
  }

  /** Reading goes on at the first message that is unread, if it is near enough. */
  #seek() {
    if (this.#seeks === 0) {
      return;
    }
    const line = this.#messages.built?.get('new')?.node;
    if (line) {
      const { top } = this.#scroller.getBoundingClientRect();
      this.#seeks = 0;
      this.#atEnd = false;
      this.#scroller.scrollTop += line.getBoundingClientRect().top - top - ABOVE_NEW * this.#scroller.clientHeight;
    } else if (--this.#seeks > 0 && this.#client.messages(this.#id).hasOlder) {
      this.#fill(() => this.#client.loadOlder(this.#id));
    } else {
      this.#seeks = 0;
    }
  }

  #scrolled() {
    if (this.#seeks > 0) {
      return;
    }
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
    const held = this.#client.messages(this.#id);
    const keep = this.#anchor();
    say(this.#older, this.#olderText(held));
    reconcile(this.#messages, this.#items(conversation, held));
    if (this.#atEnd) {
      this.#jump();
    } else {
      keep();
    }
    this.#read(held.events);
  }

  #read(events) {
    if (this.isRead) {
      this.#client.markRead(this.#id);
      this.#seen = events[events.length - 1]?.seq ?? 0;
    }
    const me = this.#client.user?.userId;
    const isNew = (event) => event.seq > this.#seen && event.eventType === 'message_created' && event.senderId !== me;
    const below = events.filter(isNew).length;
    this.#toNewest.hidden = this.#atEnd;
    byId('to-newest-text').textContent = below > 0 ? (below === 1 ? '1 new message' : `${below} new messages`) : 'Newest';
  }

  #olderText({ events, hasOlder }) {
    if (this.#loadingFailed) {
      return 'Earlier messages cannot be loaded now.';
    }
    return hasOlder && (this.#loading || events.length > 0) ? 'Loading earlier messages…' : null;
  }

  #head(conversation) {
    const name = this.#names.conversation(conversation);
    const isGroup = conversation.type === 'group' || conversation.type === 'channel';
    byId('thread-name').textContent = name;
    byId('thread-about').textContent = this.#names.about(conversation);
    const avatar = byId('thread-avatar');
    avatar.textContent = initialOf(name);
    avatar.dataset.hue = hueOf(this.#names.face(conversation));
    byId('details').hidden = !isGroup || conversation.left;
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

  #items(conversation, held) {
    const rows = arrange(held, this.#client.user?.userId, this.#readAtOpening, (event) => this.#names.note(event));
    return rows.map((row) => this.#item(conversation, row));
  }

  #item(conversation, row) {
    switch (row.kind) {
      case 'day': {
        const day = dayOf(row.at);
        return { key: row.key, look: day, make: () => el('li', { class: 'day' }, day) };
      }
      case 'new':
        return { key: row.key, look: '', make: () => el('li', { class: 'new-line' }, 'New') };
      case 'note':
        return { key: row.key, look: row.text, make: () => el('li', { class: 'note', dir: 'auto' }, row.text) };
      default: {
        const { mine, senderId } = row.message;
        const around = {
          name: mine ? 'You' : this.#names.of(senderId),
          named: conversation.type !== 'direct' && !mine,
          online: this.#client.connection.name === 'online',
        };
        return drawn(row, around, this.#actions);
      }
    }
  }

  #actions = {
    retry: (id) => this.#settle(() => this.#client.retry(id), 'This message cannot be tried again now.'),
    discard: (id) => this.#settle(() => this.#client.discard(id), 'This message cannot be taken back now.'),
  };

  /** The button that was pressed goes away: the focus goes to the next one that waits for an answer, or to the writing. */
  async #settle(action, complaint) {
    const opening = this.#opening;
    try {
      if ((await action()) === false) {
        this.#told.wrong('This message is on its way already.');
      }
    } catch (failure) {
      this.#told.wrong(whyOf(failure, complaint));
    }
    if (opening !== this.#opening) {
      return;
    }
    this.#render();
    const next = this.#messages.querySelector('.message.failed .meta button');
    if (next) {
      next.focus();
    } else if (byId('composer').hidden) {
      this.#scroller.focus();
    } else {
      this.#told.write();
    }
  }
}
