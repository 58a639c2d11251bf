/** What the worker made of the pre-labels, and the way back to them. */

import { keyAt, seenAt, spanAt } from './course';
import { asItCame } from './document';
import { hidden, placed, withoutKey } from './edits';
import type { Attributes, Document, Film, Track } from './model';
import { alike, outlineOf } from './outline';

export type TrackState = 'same' | 'changed' | 'added';
/** Of a track in one frame; `none`: neither now nor before. */
export type FrameState = 'none' | TrackState | 'removed';

const states = new WeakMap<Track, TrackState>();

export function trackState(track: Track): TrackState {
  let state = states.get(track);
  if (!state) states.set(track, (state = compare(track)));
  return state;
}

function compare(track: Track): TrackState {
  const { source } = track;
  if (!source) return 'added';
  if (asItCame(track)) return 'same';
  const { tracker } = source;
  if (track.label !== tracker.label) return 'changed';
  if (!sameAttributes(track.attributes, tracker.attributes)) return 'changed';
  for (const { from, to } of [...track.spans, ...source.spans]) {
    for (let frame = from; frame <= to; frame += 1) {
      if (frameState(track, frame) !== 'same') return 'changed';
    }
  }
  return 'same';
}

export function frameState(track: Track, frame: number): FrameState {
  const { source } = track;
  const seen = spanAt(track, frame) !== undefined;
  const was = source !== null && spanAt(source, frame) !== undefined;
  if (!seen) return was ? 'removed' : 'none';
  if (!was) return 'added';
  const before = keyAt(source, frame)?.note ?? source.computed.get(frame);
  const now = seenAt(track, frame);
  if (!before || !now || now.note === before) return 'same';
  const same =
    alike(now.outline, outlineOf(track.type, before)) &&
    sameAttributes(now.attributes, before.attributes);
  return same ? 'same' : 'changed';
}

function sameAttributes(some: Attributes = {}, others: Attributes = {}): boolean {
  const names = Object.keys(some);
  return (
    names.length === Object.keys(others).length &&
    names.every(
      (name) => JSON.stringify(some[name]?.value) === JSON.stringify(others[name]?.value),
    )
  );
}

/** The pre-labels that the worker took out. */
export function removedTracks(film: Film, document: Document): Track[] {
  const left = new Set(document.tracks.map(({ source }) => source?.index));
  return film.originals.filter(({ source }) => source && !left.has(source.index));
}

/** The document with a pre-label as it came, in its old place when it had been taken out. */
export function restored(film: Film, document: Document, index: number): Document {
  const original = film.originals[index];
  if (!original) return document;
  if (document.tracks.some(({ source }) => source?.index === index)) {
    const back = (track: Track) => (track.source?.index === index ? original : track);
    return { tracks: document.tracks.map(back) };
  }
  const after = document.tracks.findIndex(({ source }) => !source || source.index > index);
  const tracks = [...document.tracks];
  tracks.splice(after < 0 ? tracks.length : after, 0, original);
  return { tracks };
}

/** The track with one frame as the pre-label had it. */
export function frameRestored(track: Track, frame: number): Track {
  const { source } = track;
  if (!source || frameState(track, frame) === 'same') return track;
  if (!spanAt(source, frame)) return hidden(track, { from: frame, to: frame });
  const key = keyAt(source, frame);
  if (key) {
    const open = placed(track, frame, outlineOf(track.type, key.note), key.note.attributes);
    return { ...open, keys: open.keys.map((one) => (one.frame === frame ? key : one)) };
  }
  const note = source.computed.get(frame);
  if (!note) return track;
  const free = withoutKey(track, frame);
  if (frameState(free, frame) === 'same') return free;
  return placed(track, frame, outlineOf(track.type, note), note.attributes ?? {});
}
