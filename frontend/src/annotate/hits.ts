/** What lies under the pointer, in a marquee or near the eye. */

import { area, boxOf, distance, holds, inside, nearest, type Box } from './geometry';
import type { Point, Shape } from './model';
import { rings, segments, vertices } from './shapes';

export interface EdgeHit {
  readonly edge: number;
  readonly at: Point;
  readonly away: number;
}

/** The shape's edge that is nearest to `place`. */
export function edgeNear(shape: Shape, place: Point): EdgeHit | null {
  let best: EdgeHit | null = null;
  segments(shape).forEach(([a, b], edge) => {
    const at = nearest(place, a, b);
    const away = distance(at, place);
    if (!best || away < best.away) best = { edge, at, away };
  });
  return best;
}

/** How far `place` is from the lines and points of a shape. */
export function awayFrom(shape: Shape, place: Point): number {
  const edge = edgeNear(shape, place);
  let away = edge?.away ?? Infinity;
  if (shape.type === 'point' || shape.type === 'landmark' || !edge) {
    for (const point of vertices(shape)) away = Math.min(away, distance(point, place));
  }
  return away;
}

export function within(shape: Shape, place: Point): boolean {
  return rings(shape).some((ring) => inside(place, ring));
}

/**
 * The shapes at a place, the likeliest first: those whose line or point is within `reach`, the
 * uppermost first, then those around it, the smallest first.
 */
export function stackAt(shapes: readonly Shape[], place: Point, reach: number): Shape[] {
  const onLine: Shape[] = [];
  const around: { shape: Shape; size: number }[] = [];
  for (const shape of shapes.toReversed()) {
    if (shape.hidden || shape.points.length === 0) continue;
    const box = boxOf(shape.points);
    const far =
      place.x < box.from.x - reach ||
      place.y < box.from.y - reach ||
      place.x > box.to.x + reach ||
      place.y > box.to.y + reach;
    if (far) continue;
    if (awayFrom(shape, place) <= reach) onLine.push(shape);
    else if (within(shape, place)) around.push({ shape, size: area(box) });
  }
  around.sort((a, b) => a.size - b.size);
  return [...onLine, ...around.map(({ shape }) => shape)];
}

/** The shapes that lie wholly in the box between two places. */
export function inMarquee(shapes: readonly Shape[], a: Point, b: Point): Shape[] {
  const marquee: Box = boxOf([a, b]);
  return shapes.filter(
    (shape) =>
      !shape.hidden && !shape.locked && shape.points.length > 0 && holds(marquee, boxOf(shape.points)),
  );
}
