/** Objects followed through a film. The form holds what differs from the pre-labels. */

import { lengthOf } from '../../tracking/course';
import { annotationsOf, filmOf, trackerOf } from '../../tracking/document';
import type { Film, Track } from '../../tracking/model';
import { opened, unpack, type Packed } from '../../tracking/packed';
import type { Json, TrackingQuestion } from '../wire';
import type { Form, Problem } from './form';

/** The server takes an answer of this many bytes; some are left for what surrounds it. */
export const MOST_BYTES = 16 * 1024 * 1024 - 64 * 1024;

export const trackingForm = {
  start: (question, draft) => opened(question, draft),

  problem(question, value) {
    const film = filmOf(question);
    const { tracks } = unpack(question, value);
    const names = new Set(question.labels.map(({ name }) => name));
    for (const track of tracks) {
      const found = problemOf(track, names, film);
      if (found) return found;
    }
    return tooLarge(film, tracks) ? { key: 'tracking.tooLarge' } : null;
  },

  response(question, value) {
    const annotations = annotationsOf(filmOf(question), unpack(question, value));
    return { annotations } as unknown as Json;
  },
} satisfies Form<TrackingQuestion, Packed>;

function problemOf(track: Track, names: ReadonlySet<string>, film: Film): Problem | null {
  const frame = film.ids[track.keys[0]?.frame ?? 0] ?? '';
  const { label } = track;
  if (label.trim() === '') return { key: 'tracking.noLabel', params: { frame } };
  if (names.size > 0 && !names.has(label)) {
    return { key: 'tracking.otherLabel', params: { label, frame } };
  }
  return null;
}

const guesses = new WeakMap<Track, number>();
const exact = new WeakMap<Track, number>();

function tooLarge(film: Film, tracks: readonly Track[]): boolean {
  const guessed = tracks.reduce((sum, track) => sum + guess(track), 0);
  // Only a document that may be too large is worth the time of writing it out.
  return guessed > MOST_BYTES / 2 && tracks.reduce((sum, track) => sum + bytesOf(film, track), 0) > MOST_BYTES;
}

function guess(track: Track): number {
  return remembered(guesses, track, () => {
    const longest = Math.max(0, ...track.keys.map(({ note }) => size(note)).slice(0, 50));
    return (longest + 40) * lengthOf(track) + 300;
  });
}

function bytesOf(film: Film, track: Track): number {
  return remembered(exact, track, () => size(trackerOf(film, track)) + 1);
}

function remembered(known: WeakMap<Track, number>, track: Track, count: () => number): number {
  let bytes = known.get(track);
  if (bytes === undefined) known.set(track, (bytes = count()));
  return bytes;
}

function size(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
