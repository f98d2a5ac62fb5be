// `fetch` that hands the token to one host only, waits a limited time, and tries again what is worth it.
import { HubError } from './hub-error.ts';

/** Options of `authorizedFetch`. */
export interface FetchOptions {
  /** The only origin that gets the token, such as `https://huggingface.co`; '' for none. */
  readonly origin: string;
  readonly token?: string;
  readonly signal?: AbortSignal;
  /** First pause before another try, in ms; doubles each time. Default 500. */
  readonly retryDelay?: number;
}

/** Requests of one kind of caller. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

const MAX_REDIRECTS = 10;
const TRIES = 4;
/** Longest wait for the head of an answer, in ms. */
const HEAD_TIMEOUT = 30_000;

/** Pauses; ends early when the signal does. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.throwIfAborted();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Host and port of an address, for messages; never a query, which may hold a signature. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

/**
 * A `fetch` that follows redirects itself: the token goes with requests to `origin` and with no other. Answers 429 and 5xx and lost
 * connections are tried again. The answer may be any status; network failures end in a `HubError`.
 */
export function authorizedFetch(options: FetchOptions): Fetch {
  const { signal, retryDelay = 500 } = options;
  return async (url, init = {}) => {
    for (let attempt = 1; ; attempt++) {
      let wait = retryDelay * 2 ** (attempt - 1);
      try {
        const response = await followed(url, init, options);
        if (attempt === TRIES || (response.status !== 429 && response.status < 500)) return response;
        await response.body?.cancel();
        const after = Number(response.headers.get('retry-after'));
        if (after > 0) wait = Math.min(after * 1000, 10_000);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof HubError) throw error;
        // a host that is not there will not be there in a second
        if (attempt === TRIES || /ENOTFOUND|ECONNREFUSED/.test(codeOf(error))) throw unreachable(url, error);
      }
      await pause(wait, signal);
    }
  };
}

/** The system's code of a failed connection; '' when it has none. */
function codeOf(error: unknown): string {
  const { cause } = error as Error;
  return String((cause as { readonly code?: unknown } | undefined)?.code ?? '');
}

function unreachable(url: string, error: unknown): HubError {
  const { message, cause } = error as Error;
  const reason = codeOf(error) || (cause instanceof Error && cause.message) || message;
  return new HubError('network', `hub: expected an answer from ${hostOf(url)}, got ${reason}`, { cause: error });
}

async function followed(url: string, init: RequestInit, options: FetchOptions): Promise<Response> {
  const { origin, token, signal } = options;
  // a caller that asks for 'manual' wants to see redirects to elsewhere; those inside the hub (renamed repositories) are followed
  const stopsElsewhere = init.redirect === 'manual';
  let target = new URL(url);
  const first = target.origin;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const headers = new Headers(init.headers);
    headers.delete('authorization');
    if (token && target.origin === origin) headers.set('authorization', `Bearer ${token}`);
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(new Error(`no answer in ${HEAD_TIMEOUT / 1000} s`)), HEAD_TIMEOUT);
    const signals = [clock.signal, ...(signal ? [signal] : []), ...(init.signal ? [init.signal] : [])];
    const response = await fetch(target, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    }).finally(() => clearTimeout(timer));
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    const next = new URL(location, target);
    if (stopsElsewhere && next.origin !== first) return response;
    await response.body?.cancel();
    if (next.protocol !== 'https:' && next.protocol !== 'http:')
      throw new HubError('network', `hub: expected a redirect to http(s), got ${next.protocol} (${hostOf(url)})`);
    if (target.protocol === 'https:' && next.protocol === 'http:')
      throw new HubError(
        'network',
        `hub: expected a redirect that stays encrypted, got ${next.origin} (${hostOf(url)})`,
      );
    target = next;
  }
  throw new HubError('network', `hub: expected at most ${MAX_REDIRECTS} redirects, got more (${hostOf(url)})`);
}
