/** Objects followed through a film. The form holds what differs from the pre-labels. */

import { lengthOf } from '../../tracking/course';
import { annotationsOf, asItCame, filmOf, trackerOf } from '../../tracking/document';
import type { Film, Track } from '../../tracking/model';
import { opened, unpack, type Packed } from '../../tracking/packed';
import type { Json, TrackingQuestion } from '../wire';
import type { Form, Problem } from './form';

/** The server takes an answer of this many bytes; some are left for what surrounds it. */
export const MOST_BYTES = 16 * 1024 * 1024 - 64 * 1024;

/** Over all frames, and in one. */
const MOST_ANNOTATIONS = 50_000;
const MOST_IN_A_FRAME = 500;

export const trackingForm = {
  start: (question, draft) => opened(question, draft),

  problem(question, value) {
    const film = filmOf(question);
    const { tracks } = unpack(question, value);
    for (const track of tracks) {
      const found = asItCame(track) ? null : problemOf(question, track, film);
      if (found) return found;
    }
    return crowding(tracks, film) ?? (tooLarge(film, tracks) ? { key: 'tracking.tooLarge' } : null);
  },

  // What was said then is what is corrected now, and is sent as it was where nothing is changed.
  again(question, response) {
    const { annotations } = response as unknown as Pick<TrackingQuestion, 'annotations'>;
    return [{ ...question, annotations }, null];
  },

  response(question, value) {
    const annotations = annotationsOf(filmOf(question), unpack(question, value));
    return { annotations } as unknown as Json;
  },
} satisfies Form<TrackingQuestion, Packed>;

function problemOf(question: TrackingQuestion, track: Track, film: Film): Problem | null {
  const frame = film.ids[track.keys[0]?.frame ?? 0] ?? '';
  const { label, type } = track;
  if (label.trim() === '') return { key: 'tracking.noLabel', params: { frame } };
  if (question.labels.length === 0) return null;
  const known = question.labels.find(({ name }) => name === label);
  if (!known) return { key: 'tracking.otherLabel', params: { label, frame } };
  if (known.shape && known.shape !== type) {
    return { key: `tracking.drawnAs.${known.shape}`, params: { label, frame } };
  }
  return null;
}

function crowding(tracks: readonly Track[], film: Film): Problem | null {
  const total = tracks.reduce((sum, track) => sum + lengthOf(track), 0);
  if (total > MOST_ANNOTATIONS) return { key: 'tracking.tooMany', params: { most: MOST_ANNOTATIONS } };
  if (tracks.length <= MOST_IN_A_FRAME) return null;
  const seen = new Uint32Array(film.ids.length);
  for (const { spans } of tracks) {
    for (const { from, to } of spans) for (let frame = from; frame <= to; frame += 1) seen[frame]! += 1;
  }
  const crowd = seen.findIndex((count) => count > MOST_IN_A_FRAME);
  if (crowd < 0) return null;
  return { key: 'tracking.crowded', params: { most: MOST_IN_A_FRAME, frame: film.ids[crowd] ?? '' } };
}

/** What a frame has besides its annotation, and a tracker besides its frames. */
const FRAME_BYTES = 40;
const TRACKER_BYTES = 300;
const LOOKED_AT = 50;

const guesses = new WeakMap<Track, Guess>();
const exact = new WeakMap<Track, number>();

interface Guess {
  least: number;
  most: number;
}

function tooLarge(film: Film, tracks: readonly Track[]): boolean {
  const guessed = tracks.map((track) => remembered(guesses, track, () => guess(track)));
  const sum = (of: 'least' | 'most') => guessed.reduce((total, one) => total + one[of], 0);
  // Only a document that may or may not be too large is worth the time of writing it out.
  if (sum('most') < MOST_BYTES / 2 || sum('least') / 2 > MOST_BYTES) return sum('least') > MOST_BYTES;
  return tracks.reduce((total, track) => total + bytesOf(film, track), 0) > MOST_BYTES;
}

function guess(track: Track): Guess {
  const sizes = track.keys.slice(0, LOOKED_AT).map(({ note }) => size(note));
  const frames = lengthOf(track);
  return {
    least: Math.min(...sizes) * frames,
    most: (Math.max(...sizes) + FRAME_BYTES) * frames + TRACKER_BYTES,
  };
}

function bytesOf(film: Film, track: Track): number {
  return remembered(exact, track, () => size(trackerOf(film, track)) + 1);
}

function remembered<Value>(known: WeakMap<Track, Value>, track: Track, count: () => Value): Value {
  let value = known.get(track);
  if (value === undefined) known.set(track, (value = count()));
  return value;
}

function size(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
