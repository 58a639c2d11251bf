/**
 * What the workspace edits when objects are tracked through a film. Positions stay fractions of
 * the frame, as they are sent, so that a document needs no picture to be read, changed or sent.
 *
 * Nothing here is changed in place. What came as a pre-label is kept by reference for as long as
 * nobody touches it, and goes back as exactly that.
 */

import type { Tracker, TrackerAnnotation, TrackerType } from '../core/wire';

/** A point of an outline; rectangles have two, top left and bottom right, without names. */
export interface OutlinePoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** The number of a landmark's point. */
  readonly label?: number;
}

/** The geometry of one object in one frame, in the order in which the surface draws points. */
export interface Outline {
  readonly points: readonly OutlinePoint[];
  /** Pairs of indexes into `points`; null: the shape's usual outline. */
  readonly edges: readonly (readonly [number, number])[] | null;
}

/** A frame in which the object was placed by hand, or by whoever made the pre-label. */
export interface Key {
  readonly frame: number;
  readonly note: TrackerAnnotation;
}

/** A run of frames in which the object is seen, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The keys in ascending order, and the runs that hold them: each run has at least one key. */
export interface Course {
  readonly keys: readonly Key[];
  readonly spans: readonly Span[];
}

/** A pre-label as it came. */
export interface Source extends Course {
  /** Its place among the question's pre-labels. */
  readonly index: number;
  readonly tracker: Tracker;
  /** The frames that came marked as interpolated. */
  readonly computed: ReadonlyMap<number, TrackerAnnotation>;
}

export type Attributes = NonNullable<Tracker['attributes']>;

export interface Track extends Course {
  /** Unique in the document; not the caller's `_id`, which may be empty. */
  readonly key: string;
  readonly source: Source | null;
  /** The `_id` to send; undefined: the pre-label had none. */
  readonly id: string | undefined;
  readonly type: TrackerType;
  readonly label: string;
  readonly attributes: Attributes | undefined;
}

/** What does not change while a task is worked on. */
export interface Film {
  /** The names of the frames. */
  readonly ids: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  /** The pre-labels, as tracks. */
  readonly originals: readonly Track[];
}

/** What the worker edits; each edit makes a new one. */
export interface Document {
  readonly tracks: readonly Track[];
}
