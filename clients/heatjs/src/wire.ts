// One call: sent, timed out, and sent again where that is safe. Every creating call carries an
// Idempotency-Key, so that the server takes its repetitions for one.

import { HeatError, isObject, refusalOf } from './error.js';

export interface Options {
  /** Where the server is, such as `https://humans.example.com`. Default: HEAT_API_URL. */
  url?: string | undefined;
  /** Seconds to wait for a reply, on top of `block`. Default 30. */
  timeout?: number | undefined;
  /** How often a call that failed is sent again. Default 3; 0 is never. */
  retries?: number | undefined;
  /** What sends the calls, if not the global `fetch`. */
  fetch?: typeof fetch | undefined;
}

export interface CallOptions {
  /** Ends the call from outside; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface Call {
  method: 'GET' | 'POST';
  path: string;
  block?: number | undefined;
  body?: string | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

const FIRST_PAUSE = 0.5;
const LONGEST_PAUSE = 30;
const LONGEST_TIMER = 2 ** 31 - 1;

export class Wire {
  readonly #key: string;
  readonly #origin: string;
  readonly #timeout: number;
  readonly #retries: number;
  readonly #fetch: typeof fetch;

  constructor(key: string, options: Options) {
    if (typeof key !== 'string' || key.trim() === '') throw new TypeError('Give the API key.');
    this.#key = key.trim();
    this.#origin = originOf(options.url ?? environment('HEAT_API_URL'));
    this.#timeout = atLeast(0, options.timeout ?? 30, 'timeout');
    this.#retries = atLeast(0, options.retries ?? 3, 'retries');
    // Browsers want their own fetch called as the window's.
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** Send a call until it is taken or refused for good. Rejects with HeatError. */
  async send(call: Call): Promise<unknown> {
    const end = Date.now() + seconds(call.block) * 1000;
    for (let sent = 1; ; sent += 1) {
      try {
        return await this.#once(call, sent === 1 ? call.block : remaining(call.block, end));
      } catch (error) {
        if (!(error instanceof HeatError)) throw error;
        error.attempts = sent;
        const wait = Math.max(pauseBefore(sent), error.retryAfter ?? 0);
        if (!error.temporary || sent > this.#retries || wait > LONGEST_PAUSE) throw error;
        await pause(wait, call.signal);
      }
    }
  }

  async #once(call: Call, block: number | undefined): Promise<unknown> {
    const ending = new AbortController();
    const passOn = (): void => ending.abort(call.signal?.reason);
    call.signal?.throwIfAborted();
    call.signal?.addEventListener('abort', passOn, { once: true });
    const limit = this.#timeout + seconds(block);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      ending.abort();
    }, Math.min(limit * 1000, LONGEST_TIMER));
    try {
      const query = block === undefined ? '' : `?block=${encodeURIComponent(block)}`;
      const reply = await this.#fetch(this.#origin + call.path + query, {
        method: call.method,
        headers: this.#headers(call),
        body: call.body ?? null,
        signal: ending.signal,
        // A key must not follow a redirect to another host, nor a POST become a GET.
        redirect: 'manual',
      });
      return taken(reply, await reply.text());
    } catch (error) {
      if (error instanceof HeatError) throw error;
      call.signal?.throwIfAborted();
      const said = late ? `No reply within ${limit} seconds.` : 'The server could not be reached.';
      throw new HeatError({ message: said, code: late ? 'timeout' : 'network', cause: error });
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', passOn);
    }
  }

  #headers(call: Call): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json', 'X-Heat-API-Key': this.#key };
    if (call.body !== undefined) headers['Content-Type'] = 'application/json';
    if (call.idempotencyKey !== undefined) headers['Idempotency-Key'] = call.idempotencyKey;
    return headers;
  }
}

/** Wait, or reject with the signal's reason. */
export function pause(wait: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, wait * 1000);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Seconds before a call is sent again: twice as long each time, and never all at once. */
export function pauseBefore(again: number): number {
  return Math.min(FIRST_PAUSE * 2 ** (again - 1), LONGEST_PAUSE) * (0.5 + Math.random() / 2);
}

/** A key that no other call has. It is no secret, so it need not come from a secret source. */
export function newKey(): string {
  const bytes = new Uint8Array(16);
  // Node.js 18 has no global crypto.
  if (globalThis.crypto?.getRandomValues) globalThis.crypto.getRandomValues(bytes);
  else bytes.forEach((_, place) => (bytes[place] = Math.random() * 256));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function taken(reply: Response, text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (!reply.ok) throw refusalOf(reply.status, body, reply.headers.get('Retry-After'));
  if (isObject(body)) return body;
  const message = 'The reply is no JSON object: is this the address of a humanwire server?';
  throw new HeatError({ message, code: 'bad_reply', status: reply.status });
}

function originOf(url: string | undefined): string {
  if (!url) throw new TypeError('Say where the server is: give {url: …}, or set HEAT_API_URL.');
  const read = new URL(url);
  if (!/^https?:$/.test(read.protocol)) throw new TypeError(`${url} is no http or https address.`);
  if (read.username || read.password || read.search || read.hash) {
    throw new TypeError('The address of the server has no user name, query or fragment.');
  }
  return read.origin + read.pathname.replace(/\/+$/, '');
}

function environment(name: string): string | undefined {
  const node = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return node.process?.env?.[name];
}

function atLeast(least: number, given: number, name: string): number {
  if (typeof given === 'number' && given >= least) return given;
  throw new TypeError(`${name} is a number, ${least} or more.`);
}

/** A block as a time; what is none is left for the server to refuse. */
function seconds(block: number | undefined): number {
  return block !== undefined && block > 0 ? Number(block) : 0;
}

function remaining(block: number | undefined, end: number): number | undefined {
  if (block === undefined || !(block > 0)) return block;
  return Math.max(0, Math.min(block, (end - Date.now()) / 1000));
}
