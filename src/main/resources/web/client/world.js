import { FixedDevice, TabDevice, isOfDevice } from './device.js';
import { leaseLocks, memoryLocks } from './locks.js';
import { memoryStorage, webStorage } from './storage.js';

/** A thousand unsent messages are somebody on a long flight; 2 MiB leave room in the 5 that localStorage has. */
const QUEUE_LIMITS = { sends: 1_000, bytes: 2 * 1024 * 1024 };

/** Everything outside of the protocol: what the options give, and else what a browser, or Node, has. */
export function worldOf(options) {
  const clock = options.clock ?? {
    now: () => Date.now(),
    setTimeout: (action, ms) => setTimeout(action, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
  const random = options.random ?? Math.random;
  const uuid = options.uuid ?? randomUuid;
  const storage = options.storage ?? areaOf('localStorage') ?? memoryStorage();
  const tab = areaOf('sessionStorage') ?? memoryStorage();
  const world = {
    baseUrl: (options.baseUrl ?? globalThis.location?.origin ?? '').replace(/\/$/, ''),
    platform: options.platform ?? 'web',
    fetch: options.fetch ?? ((...call) => globalThis.fetch(...call)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    clock,
    random,
    uuid,
    storage,
    hold: options.hold ?? null,
    list: options.list ?? true,
    eager: options.eager ?? false,
    limits: { ...QUEUE_LIMITS, ...options.queue },
    locks: options.locks ?? locksOf(storage, tab, uuid, clock, random),
  };
  const isTab = !options.deviceId && areaOf('sessionStorage');
  world.device = isTab ? new TabDevice(world, tab) : new FixedDevice(options.deviceId ?? 'js-' + uuid());
  if (!world.WebSocket) {
    throw new TypeError('There is no WebSocket here: give one in the options, the one of the package "ws" for instance.');
  }
  return world;
}

/** A browser may refuse its storage, by throwing at the first look. */
function areaOf(name) {
  try {
    return globalThis.document && globalThis[name] ? webStorage(globalThis[name]) : null;
  } catch {
    return null;
  }
}

/** Where a browser refuses its storage it refuses Web Locks, too; and nothing is shared that could be locked. */
function locksOf(storage, tab, uuid, clock, random) {
  if (!areaOf('localStorage')) {
    return memoryLocks();
  }
  if (globalThis.navigator?.locks) {
    return globalThis.navigator.locks;
  }
  const load = uuid();
  const ofTab = tabName(tab, uuid);
  const locks = leaseLocks(storage, (name) => (isOfDevice(name) ? ofTab : load), clock, random);
  globalThis.addEventListener?.('pagehide', (event) => event.persisted || locks.letGo());
  return locks;
}

function tabName(tab, uuid) {
  const name = tab.get('tab') ?? uuid();
  try {
    tab.set('tab', name);
  } catch {
    // No room: after a reload it is another tab.
  }
  return name;
}

/** Also where the page is not served over https, and `crypto.randomUUID` is not there. */
function randomUuid() {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20].reduceRight((text, at) => text.slice(0, at) + '-' + text.slice(at), hex);
}
