/** Where the one selected shape can be grasped. */

import { distance, mean, middle, minus, snapped } from './geometry';
import { FACES, faceOf, type Face } from './cuboid';
import type { Point, Shape, Size } from './model';
import { edgesOf, faceMoved, flexible, reshaped, vertices, withSide, withVertex } from './shapes';
import { toScreen, type View } from './view';

export type Handle =
  | { readonly kind: 'vertex'; readonly index: number; readonly at: Point }
  /** A rectangle's side. */
  | { readonly kind: 'side'; readonly index: number; readonly at: Point }
  /** The middle of an edge, where a vertex may be added. */
  | { readonly kind: 'insert'; readonly index: number; readonly at: Point }
  | { readonly kind: 'face'; readonly index: number; readonly face: Face; readonly at: Point };

/** An edge that is shorter on the screen has no handle in its middle. */
const ROOM_BETWEEN = 34;

/** The handles of a shape, on the screen, in the order in which keys go through them. */
export function handlesOf(shape: Shape, view: View): Handle[] {
  if (shape.locked || shape.hidden) return [];
  const ends = vertices(shape).map((point) => toScreen(view, point));
  const found: Handle[] = ends.map((at, index) => ({ kind: 'vertex', index, at }));
  const kind = shape.type === 'rectangle' ? 'side' : flexible(shape) ? 'insert' : null;
  if (kind) {
    edgesOf(shape).forEach(([from, to], index) => {
      const [a, b] = [ends[from] as Point, ends[to] as Point];
      if (distance(a, b) >= ROOM_BETWEEN) found.push({ kind, index, at: middle(a, b) });
    });
  }
  if (shape.type === 'cuboid') {
    FACES.forEach((face, index) =>
      found.push({ kind: 'face', index, face, at: mean(faceOf(ends, face)) }),
    );
  }
  return found;
}

/** The handle within `reach` of a place on the screen; a vertex before others that are as near. */
export function handleAt(handles: readonly Handle[], at: Point, reach: number): Handle | null {
  let best: Handle | null = null;
  let least = Infinity;
  for (const handle of handles) {
    const away = distance(handle.at, at);
    if (away > reach) continue;
    const weight = handle.kind === 'vertex' ? away : away + reach / 2;
    if (weight < least) [best, least] = [handle, weight];
  }
  return best;
}

/** The shape with a handle taken from one place of the medium to another. */
export function bent(shape: Shape, handle: Handle, from: Point, to: Point, size: Size, reach = 0): Shape {
  switch (handle.kind) {
    case 'vertex':
      return reshaped(shape, handle.index, to, size, reach);
    case 'side':
      return withSide(shape, handle.index, to, size, reach);
    case 'face':
      return faceMoved(shape, handle.face, minus(to, from), size);
    case 'insert':
      return withVertex(shape, handle.index, snapped(to, size, reach), size);
  }
}

const RESIZES = ['nwse-resize', 'nesw-resize', 'nwse-resize', 'nesw-resize'];

export function cursorOf(shape: Shape, handle: Handle): string {
  if (handle.kind === 'side') return handle.index % 2 === 0 ? 'ns-resize' : 'ew-resize';
  if (handle.kind === 'insert') return 'copy';
  if (shape.type === 'rectangle') return RESIZES[handle.index % 4] as string;
  return handle.kind === 'face' ? 'grab' : 'move';
}
