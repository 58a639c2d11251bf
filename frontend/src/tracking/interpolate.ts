/** Where an object is between two frames in which it was placed. */

import type { TrackerType } from '../core/wire';
import type { Outline, OutlinePoint } from './model';

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * The outline a share `t` (0 to 1) of the way from `a` to `b`. Points with the same names move in
 * straight lines; a polygon or line that gained or lost points is followed along its outline.
 */
export function between(type: TrackerType, a: Outline, b: Outline, t: number): Outline {
  if (t <= 0) return a;
  if (t >= 1) return b;
  if (type === 'rectangle') {
    return { edges: null, points: a.points.map((point, at) => blend(point, b.points[at], t)) };
  }
  const twins = new Map(b.points.map((point) => [point.name, point]));
  const follows = type === 'polygon' || type === 'line';
  const alike = a.points.length === b.points.length && a.points.every(({ name }) => twins.has(name));
  if (follows && !alike) return alongPath(type === 'polygon', a, b, t);
  // A landmark's point that only one of the two has stays where it was seen last.
  return { edges: a.edges, points: a.points.map((point) => blend(point, twins.get(point.name), t)) };
}

function blend(point: OutlinePoint, to: Place | undefined, t: number): OutlinePoint {
  return to ? { ...point, ...mix(point, to, t) } : point;
}

function mix(a: Place, b: Place, t: number): Place {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

/**
 * Blends two paths that have different points: each gets, besides its own points, one at every
 * share of the way at which the other has one, so that both keep their exact form at their ends.
 */
function alongPath(closed: boolean, a: Outline, b: Outline, t: number): Outline {
  const from = a.points;
  const to = closed ? aligned(from, b.points) : b.points;
  if (from.length < 2 || to.length < 2) return t < 0.5 ? a : b;
  const shares = merged(sharesOf(from, closed), sharesOf(to, closed));
  const [here, there] = [placesAt(from, closed, shares), placesAt(to, closed, shares)];
  const points = shares.map((_, at): OutlinePoint => {
    const [start, end] = [here[at], there[at]];
    const place = start && end ? mix(start, end, t) : { x: 0, y: 0 };
    return { name: `p${at + 1}`, ...place };
  });
  return { points, edges: null };
}

/** At which share of the path's length each point lies. */
function sharesOf(points: readonly Place[], closed: boolean): number[] {
  const lengths = segments(points, closed).map(([a, b]) => Math.hypot(b.x - a.x, b.y - a.y));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  let gone = 0;
  const shares = points.map((_, at) => {
    const share = whole === 0 ? at / points.length : gone / whole;
    gone += lengths[at] ?? 0;
    return share;
  });
  if (!closed && whole > 0) shares[shares.length - 1] = 1;
  return shares;
}

function segments(points: readonly Place[], closed: boolean): [Place, Place][] {
  const last = closed ? points.length : points.length - 1;
  return points.slice(0, last).map((point, at) => [point, points[(at + 1) % points.length] ?? point]);
}

function merged(some: readonly number[], others: readonly number[]): number[] {
  const all = [...some, ...others].sort((a, b) => a - b);
  return all.filter((share, at) => at === 0 || share - (all[at - 1] ?? 0) > 1e-9);
}

function placesAt(points: readonly Place[], closed: boolean, shares: readonly number[]): Place[] {
  const own = sharesOf(points, closed);
  const pairs = segments(points, closed);
  return shares.map((share) => {
    let at = own.findLastIndex((mark) => mark <= share + 1e-12);
    at = Math.min(Math.max(0, at), pairs.length - 1);
    const [start, end] = pairs[at] ?? [{ x: 0, y: 0 }, { x: 0, y: 0 }];
    const begin = own[at] ?? 0;
    const length = (own[at + 1] ?? 1) - begin;
    return mix(start, end, length > 0 ? Math.min(1, (share - begin) / length) : 0);
  });
}

/** The ring `to`, begun and turned so that it lies best on `from`. */
function aligned(from: readonly Place[], to: readonly OutlinePoint[]): readonly OutlinePoint[] {
  const turned = area(from) * area(to) < 0 ? [...to].reverse() : to;
  const shares = from.map((_, at) => at / from.length);
  const goal = placesAt(from, true, shares);
  let best = turned;
  let least = Infinity;
  for (let start = 0; start < turned.length; start += 1) {
    const ring = [...turned.slice(start), ...turned.slice(0, start)];
    const places = placesAt(ring, true, shares);
    const apart = places.reduce((sum, place, at) => {
      const wanted = goal[at] ?? place;
      return sum + (place.x - wanted.x) ** 2 + (place.y - wanted.y) ** 2;
    }, 0);
    if (apart < least - 1e-12) [best, least] = [ring, apart];
  }
  return best;
}

function area(ring: readonly Place[]): number {
  return segments(ring, true).reduce((sum, [a, b]) => sum + a.x * b.y - b.x * a.y, 0) / 2;
}
