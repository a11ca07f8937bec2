import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timeline } from '../../../main/resources/web/client/timeline.js';
import { seeded } from './clock.mjs';

const event = (seq, prevSeq) => ({ seq, prevSeq, ordinal: seq });
const seqs = (timeline) => timeline.events.map((each) => each.seq);

test('an event whose predecessor is not held is a gap until it is', () => {
  const timeline = new Timeline();
  timeline.add(event(10, 7));
  timeline.add(event(20, 15));
  assert.equal(timeline.hasGap, true);
  assert.equal(timeline.top, 10);
  timeline.add(event(15, 10));
  assert.equal(timeline.hasGap, false);
  assert.equal(timeline.top, 20);
  assert.deepEqual(seqs(timeline), [10, 15, 20]);
});

test('an event that is held is dropped', () => {
  const timeline = new Timeline();
  assert.equal(timeline.add(event(10, 0)), true);
  assert.equal(timeline.add(event(10, 0)), false);
});

test('what a list claims makes a later event show the gap before it', () => {
  const timeline = new Timeline();
  timeline.claim(10);
  timeline.add(event(20, 15));
  assert.equal(timeline.hasGap, true);
  assert.equal(timeline.top, 10);
});

test('a second membership follows what the server puts before it', () => {
  const timeline = new Timeline();
  timeline.add(event(10, 5));
  timeline.add(event(40, 39));
  assert.equal(timeline.hasGap, true);
  timeline.addPage([event(40, 39), event(50, 40)], 10);
  assert.equal(timeline.hasGap, false);
  assert.equal(timeline.top, 50);
});

test('pages before the oldest are joined to it', () => {
  const timeline = new Timeline();
  timeline.add(event(50, 49));
  timeline.addPage([event(20, 10), event(30, 20)], null, 50);
  assert.equal(timeline.hasGap, false);
  assert.deepEqual(seqs(timeline), [20, 30, 50]);
});

test('what was trimmed does not come back by the inbox, but by history', () => {
  const timeline = new Timeline();
  for (let seq = 1; seq <= 10; seq++) {
    timeline.add(event(seq, seq - 1));
  }
  timeline.trim(3);
  assert.deepEqual(seqs(timeline), [8, 9, 10]);
  assert.equal(timeline.add(event(5, 4)), false);
  assert.equal(timeline.hasGap, false);
  timeline.addPage([event(6, 5), event(7, 6)], null, 8);
  assert.deepEqual(seqs(timeline), [6, 7, 8, 9, 10]);
});

test('in whatever order a chain comes, it ends without a gap and never claims more than it holds', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed);
    const chain = [];
    for (let seq = 1, before = 0; chain.length < 30; seq += 1 + Math.floor(random() * 5)) {
      chain.push(event(seq, before));
      before = seq;
    }
    const timeline = new Timeline();
    timeline.claim(0);
    const left = [...chain];
    while (left.length > 0) {
      if (random() < 0.2) {
        // A page from somewhere in the chain, as history gives it.
        const from = Math.floor(random() * chain.length);
        timeline.addPage(chain.slice(from, from + 5), from > 0 ? chain[from - 1].seq : 0);
      } else {
        timeline.add(left.splice(Math.floor(random() * left.length), 1)[0]);
      }
      const held = new Set(seqs(timeline));
      const missing = chain.find((each) => !held.has(each.seq));
      assert.equal(timeline.top, missing ? missing.prevSeq : chain[29].seq, `seed ${seed}`);
      assert.deepEqual(seqs(timeline), [...held].sort((one, other) => one - other));
    }
    assert.equal(timeline.hasGap, false);
  }
});
