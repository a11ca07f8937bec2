/**
 * What an end of a connection asks of a client: whether, why and for how long to stay away. Pure.
 */

export const NORMAL = 1000;
const TOO_MANY_DEVICES = 1008;
const OVERLOADED = 1013;
const UNAUTHENTICATED = 4401;
const REPLACED = 4409;
const LIMITED = 4429;

/** The longest that a server can ask a client to stay away. */
const MOST_AWAY_MS = 300_000;

/**
 * @param {number} code 0 when there was none
 * @param {?{code: string, detail?: string, retryAfterMs?: number}} complaint the `error` that came before `ready`, if one did
 * @returns {{then: 'wait'|'renew'|'stay', reason: ?string, leastMs: number, firstMs: (number|undefined)}} `renew`: with
 *   another token; `stay`: away; `leastMs`: nothing shortens that; `firstMs`: of the backoff on top of it
 */
export function afterClose(code, complaint) {
  const askedMs = awayMs(complaint?.retryAfterMs);
  const wait = (leastMs, firstMs, reason = null) => ({ then: 'wait', reason, leastMs: Math.max(leastMs, askedMs), firstMs });
  switch (code) {
    case REPLACED:
      return { then: 'stay', reason: null, leastMs: 0 };
    case UNAUTHENTICATED:
      return { then: 'renew', reason: null, leastMs: askedMs };
    case OVERLOADED:
      return wait(1_000, 4_000);
    case LIMITED:
      return wait(10_000, 10_000);
    case TOO_MANY_DEVICES:
      // Nothing changes until a device is removed, which somebody may do elsewhere.
      return wait(60_000, 30_000, 'devices');
    default:
      return wait(0, undefined);
  }
}

/** Whether a `reconnect` that came before says when to be back: not where the server has had enough. */
export function mayReturn(code) {
  return code !== LIMITED && code !== TOO_MANY_DEVICES;
}

/** A time that a server named, in bounds. */
export function awayMs(ms) {
  return Math.min(Math.max(Number(ms) || 0, 0), MOST_AWAY_MS);
}
