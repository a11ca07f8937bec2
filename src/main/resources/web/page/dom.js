/** The element with this id; the page's own markup has all of them. */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * An element with properties and children. Strings become text, never markup.
 *
 * @param {Object<string, unknown>} [props] `class`, `dataset`, `on<event>`, aria-* and other attributes
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name === 'dataset') {
      Object.assign(node.dataset, value);
    } else if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A line drawing on a 24 by 24 ground. */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** Shows a text, or hides its place. */
export function say(node, text) {
  node.textContent = text ?? '';
  node.hidden = !text;
}

/**
 * Makes the children of `parent` those of `items`, in order: what has the same key and look stays where it is, so that focus,
 * selection and scroll position do, too.
 *
 * @param {Array<{key: string, look: string, make: () => Element}>} items no two with one key
 */
export function reconcile(parent, items) {
  const before = parent.built ?? new Map();
  const now = new Map();
  for (const { key, look, make } of items) {
    const known = before.get(key);
    now.set(key, known?.look === look ? known : { look, node: make() });
  }
  for (const [key, known] of before) {
    if (now.get(key) !== known) {
      known.node.remove();
    }
  }
  let at = parent.firstChild;
  for (const { node } of now.values()) {
    if (node !== at && at?.nextSibling === node) {
      // One has gone further down: it moves when its turn comes, and the others need not.
      at.remove();
      at = node;
    }
    if (node === at) {
      at = at.nextSibling;
    } else {
      parent.insertBefore(node, at);
    }
  }
  parent.built = now;
}

/** Runs `action` once, before the next picture, however often it is asked for. */
export function oncePerFrame(action) {
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      // Pictures stop where nobody looks; the page goes on, slower.
      const run = () => {
        if (asked) {
          asked = false;
          action();
        }
      };
      requestAnimationFrame(run);
      setTimeout(run, 250);
    }
  };
}
