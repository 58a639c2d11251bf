/** Where a track is seen, between which keys a frame lies, and what is there. */

import type { TrackerAnnotation } from '../core/wire';
import { between } from './interpolate';
import type { Attributes, Course, Key, Outline, Span, Track } from './model';
import { outlineOf } from './outline';

/** An object in one frame. */
export interface Seen {
  readonly outline: Outline;
  readonly attributes: Attributes;
  /** Placed by hand, or by whoever made the pre-label. */
  readonly isKey: boolean;
  /** The annotation, where it need not be computed. */
  readonly note: TrackerAnnotation | null;
}

const NONE: Attributes = {};

export function spanAt(course: Course, frame: number): Span | undefined {
  return course.spans.find(({ from, to }) => from <= frame && frame <= to);
}

/** The key at `frame`. */
export function keyAt(course: Course, frame: number): Key | undefined {
  const key = course.keys[lastUpTo(course.keys, frame)];
  return key?.frame === frame ? key : undefined;
}

/** The index of the last key at or before `frame`; -1 when there is none. */
export function lastUpTo(keys: readonly Key[], frame: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle]?.frame ?? Infinity) <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The keys of the same run at or before, and after, `frame`. */
export function keysAround(course: Course, frame: number): [Key | undefined, Key | undefined] {
  const span = spanAt(course, frame);
  if (!span) return [undefined, undefined];
  const at = lastUpTo(course.keys, frame);
  const [before, after] = [course.keys[at], course.keys[at + 1]];
  return [
    before && before.frame >= span.from ? before : undefined,
    after && after.frame <= span.to ? after : undefined,
  ];
}

/** The object as it is in `frame`; null where it is not seen. */
export function seenAt(track: Track, frame: number): Seen | null {
  const [before, after] = keysAround(track, frame);
  const held = before ?? after;
  if (!held) return null;
  const kept = before?.frame === frame ? before.note : keptAt(track, frame, before, after);
  if (kept) {
    return {
      outline: outlineOf(track.type, kept),
      attributes: kept.attributes ?? NONE,
      isKey: before?.frame === frame,
      note: kept,
    };
  }
  const attributes = held.note.attributes ?? NONE;
  return { outline: computedAt(track, frame, before, after), attributes, isKey: false, note: null };
}

function computedAt(track: Track, frame: number, before?: Key, after?: Key): Outline {
  if (!before || !after) {
    const held = before ?? after;
    return held ? outlineOf(track.type, held.note) : { points: [], edges: null };
  }
  const [a, b] = [outlineOf(track.type, before.note), outlineOf(track.type, after.note)];
  return between(track.type, a, b, (frame - before.frame) / (after.frame - before.frame));
}

/** What the pre-label computed for this frame, as long as the keys around it are still its own. */
function keptAt(track: Track, frame: number, before?: Key, after?: Key): TrackerAnnotation | null {
  const note = track.source?.computed.get(frame);
  if (!track.source || !note) return null;
  const [first, second] = keysAround(track.source, frame);
  return first === before && second === after ? note : null;
}

/** How many frames the object is seen in. */
export function lengthOf(course: Course): number {
  return course.spans.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The nearest key after (`step` 1) or before (-1) a frame in any of these tracks. */
export function nearestKey(tracks: readonly Track[], frame: number, step: 1 | -1): number | null {
  let best: number | null = null;
  for (const { keys } of tracks) {
    const at = step > 0 ? lastUpTo(keys, frame) + 1 : lastUpTo(keys, frame - 1);
    const found = keys[at]?.frame;
    if (found === undefined) continue;
    if (best === null || (step > 0 ? found < best : found > best)) best = found;
  }
  return best;
}

/** The next frame after `frame`, going round, in which no track is seen; null when there is none. */
export function nextUnlabelled(tracks: readonly Track[], count: number, frame: number): number | null {
  const seen = new Uint8Array(count);
  for (const { spans } of tracks) for (const { from, to } of spans) seen.fill(1, from, to + 1);
  for (let step = 1; step <= count; step += 1) {
    const at = (frame + step) % count;
    if (!seen[at]) return at;
  }
  return null;
}
