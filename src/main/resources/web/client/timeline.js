/**
 * What is held of one conversation: the merge of backlog, live events, own sends, sync and history, in whatever order and
 * however often they come. Pure.
 *
 * Events are sorted by `seq`, each once. From the `base` (nothing at or below it is held, it is asked for when somebody scrolls
 * there) an event has no gap before it if the event that it names as `prevSeq` is held. A second joining names one that is
 * not ours to see: then it is the server's page, where the two are neighbours, that closes the gap.
 */
export class Timeline {
  #events = [];
  #bySeq = new Map();
  /** Neighbours on a page of the server whose `prevSeq` does not say so. */
  #links = new Map();
  #base = null;
  #through = -1;
  #dropped = 0;
  /** Whether the server may have something older than what is held. */
  hasOlder = true;

  /** @returns {ReadonlyArray<object>} sorted by `seq` */
  get events() {
    return this.#events;
  }

  /** The highest `seq` held without a gap, 0 when nothing is: what history `after` and a sync take. */
  get top() {
    return this.#through >= 0 ? this.#events[this.#through].seq : (this.#base ?? 0);
  }

  /** Whether a sync may name `top`: without it the server sends the newest. */
  get begun() {
    return this.#base !== null;
  }

  get hasGap() {
    return this.#through < this.#events.length - 1;
  }

  get newest() {
    return this.#events[this.#events.length - 1] ?? null;
  }

  get oldest() {
    return this.#events[0] ?? null;
  }

  get(seq) {
    return this.#bySeq.get(seq) ?? null;
  }

  /** The newest event at or below `seq`, null if none is held. */
  atOrBelow(seq) {
    const index = this.#place(seq + 1) - 1;
    return index >= 0 ? this.#events[index] : null;
  }

  /** What comes after this position is wanted without a gap; what lies below is history. Says nothing where something is held. */
  claim(seq) {
    this.#base ??= seq;
  }

  /** @returns {boolean} whether it is new here */
  add(event) {
    return event.seq > this.#dropped && this.#add(event);
  }

  /**
   * Takes neighbours as the server gave them: oldest first, nothing of ours between them.
   *
   * @param {?number} after the position that the first one follows, null when it is not known
   * @param {?number} before the position that follows the last one, null when it is not known
   * @returns {object[]} those that are new here
   */
  addPage(page, after = null, before = null) {
    const fresh = [];
    let previous = after;
    for (const event of page) {
      if (previous !== null && event.prevSeq !== previous) {
        this.#links.set(event.seq, previous);
      }
      previous = event.seq;
      if (this.#add(event)) {
        fresh.push(event);
      }
    }
    const next = before === null ? null : this.get(before);
    if (next && previous !== null && next.prevSeq !== previous) {
      this.#links.set(before, previous);
    }
    this.#walk();
    return fresh;
  }

  /** Whether this position lies in what is history here: it is not missing, and nobody waits for it. */
  covers(seq) {
    return this.#base !== null && seq <= this.#base;
  }

  /** Forgets everything, to begin again with the newest page. */
  reset() {
    this.#events = [];
    this.#bySeq.clear();
    this.#links.clear();
    this.#base = null;
    this.#through = -1;
    this.#dropped = 0;
    this.hasOlder = true;
  }

  /** Lets go of all but the newest; they are in the history. */
  trim(keep) {
    // Never across a gap: what is above one has yet to be told from a hole.
    const count = Math.min(this.#events.length - keep, this.#through + 1);
    if (count <= 0) {
      return;
    }
    for (const event of this.#events.splice(0, count)) {
      this.#bySeq.delete(event.seq);
      this.#links.delete(event.seq);
      this.#base = event.seq;
      this.#dropped = event.seq;
    }
    this.#through -= count;
    this.hasOlder = true;
  }

  #add(event) {
    if (this.#bySeq.has(event.seq)) {
      return false;
    }
    const at = this.#place(event.seq);
    this.#events.splice(at, 0, event);
    this.#bySeq.set(event.seq, event);
    if (this.#base === null || event.seq <= this.#base) {
      this.#base = Math.min(this.#base ?? event.prevSeq, event.prevSeq);
    }
    if (at <= this.#through) {
      this.#through = -1;
    }
    this.#walk();
    return true;
  }

  #walk() {
    while (this.#through + 1 < this.#events.length && this.#follows(this.#events[this.#through + 1])) {
      this.#through++;
    }
  }

  #follows(event) {
    const held = (seq) => seq <= this.#base || this.#bySeq.has(seq);
    const link = this.#links.get(event.seq);
    return event.prevSeq === 0 || held(event.prevSeq) || (link !== undefined && held(link));
  }

  /** Where `seq` is or would be. Most come at the end. */
  #place(seq) {
    let low = 0;
    let high = this.#events.length;
    if (high > 0 && this.#events[high - 1].seq < seq) {
      return high;
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#events[middle].seq < seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
