/**
 * Pictures to draw on, by address. Whoever needs pixels or the exact size of a picture loads it
 * here: the surface, tracking's frames, attachments.
 *
 *     const picture = await loadPicture(candidates(address, sources), { signal });
 *     surface.setMedia(picture.drawable, picture.size);
 *     …
 *     picture.close();
 *
 * What fails is a MediaFailed with one of the names in core/faults.ts; an abort stays an
 * AbortError. Nothing is decoded on the page's thread, nothing runs that is inside a picture,
 * and a picture of any size takes a bounded amount of memory once it is here.
 */

import { faultOf, isOurs, MediaFailed } from './faults';
import { isHeavy } from './svg';

export interface Picture {
  /** Of the original in pixels, after EXIF rotation: positions refer to it. */
  readonly size: { readonly width: number; readonly height: number };
  /** Upright; has fewer pixels than `size` when that is more than the page should hold. */
  readonly drawable: ImageBitmap;
  /** The memory that it takes until it is closed. */
  readonly bytes: number;
  close(): void;
}

export interface Loading {
  signal?: AbortSignal;
  /** The most pixels to hold of it. */
  mostPixels?: number;
  /** Give up when nothing comes for so long. */
  patienceMs?: number;
}

/** 64 MB; more than any screen shows, and as much as telephones' browsers take for one canvas. */
export const MOST_PIXELS = 4096 * 4096;
/** Decoding needs all of it for a moment: 1 GB. A larger one is a bomb, or no use to anybody. */
export const MOST_DECODED_PIXELS = 268_435_456;
export const LONGEST_EDGE = 16_384;
const MOST_BYTES = 256 * 1024 * 1024;
const PATIENCE_MS = 20_000;
const SVG_EDGE = 4_096;

/** A picture as an element shows it. */
export interface Image {
  /** For `src`, until it is closed. */
  readonly url: string;
  readonly size: Picture['size'];
  close(): void;
}

/** Load the first of `addresses` that works. Throws MediaFailed with what is wrong with the first. */
export function loadPicture(addresses: readonly string[], loading: Loading = {}): Promise<Picture> {
  return firstThatWorks(addresses, async (address) => {
    const { element, blob, close } = await load(address, loading);
    try {
      return blob && isSvg(blob) ? paint(element, loading) : await decode(element, blob ?? element, loading);
    } finally {
      close();
    }
  });
}

/** Load a picture to be shown by an element, which decodes it as it sees fit. Throws as above. */
export function loadImage(addresses: readonly string[], loading: Loading = {}): Promise<Image> {
  return firstThatWorks(addresses, async (address) => {
    const { element, close } = await load(address, loading);
    try {
      return { url: element.src, size: sizeOf(element), close };
    } catch (error) {
      close();
      throw error;
    }
  });
}

async function firstThatWorks<T>(
  addresses: readonly string[],
  attempt: (address: string) => Promise<T>,
): Promise<T> {
  let first: unknown = new MediaFailed('missing');
  for (const [index, address] of addresses.entries()) {
    try {
      return await attempt(address);
    } catch (error) {
      if (!(error instanceof MediaFailed)) throw error;
      if (index === 0) first = error;
      if (error.fault === 'tooLarge' || error.fault === 'offline') break;
    }
  }
  throw first;
}

/** The scale at which a picture is held: 1, or what keeps it within the limits. */
export function heldScale(width: number, height: number, mostPixels = MOST_PIXELS): number {
  const byArea = Math.sqrt(mostPixels / (width * height));
  return Math.min(1, byArea, LONGEST_EDGE / Math.max(width, height));
}

interface Loaded {
  element: HTMLImageElement;
  /** Its bytes; null from a server whose replies the page may show, but not read. */
  blob: Blob | null;
  close(): void;
}

async function load(address: string, loading: Loading): Promise<Loaded> {
  if (!isOurs(address)) {
    return { element: await loadElement(address, loading), blob: null, close: () => undefined };
  }
  const blob = await fetchPicture(address, loading);
  // A drawing is painted by the page's own thread, so one that would keep it busy stays outside.
  if (isSvg(blob) && isHeavy(await blob.text())) throw new MediaFailed('tooLarge');
  const url = URL.createObjectURL(blob);
  const close = () => URL.revokeObjectURL(url);
  try {
    return { element: await loadElement(url, loading), blob, close };
  } catch (error) {
    close();
    throw error;
  }
}

function isSvg(blob: Blob): boolean {
  return blob.type.startsWith('image/svg+xml');
}

async function fetchPicture(address: string, { signal, patienceMs = PATIENCE_MS }: Loading): Promise<Blob> {
  const silence = new AbortController();
  const giveUp = () => silence.abort(new MediaFailed('timedOut'));
  let timer = setTimeout(giveUp, patienceMs);
  const both = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  try {
    const reply = await fetch(address, { signal: both });
    const fault = await faultOf(reply, 'image');
    if (fault || !reply.body) throw new MediaFailed(fault ?? 'wrongType');
    const chunks: BlobPart[] = [];
    let bytes = 0;
    const reader = reply.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patienceMs);
      chunks.push(part.value);
      bytes += part.value.length;
      if (bytes > MOST_BYTES) throw new MediaFailed('tooLarge');
    }
    return new Blob(chunks, { type: reply.headers.get('Content-Type') ?? '' });
  } catch (error) {
    signal?.throwIfAborted();
    // The stream may name its end otherwise than the reason that it was given.
    if (silence.signal.aborted) throw new MediaFailed('timedOut');
    throw error instanceof MediaFailed ? error : new MediaFailed('offline');
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** An element knows its size as soon as the head is read, before any pixel is decoded. */
function loadElement(url: string, { signal, patienceMs = PATIENCE_MS }: Loading): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    const timer = setTimeout(() => end(() => reject(new MediaFailed('timedOut'))), patienceMs);
    const aborted = () => end(() => reject(signal?.reason as Error));
    function end(settle: () => void) {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      image.onload = image.onerror = null;
      settle();
    }
    if (signal?.aborted) return aborted();
    signal?.addEventListener('abort', aborted);
    image.referrerPolicy = 'no-referrer';
    image.decoding = 'async';
    image.onload = () => end(() => resolve(image));
    image.onerror = () => end(() => reject(new MediaFailed('wrongType')));
    image.src = url;
  });
}

async function decode(
  image: HTMLImageElement,
  source: ImageBitmapSource,
  { signal, mostPixels }: Loading,
): Promise<Picture> {
  const size = sizeOf(image);
  const scale = heldScale(size.width, size.height, mostPixels);
  const held: ImageBitmapOptions = {
    resizeWidth: Math.max(1, Math.round(size.width * scale)),
    resizeHeight: Math.max(1, Math.round(size.height * scale)),
    resizeQuality: 'medium',
  };
  let drawable: ImageBitmap;
  try {
    drawable = await createImageBitmap(source, scale === 1 ? {} : held);
  } catch {
    throw new MediaFailed('wrongType', size);
  }
  if (signal?.aborted) {
    drawable.close();
    signal.throwIfAborted();
  }
  return pictureOf(size, drawable);
}

/** A drawing has no pixels of its own: it is painted larger than it says, to stay sharp enlarged. */
function paint(image: HTMLImageElement, { mostPixels }: Loading): Picture {
  const size = sizeOf(image);
  const { width, height } = size;
  const wanted = Math.max(1, SVG_EDGE / Math.max(width, height));
  const scale = wanted * heldScale(width * wanted, height * wanted, mostPixels);
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)),
  );
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return pictureOf(size, canvas.transferToImageBitmap());
}

function sizeOf(image: HTMLImageElement): Picture['size'] {
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  if (!size.width || !size.height) throw new MediaFailed('wrongType');
  if (size.width * size.height > MOST_DECODED_PIXELS) throw new MediaFailed('tooLarge', size);
  return size;
}

function pictureOf(size: Picture['size'], drawable: ImageBitmap): Picture {
  const bytes = drawable.width * drawable.height * 4;
  return { size, drawable, bytes, close: () => drawable.close() };
}
