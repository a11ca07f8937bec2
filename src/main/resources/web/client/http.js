import { MeridianError } from './errors.js';
import { parsed } from './storage.js';

/** The server answers every call within 10 s, or says that it cannot. */
const TIMEOUT_MS = 15_000;

/** One HTTP call and its answer; failures are MeridianErrors, `network` when no answer came. */
export class Http {
  #world;

  /** @param {{fetch: typeof fetch, baseUrl: string, clock: object}} world */
  constructor(world) {
    this.#world = world;
  }

  /** @returns {Promise<any>} the answer's body, null when it has none */
  async request(method, path, { body, token, headers = {} } = {}) {
    const { fetch, baseUrl, clock } = this.#world;
    const abort = new AbortController();
    const timer = clock.setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const answer = await fetch(baseUrl + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(token ? { Authorization: 'Bearer ' + token } : {}),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: abort.signal,
        cache: 'no-store',
        credentials: 'omit',
      });
      const text = await answer.text();
      if (!answer.ok) {
        throw problem(answer, text);
      }
      return text === '' ? null : JSON.parse(text);
    } catch (failure) {
      throw failure instanceof MeridianError
        ? failure
        : new MeridianError('network', 'The server cannot be reached.', { cause: failure });
    } finally {
      clock.clearTimeout(timer);
    }
  }
}

/** Only a problem with a `code` is the region's own word; whatever else answers in its place says that it is not there now. */
function problem(answer, text) {
  const said = (answer.headers.get('Content-Type') ?? '').startsWith('application/problem+json') ? parsed(text, {}) : {};
  const unsaid = answer.status === 429 ? 'rate_limited' : 'unavailable';
  const code = typeof said.code === 'string' ? said.code : unsaid;
  return new MeridianError(code, said.detail ?? `The server answered ${answer.status}.`, {
    status: answer.status,
    retryAfterMs: Number(answer.headers.get('Retry-After') ?? 0) * 1_000 || 0,
    fields: said.errors,
  });
}
