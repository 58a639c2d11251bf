/** What a worker can do to several objects of a document at a time. */

import { seenAt } from './course';
import { cut, joined, placed } from './edits';
import type { Attributes, Document, Outline, Track } from './model';
import { begun } from './document';

/** The chosen tracks after an edit; one that is seen nowhere any more is taken out. */
export function changed(
  document: Document,
  chosen: readonly string[],
  edit: (track: Track) => Track,
): Document {
  let different = false;
  const tracks = document.tracks.flatMap((track) => {
    if (!chosen.includes(track.key)) return [track];
    const after = edit(track);
    if (after !== track) different = true;
    return after.keys.length > 0 ? [after] : [];
  });
  return different ? { tracks } : document;
}

export function added(document: Document, track: Track): Document {
  return { tracks: [...document.tracks, track] };
}

export function without(document: Document, chosen: readonly string[]): Document {
  return { tracks: document.tracks.filter(({ key }) => !chosen.includes(key)) };
}

/** The chosen tracks one place further up (1) or down in the order in which all are drawn and sent. */
export function reordered(document: Document, chosen: readonly string[], step: 1 | -1): Document {
  const tracks = [...document.tracks];
  const places = tracks.flatMap(({ key }, index) => (chosen.includes(key) ? [index] : []));
  // From the end they move to, so that they do not pass each other.
  for (const index of step > 0 ? places.toReversed() : places) {
    const [track, next] = [tracks[index], tracks[index + step]];
    if (!track || !next || chosen.includes(next.key)) continue;
    [tracks[index], tracks[index + step]] = [next, track];
  }
  return tracks.some((track, index) => track !== document.tracks[index]) ? { tracks } : document;
}

/** Each chosen track in two at `frame`; `later` are the new ones. */
export function allCut(
  document: Document,
  chosen: readonly string[],
  frame: number,
): { document: Document; later: string[] } {
  const later: string[] = [];
  const tracks = document.tracks.flatMap((track) => {
    const parts = chosen.includes(track.key) ? cut(track, frame) : null;
    if (!parts) return [track];
    later.push(parts[1].key);
    return parts;
  });
  return { document: { tracks }, later };
}

/** The chosen tracks as one, if they are two or more of a type: that of the earliest. */
export function allJoined(
  document: Document,
  chosen: readonly string[],
): { document: Document; into: string } | null {
  const parts = document.tracks.filter(({ key }) => chosen.includes(key));
  parts.sort((a, b) => (a.spans[0]?.from ?? 0) - (b.spans[0]?.from ?? 0));
  const [first, ...others] = parts;
  if (!first || others.length === 0 || others.some(({ type }) => type !== first.type)) return null;
  const whole = others.reduce(joined, first);
  const gone = new Set(others.map(({ key }) => key));
  const tracks = document.tracks
    .filter(({ key }) => !gone.has(key))
    .map((track) => (track.key === first.key ? whole : track));
  return { document: { tracks }, into: first.key };
}

/** A shape taken from one frame, to be put into others. */
export interface Copy {
  readonly track: Track;
  readonly outline: Outline;
  readonly attributes: Attributes;
}

export function copies(document: Document, chosen: readonly string[], frame: number): Copy[] {
  return document.tracks.flatMap((track) => {
    const seen = chosen.includes(track.key) ? seenAt(track, frame) : null;
    return seen ? [{ track, outline: seen.outline, attributes: seen.attributes }] : [];
  });
}

/** The copies in `frame`: each in its own track, or in a new one where that has gone. */
export function pasted(
  document: Document,
  taken: readonly Copy[],
  frame: number,
): { document: Document; keys: string[] } {
  let after = document;
  const keys: string[] = [];
  for (const { track, outline, attributes } of taken) {
    if (after.tracks.some(({ key }) => key === track.key)) {
      after = changed(after, [track.key], (one) => placed(one, frame, outline, attributes));
      keys.push(track.key);
    } else {
      const fresh = begun(track.type, track.label, outline, frame, frame);
      const own = placed({ ...fresh, attributes: track.attributes }, frame, outline, attributes);
      after = added(after, own);
      keys.push(own.key);
    }
  }
  return { document: after, keys };
}

/** A new object with the shape of another, beside it, in one frame and on to the `last`. */
export function duplicated(copy: Copy, frame: number, last: number): Track {
  const away = 0.02;
  const room = (axis: 'x' | 'y') => Math.max(...copy.outline.points.map((point) => point[axis])) + away <= 1;
  const points = copy.outline.points.map((point) => ({
    ...point,
    x: point.x + (room('x') ? away : -away),
    y: point.y + (room('y') ? away : -away),
  }));
  const { type, label, attributes } = copy.track;
  const made = begun(type, label, { ...copy.outline, points }, frame, last);
  const described = placed({ ...made, attributes }, frame, { ...copy.outline, points }, copy.attributes);
  return described;
}
