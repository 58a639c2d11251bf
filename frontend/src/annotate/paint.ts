/** Painting shapes on a canvas: those that nobody is editing, many at a time. */

import { boxOf, meets, type Box } from './geometry';
import type { Point, Shape, Size } from './model';
import { edgesOf, rings, vertices } from './shapes';
import { toMedium, toScreen, type View } from './view';

export interface Style {
  /** Whether labels are shown. */
  readonly labels: boolean;
  /** How much of an enclosed area's colour is seen, 0 to 1. */
  readonly fill: number;
}

/** With more labels than these in sight, small shapes go without. */
const CROWDED = 80;
/** A shape of so many screen pixels has a label even then. */
const ROOMY = 40;
export const POINT_RADIUS = 6;

/** The shapes that can be seen, in their order. */
export function inSight(shapes: readonly Shape[], view: View, room: Size): Shape[] {
  const slack = (2 * POINT_RADIUS) / view.scale;
  const from = toMedium(view, { x: 0, y: 0 });
  const to = toMedium(view, { x: room.width, y: room.height });
  const sight: Box = {
    from: { x: from.x - slack, y: from.y - slack },
    to: { x: to.x + slack, y: to.y + slack },
  };
  return shapes.filter(
    (shape) => !shape.hidden && shape.points.length > 0 && meets(sight, boxOf(shape.points)),
  );
}

export function paintShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  view: View,
  room: Size,
  style: Style,
): void {
  const seen = inSight(shapes, view, room);
  context.lineJoin = 'round';
  for (const shape of seen) paintShape(context, shape, view, style);
  if (!style.labels) return;
  context.font = '600 12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const shape of seen) {
    if (shape.label && (seen.length <= CROWDED || span(shape, view) >= ROOMY)) {
      paintLabel(context, shape, view);
    }
  }
}

function span(shape: Shape, view: View): number {
  const { from, to } = boxOf(shape.points);
  return Math.max(to.x - from.x, to.y - from.y) * view.scale;
}

function paintShape(
  context: CanvasRenderingContext2D,
  shape: Shape,
  view: View,
  style: Style,
): void {
  const ends = vertices(shape).map((point) => toScreen(view, point));
  context.fillStyle = shape.color;
  context.globalAlpha = style.fill;
  for (const ring of style.fill > 0 ? rings(shape) : []) {
    trace(context, ring.map((point) => toScreen(view, point)));
    context.fill();
  }
  context.globalAlpha = 1;
  context.setLineDash(shape.computed ? [6, 4] : []);
  const path = outline(shape, ends);
  // A pale casing keeps the line apart from a ground of its own colour.
  context.lineWidth = 3.5;
  context.strokeStyle = 'rgb(255 255 255 / 55%)';
  context.stroke(path);
  context.lineWidth = shape.locked ? 1.25 : 2;
  context.strokeStyle = shape.color;
  context.stroke(path);
  context.setLineDash([]);
  if (shape.type === 'point') paintDots(context, ends, shape, POINT_RADIUS);
  if (shape.type === 'landmark') paintDots(context, ends, shape, 4);
}

function trace(context: CanvasRenderingContext2D, ring: readonly Point[]): void {
  context.beginPath();
  for (const { x, y } of ring) context.lineTo(x, y);
  context.closePath();
}

function outline(shape: Shape, ends: readonly Point[]): Path2D {
  const path = new Path2D();
  const [a, , c] = ends;
  if (shape.type === 'rectangle' && a && c) {
    path.rect(a.x, a.y, c.x - a.x, c.y - a.y);
    return path;
  }
  for (const [from, to] of edgesOf(shape)) {
    const [start, end] = [ends[from] as Point, ends[to] as Point];
    path.moveTo(start.x, start.y);
    path.lineTo(end.x, end.y);
  }
  return path;
}

function paintDots(
  context: CanvasRenderingContext2D,
  places: readonly Point[],
  shape: Shape,
  radius: number,
): void {
  for (const { x, y } of places) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = shape.color;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = 'white';
    context.stroke();
    if (radius < POINT_RADIUS) continue;
    context.beginPath();
    context.arc(x, y, 1.5, 0, 2 * Math.PI);
    context.fillStyle = 'white';
    context.fill();
  }
}

function paintLabel(context: CanvasRenderingContext2D, shape: Shape, view: View): void {
  const { x, y } = labelPlace(shape, view);
  const text = shape.label.length > 32 ? `${shape.label.slice(0, 31)}…` : shape.label;
  const width = context.measureText(text).width + 10;
  const top = Math.max(y - 18, 0);
  context.fillStyle = shape.color;
  context.fillRect(x, top, width, 18);
  context.fillStyle = inkOn(context, shape.color);
  context.fillText(text, x + 5, top + 9.5);
}

/** Where a label's lower left corner goes. */
export function labelPlace(shape: Shape, view: View): Point {
  const box = boxOf(shape.points);
  const { x, y } = toScreen(view, box.from);
  return shape.type === 'point' ? { x: x + POINT_RADIUS + 4, y: y + 9 } : { x: x - 1, y: y - 2 };
}

const inks = new Map<string, string>();

/** Black or white, whichever is read better on a colour. */
export function inkOn(context: CanvasRenderingContext2D, color: string): string {
  const known = inks.get(color);
  if (known) return known;
  context.fillStyle = color;
  const hex = /^#(..)(..)(..)$/.exec(String(context.fillStyle));
  const [red = 0, green = 0, blue = 0] = (hex ?? []).slice(1).map((part) => {
    const share = parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const ink = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
  inks.set(color, ink);
  return ink;
}
