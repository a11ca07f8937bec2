import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from '../../../main/resources/web/page/dom.js';

/** As much of a DOM as there has to be; it counts what is put somewhere, for what is moved loses focus and selection. */
class Parent {
  children = [];
  placed = 0;

  get firstChild() {
    return this.children[0] ?? null;
  }

  insertBefore(node, at) {
    node.remove();
    this.children.splice(at ? this.children.indexOf(at) : this.children.length, 0, node);
    this.placed++;
  }

  node(name) {
    const parent = this;
    return {
      name,
      get nextSibling() {
        return parent.children[parent.children.indexOf(this) + 1] ?? null;
      },
      remove() {
        parent.children = parent.children.filter((each) => each !== this);
      },
    };
  }
}

const show = (parent, names) =>
  reconcile(
    parent,
    [...names].map((name) => ({ key: name.toLowerCase(), look: name, make: () => parent.node(name) })),
  );
const shown = (parent) => parent.children.map((node) => node.name).join('');

/** How many nodes were put somewhere to get from one to the other. */
function placed(before, after) {
  const parent = new Parent();
  show(parent, before);
  parent.placed = 0;
  show(parent, after);
  assert.equal(shown(parent), after);
  return parent.placed;
}

test('what is in its place is not moved', () => {
  assert.equal(placed('abcd', 'abcd'), 0);
  assert.equal(placed('abcd', 'bcd'), 0);
  assert.equal(placed('abcd', 'ad'), 0);
  assert.equal(placed('cd', 'abcd'), 2);
  assert.equal(placed('abcd', 'aBcd'), 1);
  assert.equal(placed('abcd', 'Bcde'), 2);
});

test('only what goes elsewhere is moved', () => {
  assert.equal(placed('abcd', 'dabc'), 1);
  assert.equal(placed('abcd', 'bcda'), 1);
  assert.equal(placed('abcd', 'acbd'), 1);
});

test('whatever it was, it becomes what it should be', () => {
  const letters = 'abcdefgh';
  let seed = 11;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const parent = new Parent();
  for (let run = 0; run < 3_000; run++) {
    const chosen = [...letters].filter(() => random(3) > 0).map((letter) => (random(4) === 0 ? letter.toUpperCase() : letter));
    for (let i = chosen.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [chosen[i], chosen[j]] = [chosen[j], chosen[i]];
    }
    show(parent, chosen.join(''));
    assert.equal(shown(parent), chosen.join(''));
  }
});
