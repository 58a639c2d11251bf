/**
 * The document as a draft keeps it: pre-labels that nobody touched as a number, others as what
 * differs from the pre-label, so that a draft of a long film is as long as the work done on it.
 */

import type { Json, TrackerAnnotation, TrackerType, TrackingQuestion } from '../core/wire';
import { asItCame, filmOf, untouched } from './document';
import type { Attributes, Document, Film, Key, Span, Track } from './model';

/** `[frame, annotation]` */
type PackedKey = [number, TrackerAnnotation];

interface PackedTrack {
  /** Its pre-label's place. */
  of?: number;
  id?: string;
  type: TrackerType;
  label: string;
  attributes?: Attributes;
  /** Left out: the pre-label's. */
  spans?: [number, number][];
  /** Those that the pre-label has not got. */
  keys: PackedKey[];
  /** The frames of the pre-label's keys that are gone or others now. */
  gone?: number[];
}

/** What the form holds. A draft is JSON, and a type alias is what TypeScript takes for it. */
export type Packed = { tracks: Json[] };

const packedTracks = new WeakMap<Track, Json>();
const documents = new WeakMap<Packed, Document>();

export function pack(document: Document): Packed {
  const tracks = document.tracks.map((track) => {
    if (track.source && asItCame(track)) return track.source.index;
    let packed = packedTracks.get(track);
    if (packed === undefined) {
      packed = packTrack(track) as unknown as Json;
      packedTracks.set(track, packed);
    }
    return packed;
  });
  const value = { tracks };
  documents.set(value, document);
  return value;
}

function packTrack(track: Track): PackedTrack {
  const { source, id, type, label, attributes } = track;
  const own = new Set(source?.keys);
  const left = new Set(track.keys);
  const gone = (source?.keys ?? []).filter((key) => !left.has(key)).map(({ frame }) => frame);
  const keys = track.keys.filter((key) => !own.has(key));
  const sameSpans = JSON.stringify(source?.spans) === JSON.stringify(track.spans);
  return {
    ...(source ? { of: source.index } : {}),
    ...(id === undefined ? {} : { id }),
    type,
    label,
    ...(attributes ? { attributes } : {}),
    ...(sameSpans ? {} : { spans: track.spans.map(({ from, to }): [number, number] => [from, to]) }),
    keys: keys.map(({ frame, note }): PackedKey => [frame, note]),
    ...(gone.length > 0 ? { gone } : {}),
  };
}

/** The document that a form holds. */
export function unpack(question: TrackingQuestion, value: Packed): Document {
  let document = documents.get(value);
  if (!document) {
    const film = filmOf(question);
    const tracks = value.tracks.flatMap((packed) => unpackTrack(film, packed) ?? []);
    documents.set(value, (document = { tracks }));
  }
  return document;
}

function unpackTrack(film: Film, packed: Json): Track | null {
  if (typeof packed === 'number') return film.originals[packed] ?? null;
  const { of, id, type, label, attributes, spans, keys, gone } = packed as unknown as PackedTrack;
  const original = of === undefined ? null : (film.originals[of] ?? null);
  const lost = new Set(gone);
  const kept = (original?.keys ?? []).filter(({ frame }) => !lost.has(frame));
  const added = keys.map(([frame, note]): Key => ({ frame, note }));
  return {
    key: original?.key ?? id ?? '',
    source: original?.source ?? null,
    id,
    type,
    label,
    attributes: same(attributes, original?.attributes) ? original?.attributes : attributes,
    keys: [...kept, ...added].sort((a, b) => a.frame - b.frame),
    spans: spans?.map(([from, to]): Span => ({ from, to })) ?? original?.spans ?? [],
  };
}

function same(some: Attributes | undefined, others: Attributes | undefined): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}

/** What a form starts from: the draft when it is one of this question's, else the pre-labels. */
export function opened(question: TrackingQuestion, draft: Json | undefined): Packed {
  const fresh = pack(untouched(filmOf(question)));
  if (!isPacked(draft)) return fresh;
  try {
    unpack(question, draft);
    return draft;
  } catch {
    return fresh;
  }
}

function isPacked(draft: Json | undefined): draft is Packed {
  return (
    typeof draft === 'object' && draft !== null && !Array.isArray(draft) && Array.isArray(draft['tracks'])
  );
}

