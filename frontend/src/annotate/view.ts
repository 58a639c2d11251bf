/** Where the medium lies on the screen: turning screen places into the medium's pixels and back. */

import type { Point, Size } from './model';

/** A place in the medium is shown at `scale` times it, plus `x` and `y`, in CSS pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Room around a fitted medium, so that its edges can be grasped. */
const MARGIN = 14;
/** The most CSS pixels that one pixel of the medium may take. */
const CLOSEST = 40;
/** A small medium is not fitted larger than this. */
const FIT_CLOSEST = 8;
/** So much of the medium always stays in sight. */
const IN_SIGHT = 48;

export function toScreen(view: View, point: Point): Point {
  return { x: point.x * view.scale + view.x, y: point.y * view.scale + view.y };
}

export function toMedium(view: View, point: Point): Point {
  return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
}

/** The whole medium, centred. */
export function fitted(medium: Size, room: Size): View {
  const wide = Math.max(room.width - 2 * MARGIN, 1) / Math.max(medium.width, 1);
  const high = Math.max(room.height - 2 * MARGIN, 1) / Math.max(medium.height, 1);
  return centredAt({ x: medium.width / 2, y: medium.height / 2 }, Math.min(wide, high, FIT_CLOSEST), room);
}

/** A place of the medium in the middle of the room. */
export function centredAt(place: Point, scale: number, room: Size): View {
  return { scale, x: room.width / 2 - place.x * scale, y: room.height / 2 - place.y * scale };
}

/** A box of the medium in the middle of the room, as large as fits; never closer than `closest`. */
export function centredOn(from: Point, to: Point, room: Size, closest: number): View {
  const wide = room.width / Math.max(to.x - from.x, 1);
  const high = room.height / Math.max(to.y - from.y, 1);
  const place = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  return centredAt(place, Math.min(closest, 0.8 * Math.min(wide, high)), room);
}

/** Nearer by `factor`; what is under `at` on the screen stays under it. */
export function zoomed(view: View, factor: number, at: Point, medium: Size, room: Size): View {
  const least = Math.min(fitted(medium, room).scale, 1) / 2;
  const scale = Math.min(Math.max(view.scale * factor, least), CLOSEST);
  const place = toMedium(view, at);
  const near = { scale, x: at.x - place.x * scale, y: at.y - place.y * scale };
  return held(near, medium, room);
}

export function panned(view: View, dx: number, dy: number, medium: Size, room: Size): View {
  return held({ ...view, x: view.x + dx, y: view.y + dy }, medium, room);
}

/** After the room has changed, its middle still shows the same place. */
export function resized(view: View, before: Size, after: Size, medium: Size): View {
  const middle = toMedium(view, { x: before.width / 2, y: before.height / 2 });
  return held(centredAt(middle, view.scale, after), medium, after);
}

/** Keep a part of the medium in the room. */
export function held(view: View, medium: Size, room: Size): View {
  const hold = (offset: number, length: number, space: number) => {
    const shown = Math.min(IN_SIGHT, length, space);
    return Math.min(Math.max(offset, shown - length), space - shown);
  };
  return {
    scale: view.scale,
    x: hold(view.x, medium.width * view.scale, room.width),
    y: hold(view.y, medium.height * view.scale, room.height),
  };
}
