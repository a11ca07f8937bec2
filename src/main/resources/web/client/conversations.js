import { Timeline } from './timeline.js';

/** Events kept of a conversation that nobody looks at, some screens; older ones are in the history. Trimmed at twice as many. */
const KEPT = 100;
/** The same, where somebody looks at the end of it. */
const KEPT_IN_SIGHT = 500;
/** Whoever reads that far back, some 10 MiB, is at the beginning of it when more comes. */
const KEPT_OPEN = 5_000;

/**
 * What is known of one conversation.
 *
 * @typedef {object} Known
 * @property {string} conversationId
 * @property {?string} type direct, group, channel; null until it is known
 * @property {?string} title
 * @property {Array<{userId: string, username?: string, role: string}>} members those the server has named
 * @property {boolean} left the user is no member any more
 * @property {number} lastSeq
 * @property {number} lastOrdinal
 * @property {number} readSeq
 * @property {number} readOrdinal
 * @property {?object} lastEvent
 * @property {Timeline} timeline
 * @property {boolean} open somebody looks at it
 * @property {boolean} refused its history is not ours to see
 * @property {?{next: number, to: number}} merge positions that came late and are to be fetched
 * @property {boolean} behind it has moved on and does not come by itself: fan-out on read
 */

/** Every conversation of the user, put together from lists, events and cursors; each may come late, and only ever moves forward. */
export class Conversations {
  #known = new Map();
  #met;
  userId = null;

  /** @param {(member: {userId: string, username?: string}) => void} met somebody whom the server has named */
  constructor(met = () => {}) {
    this.#met = met;
  }

  /** @returns {Iterable<Known>} */
  all() {
    return this.#known.values();
  }

  get(conversationId) {
    return this.#known.get(conversationId) ?? null;
  }

  clear() {
    this.#known.clear();
  }

  /** Made when it is not known yet. */
  of(conversationId) {
    let known = this.#known.get(conversationId);
    if (!known) {
      known = {
        conversationId,
        type: null,
        title: null,
        members: [],
        moreMembers: false,
        createdAt: null,
        left: false,
        lastSeq: 0,
        lastOrdinal: 0,
        readSeq: 0,
        readOrdinal: 0,
        lastEvent: null,
        timeline: new Timeline(),
        open: false,
        refused: false,
        merge: null,
        behind: false,
      };
      this.#known.set(conversationId, known);
    }
    return known;
  }

  /** A conversation as the server shows it. */
  shown(view) {
    const known = this.of(view.conversationId);
    known.type = view.type;
    known.title = view.title ?? null;
    known.createdAt = view.createdAt;
    known.left = false;
    // The list shows ten of them; where more are known already, it says nothing new.
    if (view.members.length >= known.members.length || !view.membersCursor) {
      known.members = view.members;
      known.moreMembers = Boolean(view.membersCursor);
    }
    view.members.forEach(this.#met);
    this.moved(known, view.lastSeq, view.lastOrdinal, view.lastEvent);
    this.#read(known, view.readSeq, view.lastOrdinal - view.unreadCount);
    return known;
  }

  /** The conversation has come so far. */
  moved(known, lastSeq, lastOrdinal, lastEvent = null) {
    if (lastEvent && lastEvent.seq > (known.lastEvent?.seq ?? 0)) {
      known.lastEvent = lastEvent;
    }
    known.lastSeq = Math.max(known.lastSeq, lastSeq);
    known.lastOrdinal = Math.max(known.lastOrdinal, lastOrdinal ?? 0);
  }

  /** An event that is new here, from wherever it came. @returns {Known} */
  happened(event) {
    const known = this.of(event.conversationId);
    const isNews = event.seq > known.lastSeq || event.seq > (known.lastEvent?.seq ?? 0);
    this.moved(known, event.seq, event.ordinal, event);
    if (event.senderId === this.userId) {
      // The server takes the sender to have read what was sent.
      this.#read(known, event.seq, event.ordinal);
    } else if (event.seq <= known.readSeq) {
      // Read elsewhere before it came here.
      this.#read(known, known.readSeq, event.ordinal);
    }
    if (isNews) {
      this.#changed(known, event);
    }
    return known;
  }

  #changed(known, event) {
    const mine = event.userId === this.userId;
    switch (event.eventType) {
      case 'conversation_created':
        known.type ??= event.type;
        known.title ??= event.title ?? null;
        known.left = false;
        if (known.members.length === 0) {
          known.members = event.members ?? [];
        }
        break;
      case 'conversation_updated':
        known.title = event.title ?? null;
        break;
      case 'member_added':
        if (mine) {
          known.left = false;
          known.refused = false;
        }
        known.members = [...others(known, event.userId), { userId: event.userId, role: event.role }];
        break;
      case 'member_removed':
        if (mine) {
          known.left = true;
        }
        known.members = others(known, event.userId);
        break;
      case 'member_role_changed':
        known.members = known.members.map((member) =>
          member.userId === event.userId ? { ...member, role: event.role } : member,
        );
        break;
      default:
    }
  }

  /**
   * The user has read up to there, here or on another device.
   *
   * @returns {boolean} false: how many that are is not known here, the server has to be asked
   */
  readUpTo(known, seq) {
    if (seq <= known.readSeq) {
      return true;
    }
    // Across a gap the nearest event that is held says nothing of those that are not.
    const event = known.timeline.top >= seq ? known.timeline.atOrBelow(seq) : null;
    if (seq >= known.lastSeq) {
      this.#read(known, seq, known.lastOrdinal);
    } else if (event) {
      this.#read(known, seq, event.ordinal);
    }
    return known.readSeq >= seq;
  }

  #read(known, seq, ordinal) {
    known.readSeq = Math.max(known.readSeq, seq);
    known.readOrdinal = Math.max(known.readOrdinal, ordinal);
  }

  unread(known) {
    return known.left ? 0 : Math.max(0, known.lastOrdinal - known.readOrdinal);
  }

  /** Whether the newest is missing: a redelivery may begin below what a list has named, and end there. */
  recheck(known) {
    known.behind ||= known.timeline.begun && known.timeline.top < known.lastSeq;
  }

  /** Bounds what is kept. @param {boolean} atEnd whether nothing but the end is in sight, if anything is */
  trim(known, atEnd = !known.open) {
    const keep = !known.open ? KEPT : atEnd ? KEPT_IN_SIGHT : KEPT_OPEN;
    if (known.timeline.events.length > 2 * keep) {
      known.timeline.trim(keep);
    }
  }
}

function others(known, userId) {
  return known.members.filter((member) => member.userId !== userId);
}
