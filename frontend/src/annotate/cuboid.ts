/**
 * Cuboids in the picture's plane: a front face, a back face, and how they keep together. Corner
 * i + 4 is behind corner i. Faces that stand upright stay so while they are edited; others, as a
 * pre-label may have, are edited corner by corner.
 */

import { boxOf, clamped, heldShift, minus, shifted } from './geometry';
import type { Point, Size } from './model';

const CORNERS = 4;
/** How far, in pixels, an upright face's corners may be from a rectangle's. */
const SLACK = 0.01;

export const FACES = ['front', 'back'] as const;
export type Face = (typeof FACES)[number];

export function faceOf(points: readonly Point[], face: Face): readonly Point[] {
  return face === 'front' ? points.slice(0, CORNERS) : points.slice(CORNERS, 2 * CORNERS);
}

/** The edges, as pairs of indexes: round the front, round the back, and between them. */
export const CUBOID_EDGES: readonly (readonly [number, number])[] = [
  ...[0, 1, 2, 3].map((index) => [index, (index + 1) % 4] as const),
  ...[0, 1, 2, 3].map((index) => [index + 4, ((index + 1) % 4) + 4] as const),
  ...[0, 1, 2, 3].map((index) => [index, index + 4] as const),
];

/** A rectangle's corners, going round from the top left. */
export function corners(a: Point, b: Point): Point[] {
  const { from, to } = boxOf([a, b]);
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
}

/** A cuboid whose back face is the front box, shifted by `depth` as far as the medium allows. */
export function pulled(a: Point, b: Point, depth: Point, size: Size): Point[] {
  const front = corners(a, b);
  const held = heldShift(front, depth, size);
  return [...front, ...front.map((point) => shifted(point, held))];
}

/** Whether a face is a rectangle along the picture's axes, and whether 0–1 is one of its level sides. */
export function upright(face: readonly Point[]): 'level' | 'plumb' | null {
  if (face.length !== CORNERS) return null;
  const level = (i: number, j: number) => Math.abs(face[i]!.y - face[j]!.y) <= SLACK;
  const plumb = (i: number, j: number) => Math.abs(face[i]!.x - face[j]!.x) <= SLACK;
  if (level(0, 1) && plumb(1, 2) && level(2, 3) && plumb(3, 0)) return 'level';
  return plumb(0, 1) && level(1, 2) && plumb(2, 3) && level(3, 0) ? 'plumb' : null;
}

/**
 * Corner `index` taken to `to`. An upright face stays upright: its neighbours follow. What the
 * front does the back does too, so that the depth stays; the back can be shaped on its own.
 */
export function withCorner(points: readonly Point[], index: number, to: Point, size: Size): Point[] {
  const front = index < CORNERS;
  const way = upright(faceOf(points, front ? 'front' : 'back'));
  if (!way) return points.map((point, each) => (each === index ? clamped(to, size) : point));
  const corner = index % CORNERS;
  // The neighbour on the other end of a level side shares the height, of a plumb one the x.
  const next = (corner + 1) % CORNERS;
  const previous = (corner + 3) % CORNERS;
  const levelFirst = way === 'level' ? corner % 2 === 0 : corner % 2 === 1;
  const [sameY, sameX] = levelFirst ? [next, previous] : [previous, next];
  const moves = (each: number, companion: number) =>
    (front || each >= CORNERS) && [corner, companion].includes(each % CORNERS);
  const by = minus(to, points[index] as Point);
  const held = {
    x: heldShift(points.filter((_, each) => moves(each, sameX)), by, size).x,
    y: heldShift(points.filter((_, each) => moves(each, sameY)), by, size).y,
  };
  return points.map((point, each) =>
    shifted(point, { x: moves(each, sameX) ? held.x : 0, y: moves(each, sameY) ? held.y : 0 }),
  );
}

/** A whole face shifted, the other one left: this is how depth and direction are set. */
export function withFace(points: readonly Point[], face: Face, by: Point, size: Size): Point[] {
  const held = heldShift(faceOf(points, face), by, size);
  return points.map((point, index) =>
    index < CORNERS === (face === 'front') ? shifted(point, held) : point,
  );
}
