/** Places as they are sent: whole pixels and milliseconds, from what a hand has drawn. */

import type { Size } from '../wire';
import type { Place } from '../kinds/annotation';

interface Spot {
  readonly x: number;
  readonly y: number;
}

// A browser's fractions may fall a hair short of the pixel that was meant.
const HAIR = 1e-6;

/** The pixel in which a spot lies. */
export function pointPlace(spot: Spot, size: Size): Place {
  const within = (value: number, length: number) =>
    Math.min(Math.max(Math.floor(value + HAIR), 0), Math.max(length - 1, 0));
  return { x: within(spot.x, size.width), y: within(spot.y, size.height) };
}

/** The box between two spots, its edges between pixels; at least a pixel wide and high. */
export function boxPlace(one: Spot, other: Spot, size: Size): Place {
  const [x, x2] = stretch(one.x, other.x, size.width);
  const [y, y2] = stretch(one.y, other.y, size.height);
  return { x, y, x2, y2 };
}

function stretch(one: number, other: number, length: number): [number, number] {
  const most = Math.max(Math.floor(length), 1);
  const whole = (value: number) => Math.min(Math.max(Math.round(value), 0), most);
  const low = whole(Math.min(one, other));
  const high = whole(Math.max(one, other));
  if (low < high) return [low, high];
  return low < most ? [low, low + 1] : [most - 1, most];
}

/** Where a place is drawn: a pixel in its middle, a box by its edges. */
export function spotsOf(place: Place): Spot[] {
  const { x = 0, y = 0, x2, y2 } = place;
  if (x2 === undefined || y2 === undefined) return [{ x: x + 0.5, y: y + 0.5 }];
  return [
    { x, y },
    { x: x2, y: y2 },
  ];
}

/** A place moved as a whole, or a corner of it (`x2 y`), without leaving the medium. */
export function movedPlace(place: Place, corner: string | null, by: Spot, size: Size): Place {
  const { x = 0, y = 0, x2, y2 } = place;
  if (x2 === undefined || y2 === undefined) {
    return pointPlace({ x: x + by.x + 0.5, y: y + by.y + 0.5 }, size);
  }
  if (corner === null) {
    const dx = Math.min(Math.max(by.x, -x), size.width - x2);
    const dy = Math.min(Math.max(by.y, -y), size.height - y2);
    return boxPlace({ x: x + dx, y: y + dy }, { x: x2 + dx, y: y2 + dy }, size);
  }
  const [across = '', down = ''] = corner.split(' ');
  const to = { x, y, x2, y2 } as Record<string, number>;
  to[across] = (to[across] ?? 0) + by.x;
  to[down] = (to[down] ?? 0) + by.y;
  return boxPlace({ x: to['x'] ?? 0, y: to['y'] ?? 0 }, { x: to['x2'] ?? 0, y: to['y2'] ?? 0 }, size);
}

/** Seconds to the millisecond, between the start and the end. */
export function momentPlace(seconds: number, duration: number): Place {
  const end = Number.isFinite(duration) ? duration : Infinity;
  return { t: Math.round(Math.min(Math.max(seconds, 0), end) * 1000) / 1000 };
}

/** A time as on a clock: `1:02.340`. */
export function clock(seconds: number): string {
  const total = Math.round(Math.max(seconds, 0) * 1000);
  const minutes = Math.floor(total / 60_000);
  const rest = ((total % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${minutes}:${rest}`;
}
