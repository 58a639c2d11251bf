/**
 * What the drawing surface draws and edits, whoever asks for it: marks on a picture, the box of a
 * form, the trackers of a film. Every kind translates its own answer to these shapes and back.
 *
 * Positions are pixels of the original medium (after EXIF rotation), with fractions; the surface
 * alone knows about zoom, screen and device pixels.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type ShapeType = 'point' | 'rectangle' | 'polygon' | 'line' | 'cuboid' | 'landmark';

/**
 * One shape. `points` are: the place of a point; top left and bottom right of a rectangle; the
 * vertices of a polygon or line in their order; the eight corners of a cuboid (0–3 the front face,
 * 4–7 the back one, each going round alike, so that corner i + 4 is behind corner i); the points
 * of a landmark.
 *
 * Shapes are never changed in place: an edit makes a new one with the same `id`.
 */
export interface Shape {
  /** The host's own name for it; unique in the scene. */
  readonly id: string;
  readonly type: ShapeType;
  readonly points: readonly Point[];
  /** Shown beside the shape; may be empty. */
  readonly label: string;
  /** Any CSS colour. */
  readonly color: string;
  /** Seen, but not to be selected or changed by pointer. */
  readonly locked?: boolean;
  readonly hidden?: boolean;
  /** Drawn dashed: computed between two key frames, not placed by hand. */
  readonly computed?: boolean;
  /** Pairs of indexes into `points`, for landmarks and for polygons and lines with edges of their own. */
  readonly edges?: readonly (readonly [number, number])[];
  /** A name for each point, shown at the points of the selected shape. */
  readonly names?: readonly string[];
}

/** What the pointer does on free ground: draw such a shape, or select and pan. */
export type Tool = 'select' | ShapeType;

/** A landmark's points are placed one after another, in this order. */
export interface Skeleton {
  readonly names: readonly string[];
  readonly edges: readonly (readonly [number, number])[];
}
