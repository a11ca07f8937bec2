import { Backoff } from './backoff.js';
import { isClosedToUs } from './errors.js';
import { Refreshes } from './refreshes.js';

const PAGE = 200;
/** Of the list; its items are large. */
const LIST_PAGE = 100;
/** What fills a screen, and one more when it is scrolled. */
const OLDER_PAGE = 50;
/**
 * An own send is answered on another way than events come: a gap behind it closes by itself within milliseconds. History is
 * for those that do not.
 */
const PATIENCE_MS = 400;
/** Further behind than this, the newest page is shown and the rest is history, as for everybody who comes late. */
const FAR_BEHIND = 400;
/** Positions that a sync may name: some 3,000 fit the largest body that the server takes. */
const MOST_HELD = 3_000;
/** Cursors move on other devices while this one is away, and are not in its inbox; a thousand that come back spread out. */
const RELIST_MS = 3_000;

/** Brings what did not come live: the list, what a sync gives, gaps, history. Everything is asked for again until it has come. */
export class CatchUp {
  #world;
  #http;
  #conversations;
  #told;
  #connection = () => 0;
  #repairs = new Map();
  #refreshes;
  #older = new Map();
  #listed = false;
  #wasReady = false;
  #run = 0;
  #syncing = false;
  #timer = null;

  /**
   * @param {object} world clock, random, and `list`: whether the list of conversations is wanted
   * @param {{call: Function}} http calls with the user's token
   * @param {import('./conversations.js').Conversations} conversations
   * @param {{connection: () => number, event: (event: object, source: string) => void, changed: (known: ?object) => void,
   *   caughtUp: () => void}} told `connection`: a number for as long as it lives, 0 while there is none
   */
  constructor(world, http, conversations, told) {
    this.#world = world;
    this.#http = http;
    this.#conversations = conversations;
    this.#connection = told.connection;
    this.#told = told;
    this.#refreshes = new Refreshes(world, http, conversations, told.changed);
  }

  /** Whether the list has been read. */
  get listed() {
    return this.#listed;
  }

  clear() {
    this.stop();
    this.#listed = false;
    this.#wasReady = false;
    this.#refreshes.clear();
    this.#older.clear();
  }

  /** The connection has gone; whatever still comes of what was asked is taken, nothing is asked again. */
  stop() {
    this.#run++;
    this.#syncing = false;
    const { clock } = this.#world;
    clock.clearTimeout(this.#timer);
    for (const repair of this.#repairs.values()) {
      clock.clearTimeout(repair.timer);
    }
    this.#repairs.clear();
  }

  /** A connection is ready. */
  async ready(device, inboxComplete) {
    this.stop();
    const run = this.#run;
    const backoff = new Backoff(this.#world.random, 500, 15_000);
    this.#syncing = true;
    let complete = inboxComplete;
    let listed = this.#listed || !this.#world.list;
    const relist = this.#wasReady && listed && this.#world.list;
    this.#wasReady = true;
    while (run === this.#run) {
      try {
        if (!listed) {
          await this.#list(run);
          listed = true;
        }
        if (!complete) {
          await this.#sync(run, device);
          complete = true;
        }
        break;
      } catch (failure) {
        await this.#sleep(backoff.next(failure.retryAfterMs ?? 0));
      }
    }
    if (run === this.#run) {
      this.#syncing = false;
      this.#refreshes.resume();
      for (const known of this.#conversations.all()) {
        this.look(known);
        if (known.type === null && this.#world.list) {
          // Made while the list was read.
          this.refresh(known.conversationId);
        }
      }
      if (relist) {
        this.#timer = this.#world.clock.setTimeout(() => this.#list(run).catch(() => {}), this.#world.random() * RELIST_MS);
      }
      this.#told.caughtUp();
    }
  }

  /** There is something to show before the connection is ready; should it fail, the list is read then. */
  prefetch() {
    if (this.#world.list) {
      this.#list(this.#run).catch(() => {});
    }
  }

  async #list(run) {
    const before = new Set([...this.#conversations.all()].map((known) => known.conversationId));
    let cursor = null;
    do {
      const query = `?limit=${LIST_PAGE}` + (cursor ? '&cursor=' + encodeURIComponent(cursor) : '');
      const page = await this.#http.call('GET', '/api/conversations' + query);
      if (run !== this.#run) {
        return;
      }
      for (const view of page.items) {
        const known = this.#conversations.shown(view);
        known.timeline.claim(view.lastSeq);
        this.#conversations.recheck(known);
        before.delete(view.conversationId);
      }
      cursor = page.nextCursor;
    } while (cursor);
    for (const id of before) {
      this.#conversations.get(id).left = true;
    }
    this.#listed = true;
    for (const known of this.#conversations.all()) {
      this.look(known, true);
    }
    this.#told.changed(null);
  }

  /** From the first page to the last, which tells the server that the device's inbox is whole. */
  async #sync(run, deviceId) {
    const held = {};
    const begun = [...this.#conversations.all()].filter((known) => known.timeline.begun);
    begun.sort((one, other) => other.lastSeq - one.lastSeq);
    for (const known of begun.slice(0, MOST_HELD)) {
      held[known.conversationId] = known.timeline.top;
    }
    const reached = { ...held };
    let cursor = null;
    do {
      const body = { deviceId, conversations: held, ...(cursor ? { cursor } : {}) };
      const page = await this.#http.call('POST', '/api/sync', { body });
      if (run !== this.#run) {
        return;
      }
      for (const [id, events] of byConversation(page.items)) {
        this.#page(id, events, reached[id] ?? null);
        reached[id] = events[events.length - 1].seq;
      }
      for (const row of page.conversations) {
        const known = this.#conversations.of(row.conversationId);
        this.#conversations.moved(known, row.lastSeq, row.lastOrdinal);
        // All of it has been given: what is still missing is to be asked for.
        this.#conversations.recheck(known);
        const counted = this.#conversations.readUpTo(known, row.readSeq) && known.type !== null;
        if (!counted && this.#world.list) {
          this.refresh(row.conversationId);
        }
      }
      cursor = page.nextCursor;
    } while (cursor);
    this.#told.changed(null);
  }

  /**
   * Sees to it that the conversation has no gap, soon.
   *
   * @param {boolean} patient what is missing may be on its way
   */
  look(known, patient = known.timeline.hasGap) {
    const id = known.conversationId;
    if (!this.#isNeeded(known) || this.#repairs.has(id) || this.#syncing || this.#connection() === 0) {
      return;
    }
    const repair = { timer: null, backoff: new Backoff(this.#world.random, 1_000, 30_000) };
    this.#repairs.set(id, repair);
    const patience = patient ? PATIENCE_MS * (1 + this.#world.random()) : 0;
    repair.timer = this.#world.clock.setTimeout(() => this.#repair(known, repair), patience);
  }

  #isNeeded(known) {
    const { timeline } = known;
    const wanted = known.behind && !known.left && (known.open || this.#world.eager) && timeline.top < known.lastSeq;
    // What lies in the history is found there.
    const merging = known.merge && timeline.begun && !timeline.covers(known.merge.to);
    return !known.refused && Boolean(timeline.hasGap || wanted || merging);
  }

  async #repair(known, repair) {
    const mine = () => this.#repairs.get(known.conversationId) === repair;
    while (mine() && this.#isNeeded(known)) {
      const { timeline } = known;
      const after = timeline.top;
      const merging = !timeline.hasGap && known.merge;
      if (!merging && known.open && !timeline.hasGap && known.lastOrdinal - (timeline.newest?.ordinal ?? 0) > FAR_BEHIND) {
        timeline.reset();
      }
      try {
        if (merging) {
          await this.#merge(known);
          continue;
        }
        const fromNewest = timeline.events.length === 0 && known.open;
        const query = fromNewest ? `?limit=${OLDER_PAGE}` : `?after=${after}&limit=${PAGE}`;
        const page = await this.#http.call('GET', path(known) + query);
        if (fromNewest && timeline.events.length === 0) {
          timeline.reset();
        }
        this.#page(known.conversationId, page.items, fromNewest ? null : after);
        if (timeline.top <= after) {
          await this.#sleep(repair.backoff.next(200));
        }
      } catch (failure) {
        if (isClosedToUs(failure)) {
          // Not ours to see (any more): nothing more will come of it, until somebody lets us in again.
          known.refused = true;
          this.#told.changed(known);
          break;
        }
        await this.#sleep(repair.backoff.next(failure.retryAfterMs ?? 0));
      }
    }
    if (mine()) {
      this.#repairs.delete(known.conversationId);
      known.behind = known.behind && known.timeline.top < known.lastSeq;
      this.#told.changed(known);
    }
  }

  /** A region that was cut off has brought back events; they belong where their `seq` sorts them. */
  merged(known, fromSeq, toSeq) {
    const { merge } = known;
    known.merge = { next: Math.min(fromSeq, merge?.next ?? fromSeq), to: Math.max(toSeq, merge?.to ?? toSeq) };
    this.look(known);
  }

  async #merge(known) {
    const { merge, timeline } = known;
    const after = merge.next - 1;
    const page = await this.#http.call('GET', path(known) + `?after=${after}&limit=${PAGE}`);
    this.#page(known.conversationId, page.items, timeline.get(after) ? after : null);
    const reached = page.items.length > 0 ? page.items[page.items.length - 1].seq : merge.to;
    known.merge = reached < merge.to ? { ...merge, next: reached + 1 } : null;
  }

  /**
   * A page of what lies before what is held, or the newest.
   *
   * @returns {Promise<boolean>} whether there may be more
   */
  async older(known) {
    const id = known.conversationId;
    let asked = this.#older.get(id);
    if (!asked) {
      asked = this.#askOlder(known).finally(() => this.#older.delete(id));
      this.#older.set(id, asked);
    }
    return asked;
  }

  async #askOlder(known) {
    const { timeline } = known;
    if (!timeline.hasOlder) {
      return false;
    }
    const before = timeline.oldest?.seq ?? null;
    const query = `?limit=${OLDER_PAGE}` + (before === null ? '' : '&before=' + before);
    const page = await this.#http.call('GET', path(known) + query);
    this.#page(known.conversationId, page.items, null, before);
    timeline.hasOlder = Boolean(page.nextCursor) && page.items.length > 0;
    this.#told.changed(known);
    return timeline.hasOlder;
  }

  /** What the server says of the conversation now: names, members, what is unread. */
  refresh(conversationId) {
    this.#refreshes.ask(conversationId);
  }

  /** The same, for a conversation that moves without sending its events. */
  refreshSoon(known) {
    this.#refreshes.askSoon(known);
  }

  #page(conversationId, events, after, before = null) {
    const known = this.#conversations.of(conversationId);
    for (const event of known.timeline.addPage(events, after, before)) {
      this.#told.event(event, 'history');
    }
  }

  #sleep(ms) {
    return new Promise((done) => this.#world.clock.setTimeout(done, ms));
  }
}

function path(known) {
  return `/api/conversations/${encodeURIComponent(known.conversationId)}/messages`;
}

function byConversation(events) {
  const groups = new Map();
  for (const event of events) {
    const group = groups.get(event.conversationId) ?? [];
    groups.set(event.conversationId, group);
    group.push(event);
  }
  return groups;
}
