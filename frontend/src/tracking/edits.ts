/** What a worker can do to one track; each edit gives a new track. */

import type { TrackerAnnotation } from '../core/wire';
import { keyAt, keysAround, lastUpTo, seenAt, spanAt } from './course';
import { newId } from './identity';
import type { Attributes, Key, Outline, Span, Track } from './model';
import { outlineOf, withOutline } from './outline';

/** The track with an outline placed in `frame`, which makes it a key frame, and seen, too. */
export function placed(track: Track, frame: number, outline: Outline, attributes?: Attributes): Track {
  const seen = seenAt(track, frame);
  const base = keyAt(track, frame)?.note ?? baseAt(track, frame);
  const held = attributes ?? seen?.attributes ?? base.attributes;
  const note = withOutline(track.type, withAttributes(base, held), outline);
  const open = seen ? track : shown(track, frame, frame);
  return { ...open, keys: withKey(open.keys, { frame, note }) };
}

/** The annotation that one in `frame` begins with: the pre-label's own, or a new one. */
export function baseAt(track: Track, frame: number): TrackerAnnotation {
  const { source, label } = track;
  const original = source && (keyAt(source, frame)?.note ?? source.computed.get(frame));
  if (original) return original;
  // Corners, edges and faces are written as in the track's other frames.
  const at = lastUpTo(track.keys, frame);
  const like = (track.keys[at] ?? track.keys[at + 1])?.note;
  const fresh: TrackerAnnotation = { _id: newId(), label };
  for (const name of ['coordinates', 'points', 'edges', 'front', 'side', 'back'] as const) {
    if (like?.[name] !== undefined) Object.assign(fresh, { [name]: like[name] });
  }
  return fresh;
}

export function withAttributes(note: TrackerAnnotation, attributes?: Attributes): TrackerAnnotation {
  if (attributes === note.attributes || (!note.attributes && isEmpty(attributes))) return note;
  return { ...note, attributes: attributes ?? {} };
}

function isEmpty(attributes: Attributes | undefined): boolean {
  return !attributes || Object.keys(attributes).length === 0;
}

function withKey(keys: readonly Key[], key: Key): Key[] {
  const others = keys.filter(({ frame }) => frame !== key.frame);
  others.splice(lastUpTo(others, key.frame) + 1, 0, key);
  return others;
}

/** The track with a key at `frame` where it is seen, looking as it did. */
export function withKeyAt(track: Track, frame: number): Track {
  const seen = seenAt(track, frame);
  return !seen || seen.isKey ? track : placed(track, frame, seen.outline, seen.attributes);
}

/** Without the key at `frame`, which is computed from the others; a run's only key takes it along. */
export function withoutKey(track: Track, frame: number): Track {
  const span = spanAt(track, frame);
  if (!span || !keyAt(track, frame)) return track;
  const keys = track.keys.filter((key) => key.frame !== frame);
  const orphaned = !keys.some((key) => span.from <= key.frame && key.frame <= span.to);
  return { ...track, keys, spans: orphaned ? track.spans.filter((one) => one !== span) : track.spans };
}

/** Only what lies within `range`; where that cuts a run, its ends become keys. */
export function within(track: Track, range: Span): Track {
  const cut = (span: Span): Span => ({
    from: Math.max(span.from, range.from),
    to: Math.min(span.to, range.to),
  });
  const spans = track.spans.map(cut).filter(({ from, to }) => from <= to);
  let course = track;
  for (const span of spans) {
    const whole = spanAt(track, span.from);
    if (whole && span.from > whole.from) course = withKeyAt(course, span.from);
    if (whole && span.to < whole.to) course = withKeyAt(course, span.to);
  }
  const keys = course.keys.filter(({ frame }) => range.from <= frame && frame <= range.to);
  return { ...course, keys, spans };
}

/** Not seen within `range`. */
export function hidden(track: Track, range: Span): Track {
  const before = within(track, { from: 0, to: range.from - 1 });
  const after = within(track, { from: range.to + 1, to: Infinity });
  return { ...track, keys: [...before.keys, ...after.keys], spans: [...before.spans, ...after.spans] };
}

/** The range is part of the track. Runs that meet become one, each looking as it did. */
function shown(track: Track, from: number, to: number): Track {
  let course: Track = track;
  const touching = track.spans.filter((span) => span.to >= from - 1 && span.from <= to + 1);
  for (const span of touching) {
    if (span.to < from) course = withKeyAt(course, span.to);
    if (span.from > to) course = withKeyAt(course, span.from);
  }
  const whole = {
    from: Math.min(from, ...touching.map((span) => span.from)),
    to: Math.max(to, ...touching.map((span) => span.to)),
  };
  const spans = [...track.spans.filter((span) => !touching.includes(span)), whole];
  return { ...course, spans: spans.sort((a, b) => a.from - b.from) };
}

/** The object is gone from `frame` on, until it was placed again. */
export function ended(track: Track, frame: number): Track {
  const span = spanAt(track, frame);
  if (!span) return track;
  const [, next] = keysAround(track, frame);
  return hidden(track, { from: frame, to: next ? next.frame - 1 : span.to });
}

/** The object is back from `frame` on, until it is seen anyway or to the `last` frame. */
export function reopened(track: Track, frame: number, last: number): Track {
  if (spanAt(track, frame)) return track;
  const at = lastUpTo(track.keys, frame);
  const nearest = track.keys[at] ?? track.keys[at + 1];
  if (!nearest) return track;
  const next = track.spans.find(({ from }) => from > frame);
  const outline = outlineOf(track.type, nearest.note);
  const course = placed(track, frame, outline, nearest.note.attributes);
  const to = next ? next.from - 1 : last;
  return to > frame ? shown(course, frame, to) : course;
}

/** Two tracks: what is before `frame`, and the rest, which is a new object. */
export function cut(track: Track, frame: number): [Track, Track] | null {
  const before = within(track, { from: 0, to: frame - 1 });
  const after = within(track, { from: frame, to: Infinity });
  if (before.spans.length === 0 || after.spans.length === 0) return null;
  const id = newId();
  return [before, { ...after, key: id, id, source: null }];
}

/** One object out of two of a type: `first` where it is seen, `second` elsewhere. */
export function joined(first: Track, second: Track): Track {
  let rest = second;
  for (const span of first.spans) rest = hidden(rest, span);
  let whole = first;
  for (const { from, to } of rest.spans) {
    // Where the two meet, each keeps its own look up to its end.
    if (spanAt(whole, from - 1)) rest = withKeyAt(rest, from);
    if (spanAt(whole, to + 1)) rest = withKeyAt(rest, to);
    const { spans, keys } = shown(whole, from, to);
    const more = rest.keys.filter(({ frame }) => from <= frame && frame <= to);
    whole = { ...whole, spans, keys: [...keys, ...more].sort((a, b) => a.frame - b.frame) };
  }
  return whole;
}

/** The shape of `frame` in each of the next `count` frames; a negative count goes backwards. */
export function propagated(track: Track, frame: number, count: number, last: number): Track {
  const seen = seenAt(track, frame);
  const goal = Math.min(last, Math.max(0, frame + count));
  if (!seen || goal === frame) return track;
  const [from, to] = [Math.min(frame, goal), Math.max(frame, goal)];
  const course = shown(withKeyAt(track, frame), from, to);
  const keys = course.keys.filter((key) => key.frame < from || key.frame > to || key.frame === frame);
  return placed({ ...course, keys }, goal, seen.outline, seen.attributes);
}

/** Another label. Annotations that repeat the old one follow. */
export function relabelled(track: Track, label: string): Track {
  const keys = track.keys.map((key) =>
    key.note.label && key.note.label === track.label ? { ...key, note: { ...key.note, label } } : key,
  );
  return { ...track, label, keys };
}

export type AttributeValue = string | string[];

/** An attribute of the whole track; undefined takes it away. */
export function describedTrack(track: Track, name: string, value: AttributeValue | undefined): Track {
  return { ...track, attributes: changedValue(track.attributes ?? {}, name, value) };
}

/** An attribute from `frame` on, until the next key frame says otherwise. */
export function describedFrame(
  track: Track,
  frame: number,
  name: string,
  value: AttributeValue | undefined,
): Track {
  const seen = seenAt(track, frame);
  if (!seen) return track;
  return placed(track, frame, seen.outline, changedValue(seen.attributes, name, value));
}

function changedValue(before: Attributes, name: string, value: AttributeValue | undefined): Attributes {
  if (value !== undefined) return { ...before, [name]: { ...before[name], value } };
  const { [name]: _, ...others } = before;
  return others;
}
