/** What sets the types of shape apart: their outlines, and what moving and reshaping do to them. */

import { CUBOID_EDGES, FACES, corners, faceOf, withCorner, withFace, type Face } from './cuboid';
import { area, boxOf, clamped, heldShift, shifted, snapped } from './geometry';
import type { Point, Shape, ShapeType, Size } from './model';

/** With fewer points a shape is none. */
export const LEAST: Record<ShapeType, number> = {
  point: 1,
  rectangle: 2,
  polygon: 3,
  line: 2,
  cuboid: 8,
  landmark: 1,
};

/** The rings that enclose an area; shapes without one are hit by their lines and points alone. */
export function rings(shape: Shape): readonly (readonly Point[])[] {
  const [a, b] = shape.points;
  switch (shape.type) {
    case 'rectangle':
      return a && b ? [corners(a, b)] : [];
    case 'polygon':
      return shape.edges ? [] : [shape.points];
    case 'cuboid':
      return [faceOf(shape.points, 'front'), faceOf(shape.points, 'back'), ...sides(shape.points)];
    default:
      return [];
  }
}

/** None where corners are missing, as they may be in a pre-label. */
function sides(points: readonly Point[]): Point[][] {
  if (points.length < LEAST.cuboid) return [];
  return [0, 1, 2, 3].map((index) => {
    const next = (index + 1) % 4;
    return [index, next, next + 4, index + 4].map((each) => points[each] as Point);
  });
}

/** Pairs of indexes into the points, or into the corners of a rectangle's outline. */
export function edgesOf(shape: Shape): readonly (readonly [number, number])[] {
  const count = shape.points.length;
  if (shape.edges) return shape.edges.filter(([from, to]) => from < count && to < count);
  switch (shape.type) {
    case 'polygon':
      return shape.points.map((_, index) => [index, (index + 1) % count] as const);
    case 'line':
      return shape.points.slice(1).map((_, index) => [index, index + 1] as const);
    case 'cuboid':
      return CUBOID_EDGES.filter(([from, to]) => from < count && to < count);
    case 'rectangle':
      return [0, 1, 2, 3].map((index) => [index, (index + 1) % 4] as const);
    default:
      return [];
  }
}

/** The points that edges and handles speak of: a rectangle's four corners, else the shape's own. */
export function vertices(shape: Shape): readonly Point[] {
  const [a, b] = shape.points;
  return shape.type === 'rectangle' && a && b ? corners(a, b) : shape.points;
}

export function segments(shape: Shape): (readonly [Point, Point])[] {
  const ends = vertices(shape);
  return edgesOf(shape).map(([from, to]) => [ends[from] as Point, ends[to] as Point] as const);
}

/** Whether two are one shape at one place. */
export function alike(a: Shape, b: Shape): boolean {
  if (a.id !== b.id || a.points.length !== b.points.length) return false;
  return a.points.every(({ x, y }, index) => x === b.points[index]?.x && y === b.points[index]?.y);
}

/** All of it shifted, within the medium; its sides snap to the medium's edge within `reach`. */
export function moved(shape: Shape, by: Point, size: Size, reach = 0): Shape {
  const held = heldShift(shape.points, by, size, shape.type === 'point' ? 0 : reach);
  if (held.x === 0 && held.y === 0) return shape;
  return { ...shape, points: shape.points.map((point) => shifted(point, held)) };
}

/** Several shapes shifted alike, as far as all of them may go. */
export function movedTogether(shapes: readonly Shape[], by: Point, size: Size, reach = 0): Shape[] {
  const [only] = shapes;
  if (only && shapes.length === 1) return [moved(only, by, size, reach)];
  const held = heldShift(shapes.flatMap((shape) => shape.points), by, size, reach);
  return shapes.map((shape) => moved(shape, held, size));
}

/**
 * Vertex `index` (see `vertices`) taken to `to`, within the medium. A rectangle's opposite corner
 * stays, and the two may pass each other.
 */
export function reshaped(shape: Shape, index: number, to: Point, size: Size, reach = 0): Shape {
  const place = shape.type === 'point' ? clamped(to, size) : snapped(to, size, reach);
  if (shape.type === 'cuboid' && shape.points.length === 8) {
    return { ...shape, points: withCorner(shape.points, index, place, size) };
  }
  if (shape.type === 'rectangle') {
    const opposite = vertices(shape)[(index + 2) % 4] as Point;
    const box = boxOf([opposite, place]);
    return { ...shape, points: [box.from, box.to] };
  }
  return { ...shape, points: shape.points.with(index, place) };
}

/** A rectangle's side `index` (0 the top, then clockwise) taken to `to`. */
export function withSide(shape: Shape, index: number, to: Point, size: Size, reach = 0): Shape {
  const place = snapped(to, size, reach);
  const { from, to: end } = boxOf(shape.points);
  const [left, right] = index === 3 ? [place.x, end.x] : [from.x, index === 1 ? place.x : end.x];
  const [top, bottom] = index === 0 ? [place.y, end.y] : [from.y, index === 2 ? place.y : end.y];
  const box = boxOf([{ x: left, y: top }, { x: right, y: bottom }]);
  return { ...shape, points: [box.from, box.to] };
}

export function faceMoved(shape: Shape, face: Face, by: Point, size: Size): Shape {
  return { ...shape, points: withFace(shape.points, face, by, size) };
}

/** Whether an edit takes from a box, or from a cuboid's face, its area: a slip of the hand. */
export function flattens(before: Shape, after: Shape): boolean {
  return isFlat(after) && !isFlat(before);
}

function isFlat(shape: Shape): boolean {
  if (shape.type === 'rectangle') return area(boxOf(shape.points)) === 0;
  if (shape.type !== 'cuboid') return false;
  return FACES.some((face) => area(boxOf(faceOf(shape.points, face))) === 0);
}

/** Whether vertices may be added and taken away: where neither edges nor names count on them. */
export function flexible(shape: Shape): boolean {
  const own = shape.edges !== undefined || shape.names !== undefined;
  return (shape.type === 'polygon' || shape.type === 'line') && !own;
}

/** A vertex more, after the first vertex of edge `edge`. */
export function withVertex(shape: Shape, edge: number, at: Point, size: Size): Shape {
  if (!flexible(shape)) return shape;
  return { ...shape, points: shape.points.toSpliced(edge + 1, 0, clamped(at, size)) };
}

/** A vertex less, or the same shape if that would leave too few. */
export function withoutVertex(shape: Shape, index: number): Shape {
  if (!flexible(shape) || shape.points.length <= LEAST[shape.type]) return shape;
  return { ...shape, points: shape.points.toSpliced(index, 1) };
}
