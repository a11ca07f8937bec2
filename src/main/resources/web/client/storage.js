/**
 * What a client keeps: strings by key. Each method may return a promise instead of its value.
 *
 * @typedef {object} Storage
 * @property {(key: string) => ?string} get
 * @property {(key: string, value: string) => void} set throws, or rejects, when it cannot keep the value
 * @property {(key: string) => void} remove
 * @property {(prefix: string) => string[]} keys
 */

/** Forgets everything with the process. */
export function memoryStorage(values = new Map()) {
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** `localStorage` or `sessionStorage`, under a prefix of our own. */
export function webStorage(area, prefix = 'meridian/') {
  return {
    get: (key) => area.getItem(prefix + key),
    set: (key, value) => area.setItem(prefix + key, value),
    remove: (key) => area.removeItem(prefix + key),
    keys: (start) => {
      const found = [];
      for (let i = 0; i < area.length; i++) {
        const key = area.key(i);
        if (key.startsWith(prefix + start)) {
          found.push(key.slice(prefix.length));
        }
      }
      return found;
    },
  };
}

/** What a text says, or `otherwise`: entries may be half written, or somebody else's. */
export function parsed(text, otherwise) {
  try {
    return JSON.parse(text ?? 'null') ?? otherwise;
  } catch {
    return otherwise;
  }
}
