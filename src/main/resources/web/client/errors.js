/** Codes after which the same request is worth another try; nothing was promised. Every other code is final. */
const RETRYABLE = new Set(['rate_limited', 'overloaded', 'unavailable', 'network']);

/**
 * Why something did not happen: a `code` of the contract, or one of this module: `network` (no answer came), `signed_out`
 * (log in again), `queue_full`, `not_stored` (the browser refused to keep a message), `no_such_user`, `unconfirmed` (of a send: it
 * may have been taken, and the server does not remember any more).
 */
export class MeridianError extends Error {
  /**
   * @param {string} code
   * @param {string} detail a sentence for people
   * @param {{status?: number, retryAfterMs?: number, fields?: Object<string, string>, cause?: unknown}} [more]
   */
  constructor(code, detail, more = {}) {
    super(detail, { cause: more.cause });
    this.name = 'MeridianError';
    this.code = code;
    this.detail = detail;
    this.status = more.status ?? 0;
    this.retryAfterMs = more.retryAfterMs ?? 0;
    /** Of `invalid`: reasons by field. */
    this.fields = more.fields ?? {};
  }

  get retryable() {
    return isRetryable(this.code);
  }
}

/** @param {string} code */
export function isRetryable(code) {
  return RETRYABLE.has(code);
}

/** Whether a conversation is not the caller's to see (any more). */
export function isClosedToUs(failure) {
  return failure.code === 'not_a_member' || failure.code === 'forbidden' || failure.code === 'not_found';
}
