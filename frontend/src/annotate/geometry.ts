/** Points, segments and boxes: what every shape is made of. */

import type { Point, Size } from './model';

export interface Box {
  readonly from: Point;
  readonly to: Point;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function shifted(point: Point, by: Point): Point {
  return { x: point.x + by.x, y: point.y + by.y };
}

export function minus(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}

export function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

export function mean(points: readonly Point[]): Point {
  const count = Math.max(points.length, 1);
  const sum = points.reduce(shifted, { x: 0, y: 0 });
  return { x: sum.x / count, y: sum.y / count };
}

/** The point of the segment `a`–`b` that is nearest to `point`. */
export function nearest(point: Point, a: Point, b: Point): Point {
  const along = minus(b, a);
  const length = along.x ** 2 + along.y ** 2;
  if (length === 0) return a;
  const share = ((point.x - a.x) * along.x + (point.y - a.y) * along.y) / length;
  const held = Math.min(Math.max(share, 0), 1);
  return { x: a.x + held * along.x, y: a.y + held * along.y };
}

export function inside(point: Point, ring: readonly Point[]): boolean {
  let within = false;
  for (let index = 0; index < ring.length; index += 1) {
    const a = ring[index] as Point;
    const b = ring[(index + 1) % ring.length] as Point;
    const crosses = a.y > point.y !== b.y > point.y;
    if (crosses && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}

export function boxOf(points: readonly Point[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { from: { x: left, y: top }, to: { x: right, y: bottom } };
}

export function meets(a: Box, b: Box): boolean {
  return a.from.x <= b.to.x && b.from.x <= a.to.x && a.from.y <= b.to.y && b.from.y <= a.to.y;
}

export function holds(outer: Box, inner: Box): boolean {
  return (
    outer.from.x <= inner.from.x &&
    outer.from.y <= inner.from.y &&
    inner.to.x <= outer.to.x &&
    inner.to.y <= outer.to.y
  );
}

export function area(box: Box): number {
  return (box.to.x - box.from.x) * (box.to.y - box.from.y);
}

/** Within the medium. */
export function clamped(point: Point, size: Size): Point {
  return {
    x: Math.min(Math.max(point.x, 0), size.width),
    y: Math.min(Math.max(point.y, 0), size.height),
  };
}

/** Within the medium, and on its edge when nearer to it than `reach`. */
export function snapped(point: Point, size: Size, reach: number): Point {
  const snap = (value: number, length: number) => {
    if (value <= reach) return 0;
    return value >= length - reach ? length : value;
  };
  return { x: snap(point.x, size.width), y: snap(point.y, size.height) };
}

/**
 * How far `points` may be shifted when asked for `by`: their box stays within the medium, and its
 * sides come to lie on the medium's edge when nearer than `reach`. What already lies outside, as a
 * pre-label may, is not pushed in, and asking for nothing gives nothing.
 */
export function heldShift(points: readonly Point[], by: Point, size: Size, reach = 0): Point {
  const { from, to } = boxOf(points);
  const hold = (delta: number, low: number, high: number, length: number) => {
    if (delta === 0) return 0;
    const least = Math.min(-low, 0);
    const most = Math.max(length - high, 0);
    const held = Math.min(Math.max(delta, least), most);
    if (low >= 0 && delta < 0 && low + held <= reach) return least;
    if (high <= length && delta > 0 && length - high - held <= reach) return most;
    return held;
  };
  return { x: hold(by.x, from.x, to.x, size.width), y: hold(by.y, from.y, to.y, size.height) };
}
