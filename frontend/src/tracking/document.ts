/** Pre-labels to a document, and a document to the answer. */

import type { Tracker, TrackerAnnotation, TrackerType, TrackingQuestion } from '../core/wire';
import { seenAt } from './course';
import { baseAt, withAttributes } from './edits';
import { newId } from './identity';
import type { Document, Film, Key, Outline, Source, Span, Track } from './model';
import { withOutline } from './outline';

/** The names of the frames; a video's are `frame1` and so on. */
export function frameIds(question: TrackingQuestion): string[] {
  const { video, frames } = question;
  if (!video) return frames.map((frame) => frame.frame_id);
  return Array.from({ length: video.frame_count }, (_, at) => `frame${at + 1}`);
}

const films = new WeakMap<TrackingQuestion, Film>();

export function filmOf(question: TrackingQuestion): Film {
  let film = films.get(question);
  if (film) return film;
  const ids = frameIds(question);
  const index = new Map(ids.map((id, at) => [id, at]));
  const originals = question.annotations.map((tracker, at) => original(tracker, at, index));
  films.set(question, (film = { ids, index, originals }));
  return film;
}

function original(tracker: Tracker, at: number, index: ReadonlyMap<string, number>): Track {
  const notes: [number, TrackerAnnotation][] = [];
  for (const [id, note] of Object.entries(tracker.frames)) {
    const frame = index.get(id);
    if (frame !== undefined) notes.push([frame, note]);
  }
  notes.sort(([a], [b]) => a - b);
  const spans: Span[] = [];
  for (const [frame] of notes) {
    const last = spans.at(-1);
    if (last?.to === frame - 1) spans[spans.length - 1] = { ...last, to: frame };
    else spans.push({ from: frame, to: frame });
  }
  const keys = keysOf(notes, spans);
  const own = new Set(keys.map(({ frame }) => frame));
  const computed = new Map(notes.filter(([frame]) => !own.has(frame)));
  const source: Source = { index: at, tracker, keys, spans, computed };
  const { _id: id, type, label, attributes } = tracker;
  return { key: `pre-label ${at}`, source, id, type, label, attributes, keys, spans };
}

/** A run in which all was computed (its ends were cut off) hangs on its first and last frame. */
function keysOf(notes: [number, TrackerAnnotation][], spans: Span[]): Key[] {
  const placed = notes.filter(([, note]) => !note.interpolated).map(([frame]) => frame);
  const ends = new Set<number>();
  let at = 0;
  for (const { from, to } of spans) {
    while ((placed[at] ?? Infinity) < from) at += 1;
    if ((placed[at] ?? Infinity) > to) ends.add(from).add(to);
  }
  return notes
    .filter(([frame, note]) => !note.interpolated || ends.has(frame))
    .map(([frame, note]) => ({ frame, note }));
}

/** The document before the worker has done anything. */
export function untouched(film: Film): Document {
  return { tracks: film.originals };
}

/** A new object, seen from `frame` on to the `last`. */
export function begun(
  type: TrackerType,
  label: string,
  outline: Outline,
  frame: number,
  last: number,
): Track {
  const id = newId();
  const note = withOutline(type, { _id: newId(), label }, outline);
  return {
    key: id,
    source: null,
    id,
    type,
    label,
    attributes: undefined,
    keys: [{ frame, note }],
    spans: [{ from: frame, to: last }],
  };
}

/** Whether a pre-label is exactly as it came. */
export function asItCame(track: Track): boolean {
  const { source } = track;
  if (!source) return false;
  const { tracker } = source;
  return (
    track.label === tracker.label &&
    track.attributes === tracker.attributes &&
    track.id === tracker._id &&
    sameItems(track.keys, source.keys, (a, b) => a === b) &&
    sameItems(track.spans, source.spans, (a, b) => a.from === b.from && a.to === b.to)
  );
}

function sameItems<Item>(
  some: readonly Item[],
  others: readonly Item[],
  same: (a: Item, b: Item) => boolean,
): boolean {
  if (some === others) return true;
  return (
    some.length === others.length &&
    some.every((item, at) => {
      const other = others[at];
      return other !== undefined && same(item, other);
    })
  );
}

const sent = new WeakMap<Track, Tracker>();

/** The track as it is sent: every frame in which it is seen, the computed ones marked. */
export function trackerOf(film: Film, track: Track): Tracker {
  if (track.source && asItCame(track)) return track.source.tracker;
  let tracker = sent.get(track);
  if (!tracker) sent.set(track, (tracker = written(film, track)));
  return tracker;
}

function written(film: Film, track: Track): Tracker {
  const before = track.source?.tracker;
  const { id, type, label, attributes } = track;
  const head = { ...(id === undefined ? {} : { _id: id }), type, label };
  return {
    ...(before ? { ...before, ...head } : head),
    ...(attributes === undefined ? {} : { attributes }),
    frames: framesOf(film, track),
  };
}

function framesOf(film: Film, track: Track): Tracker['frames'] {
  const frames: Tracker['frames'] = {};
  for (const { from, to } of track.spans) {
    for (let frame = from; frame <= to; frame += 1) {
      const note = noteAt(track, frame);
      const id = film.ids[frame];
      if (note && id !== undefined) frames[id] = note;
    }
  }
  return frames;
}

function noteAt(track: Track, frame: number): TrackerAnnotation | null {
  const seen = seenAt(track, frame);
  if (!seen || seen.note) return seen?.note ?? null;
  const base = withAttributes(baseAt(track, frame), seen.attributes);
  return { ...withOutline(track.type, base, seen.outline), interpolated: true };
}

/** The answer to send. */
export function annotationsOf(film: Film, document: Document): Tracker[] {
  return document.tracks.map((track) => trackerOf(film, track));
}
