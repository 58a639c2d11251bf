// The client itself: each method of the Heat API, over one wire.

import { HeatError, isObject } from './error.js';
import type { AnyRequest, Reply, Types } from './requests.js';
import { newKey, pause, pauseBefore, Wire, type CallOptions, type Options } from './wire.js';

export interface AskOptions extends CallOptions {
  /** Two calls with the same key ask once. By default each call has its own. */
  idempotencyKey?: string | undefined;
}

export interface WaitOptions extends CallOptions {
  /** Seconds to wait at most; then it rejects with the code `timeout`. Default: without end. */
  timeout?: number | undefined;
}

/** Asks one type of question. Resolves when it has ended, or after `block` seconds as it stands. */
export type Ask<Type extends keyof Types> = (
  params: Types[Type][0],
  block?: number,
  options?: AskOptions,
) => Promise<Reply<Type>>;

export interface Heat {
  requestMultipleChoice: Ask<'multiple-choice'>;
  requestFreeText: Ask<'free-text'>;
  requestRating: Ask<'rating'>;
  requestImage: Ask<'image'>;
  requestVideo: Ask<'video'>;
  requestAudio: Ask<'audio'>;
  requestAnnotations: Ask<'annotations'>;
  requestAnnotationsWithMultipleChoice: Ask<'annotations-with-multiple-choice'>;
  requestAnnotationsWithFreeText: Ask<'annotations-with-free-text'>;
  requestAnnotationsWithRating: Ask<'annotations-with-rating'>;

  /** Ask a question of any type that the server knows, such as `closed-question` or `form`. */
  request(type: string, params: object, block?: number, options?: AskOptions): Promise<AnyRequest>;

  /** Read a request: as it stands, or when it has ended, after `block` seconds at the latest. */
  getRequest<Request = AnyRequest>(
    id: string,
    block?: number,
    options?: CallOptions,
  ): Promise<Request>;

  /** Wait until a request has ended, however long people take. */
  waitForRequest<Request = AnyRequest>(id: string, options?: WaitOptions): Promise<Request>;

  /** Withdraw a pending request. One that has ended rejects with the code `already_ended`. */
  abortRequest(id: string, options?: CallOptions): Promise<{ success: true }>;
}

/** Seconds that one call of `waitForRequest` stays open: what proxies in between let pass. */
const ROUND = 50;

/** Make a client for the project that the key is of. */
export function heat(key: string, options: Options = {}): Heat {
  const wire = new Wire(key, options);
  const request: Heat['request'] = (type, params, block, own) => ask(wire, type, params, block, own);
  const asking = <Type extends keyof Types>(type: Type): Ask<Type> =>
    (params, block, own) => request(type, params, block, own) as Promise<unknown> as Promise<Reply<Type>>;
  return {
    requestMultipleChoice: asking('multiple-choice'),
    requestFreeText: asking('free-text'),
    requestRating: asking('rating'),
    requestImage: asking('image'),
    requestVideo: asking('video'),
    requestAudio: asking('audio'),
    requestAnnotations: asking('annotations'),
    requestAnnotationsWithMultipleChoice: asking('annotations-with-multiple-choice'),
    requestAnnotationsWithFreeText: asking('annotations-with-free-text'),
    requestAnnotationsWithRating: asking('annotations-with-rating'),
    request,
    getRequest: async <Request>(id: string, block?: number, own: CallOptions = {}) =>
      (await read(wire, id, block, own)) as Request,
    waitForRequest: async <Request>(id: string, own: WaitOptions = {}) =>
      (await wait(wire, id, own)) as Request,
    abortRequest: (id, own = {}) => abort(wire, id, own),
  };
}

async function ask(
  wire: Wire,
  type: string,
  params: object,
  block: number | undefined,
  { signal, idempotencyKey }: AskOptions = {},
): Promise<AnyRequest> {
  if (!isObject(params)) throw new TypeError('The parameters of a request are an object.');
  const reply = await wire.send({
    method: 'POST',
    path: `/v1/requests/${encodeURIComponent(type)}`,
    body: JSON.stringify(params),
    idempotencyKey: idempotencyKey ?? newKey(),
    block,
    signal,
  });
  return reply as AnyRequest;
}

async function read(
  wire: Wire,
  id: string,
  block: number | undefined,
  { signal }: CallOptions,
): Promise<AnyRequest> {
  const path = `/v1/requests/${named(id)}`;
  return (await wire.send({ method: 'GET', path, block, signal })) as AnyRequest;
}

async function wait(
  wire: Wire,
  id: string,
  { signal, timeout = Infinity }: WaitOptions,
): Promise<AnyRequest> {
  const end = Date.now() + timeout * 1000;
  for (let early = 0; ; ) {
    const begun = Date.now();
    const block = Math.max(0, Math.min(ROUND, (end - begun) / 1000));
    const found = await read(wire, id, block, { signal });
    if (found.status !== 'pending') return found;
    const now = Date.now();
    if (now >= end) {
      throw new HeatError({ message: `Still pending after ${timeout} seconds.`, code: 'timeout' });
    }
    // A server that stops, or that allows shorter blocks, says so at once: it is not to be pressed.
    if (now - begun < (block * 1000) / 2) {
      early += 1;
      await pause(Math.min(pauseBefore(Math.min(early, 5)), (end - now) / 1000), signal);
    }
  }
}

async function abort(wire: Wire, id: string, { signal }: CallOptions): Promise<{ success: true }> {
  const path = `/v1/tasks/abort/${named(id)}`;
  try {
    return (await wire.send({ method: 'POST', path, signal })) as { success: true };
  } catch (error) {
    // The reply to an earlier sending may have been lost: then it was this call that ended it.
    if (!(error instanceof HeatError) || error.code !== 'already_ended') throw error;
    if (error.attempts === 1) throw error;
    const found = await read(wire, id, undefined, { signal });
    if (found.status !== 'aborted' || found.aborted_reason !== undefined) throw error;
    return { success: true };
  }
}

function named(id: string): string {
  if (typeof id !== 'string' || id === '') throw new TypeError('Name the request by its id.');
  return encodeURIComponent(id);
}
