// What a call rejects with: a refusal of the server, or the lack of any answer.

export interface Reason {
  message: string;
  code: string;
  status?: number | undefined;
  field?: string | undefined;
  retryAfter?: number | undefined;
  cause?: unknown;
}

/**
 * A call that failed. A refusal has the server's `status` and `code`, and the `field` at fault if
 * there is one. Without a reply `status` is undefined, and `code` is `network` or `timeout`; a
 * reply that is not the server's (a proxy's error page, say) has the code `bad_reply`.
 */
export class HeatError extends Error {
  override readonly name = 'HeatError';
  /** For programs: it does not change, while `message` may. */
  readonly code: string;
  /** The HTTP status, if there was a reply. */
  readonly status: number | undefined;
  /** The field or parameter at fault, with its place: `choices[1]`. */
  readonly field: string | undefined;
  /** Seconds after which the server wants to be asked again, if it said so. */
  readonly retryAfter: number | undefined;
  /** How often the call was sent before this came of it. */
  attempts = 1;

  constructor(reason: Reason) {
    super(reason.message, reason.cause === undefined ? undefined : { cause: reason.cause });
    this.code = reason.code;
    this.status = reason.status;
    this.field = reason.field;
    this.retryAfter = reason.retryAfter;
  }

  /** Whether the same call may well succeed later. */
  get temporary(): boolean {
    if (this.status === undefined) return true;
    return this.status === 429 || this.status >= 500;
  }
}

/** Read a refusal out of a reply. */
export function refusalOf(status: number, body: unknown, retryAfter: string | null): HeatError {
  const said = isObject(body) && isObject(body['error']) ? body['error'] : {};
  const { code, message, field } = said;
  const seconds = Number(retryAfter ?? NaN);
  return new HeatError({
    status,
    code: typeof code === 'string' ? code : 'bad_reply',
    message: typeof message === 'string' ? message : `The server replied ${status}.`,
    field: typeof field === 'string' ? field : undefined,
    retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
