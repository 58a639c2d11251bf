/**
 * What can be wrong with a picture, film or sound, and how to find out which of it is: a browser
 * only says that an element failed.
 */

export type FaultName =
  /** Whoever should have it says that there is none. */
  | 'missing'
  /** What came is of another type, or damaged. */
  | 'wrongType'
  /** More bytes or pixels than can be shown. */
  | 'tooLarge'
  /** Nothing came for so long that it is given up. */
  | 'timedOut'
  /** It came, but this browser cannot decode it. */
  | 'unplayable'
  /** The server that has it cannot be reached, or fails. */
  | 'unreachable'
  /** Our own server cannot be reached: no fault of the material's. */
  | 'offline';

export type Medium = 'image' | 'video' | 'audio';

/** A medium cannot be shown. */
export class MediaFailed extends Error {
  constructor(
    readonly fault: FaultName,
    /** Of a picture that is too large, if it could be measured. */
    readonly size: { width: number; height: number } | null = null,
  ) {
    super(fault);
    this.name = 'MediaFailed';
  }
}

/** Trying again later may help, without anybody mending the material. */
export function isPassing(fault: FaultName): boolean {
  return fault === 'timedOut' || fault === 'unreachable' || fault === 'offline';
}

/** Whether an address is on our own server, so that it may be fetched and its reply be read. */
export function isOurs(address: string): boolean {
  return URL.canParse(address, location.href)
    ? new URL(address, location.href).origin === location.origin
    : false;
}

const PATIENCE_MS = 20_000;

/** Ask for the first byte of a medium, and tell what is wrong; null: its server does not say. */
export async function diagnose(address: string, medium: Medium): Promise<FaultName | null> {
  // The page may show what others send, but not read it.
  if (!isOurs(address)) return null;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const reply = await fetch(address, { headers: { Range: 'bytes=0-0' }, signal });
    const fault = await faultOf(reply, medium);
    void reply.body?.cancel().catch(() => undefined);
    return fault;
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'timedOut' : 'offline';
  }
}

/** What a reply says against showing it as `medium`; null when it may well be one. */
export async function faultOf(reply: Response, medium: Medium): Promise<FaultName | null> {
  if (reply.ok) {
    const type = reply.headers.get('Content-Type') ?? '';
    return type.startsWith(`${medium}/`) ? null : 'wrongType';
  }
  if (reply.status === 416) return 'wrongType'; // empty: it has no first byte
  if (reply.status < 500) return 'missing';
  return faultFor(await reasonOf(reply));
}

/** The name of the reason for which our server could not load a medium from another. */
export function faultFor(reason: string | null): FaultName {
  if (reason === null) return 'unreachable';
  if (reason === 'timeout') return 'timedOut';
  if (reason === 'not_media') return 'wrongType';
  if (reason === 'too_large') return 'tooLarge';
  return /^status_4/.test(reason) ? 'missing' : 'unreachable';
}

async function reasonOf(reply: Response): Promise<string | null> {
  try {
    const said = (await reply.json()) as { error?: { reason?: string } };
    return said.error?.reason ?? null;
  } catch {
    return null; // a proxy's page, not ours
  }
}

/** The fault of a film whose pictures do not play although its sound may; null when it is fine. */
export function filmFault(film: { videoWidth: number; videoHeight: number }): FaultName | null {
  return film.videoWidth > 0 && film.videoHeight > 0 ? null : 'unplayable';
}

/**
 * Give a video or sound its address, the first of `addresses` that works, and tell when none does:
 * also when nothing comes, or only the sound of a film. Returns how to stop.
 */
export function watchFilm(
  film: HTMLMediaElement,
  addresses: readonly string[],
  tell: (fault: FaultName) => void,
): () => void {
  const medium = film instanceof HTMLVideoElement ? 'video' : 'audio';
  const stopped = new AbortController();
  const { signal } = stopped;
  let first: FaultName | null = null;
  let tried = -1;
  let timer = 0;

  function next(fault: FaultName | null) {
    if (signal.aborted) return;
    clearTimeout(timer);
    first ??= fault;
    tried += 1;
    const address = addresses[tried];
    if (address === undefined || first === 'offline') {
      stop();
      tell(first ?? 'missing');
      return;
    }
    film.src = address;
    timer = window.setTimeout(waited, PATIENCE_MS);
  }

  async function waited() {
    const fault = await diagnose(addresses[tried] ?? '', medium);
    if (signal.aborted) return;
    // It may just be slow, or wait until it is played.
    if (fault) next(fault);
    else timer = window.setTimeout(waited, PATIENCE_MS);
  }

  async function failed() {
    clearTimeout(timer);
    next((await diagnose(addresses[tried] ?? '', medium)) ?? 'unplayable');
  }

  function opened() {
    clearTimeout(timer);
    const fault = film instanceof HTMLVideoElement ? filmFault(film) : null;
    if (fault) next(fault);
  }

  function stop() {
    clearTimeout(timer);
    stopped.abort();
  }

  film.addEventListener('error', () => void failed(), { signal });
  film.addEventListener('loadedmetadata', opened, { signal });
  next(null);
  return stop;
}
