/** Paints the rows of a timeline: where each object is seen, its key frames, and what was changed. */

import { frameState, type FrameState } from './changes';
import { lastUpTo } from './course';
import { asItCame } from './document';
import type { Track } from './model';

export const ROW = 26;
export const RULER = 24;

/** Which part of the film and of the list is seen. */
export interface View {
  readonly width: number;
  readonly height: number;
  /** The width of the names. */
  readonly gutter: number;
  /** The frame at the end of the names; may lie between two. */
  readonly first: number;
  /** Pixels for each frame. */
  readonly scale: number;
  /** How far the list is scrolled, in pixels. */
  readonly top: number;
}

export interface Row {
  readonly track: Track;
  readonly name: string;
  readonly color: string;
  readonly chosen: boolean;
  readonly faint: boolean;
  /** Taken out by the worker. */
  readonly removed: boolean;
}

export interface Colors {
  ground: string;
  chosen: string;
  ink: string;
  soft: string;
  line: string;
  changed: string;
  added: string;
  removed: string;
  font: string;
}

export function frameX(view: View, frame: number): number {
  return view.gutter + (frame - view.first) * view.scale;
}

export function frameUnder(view: View, x: number, count: number): number {
  const frame = Math.floor(view.first + (x - view.gutter) / view.scale);
  return Math.min(count - 1, Math.max(0, frame));
}

/** The index of the row under a point; -1 over the ruler. */
export function rowUnder(view: View, y: number): number {
  return y < RULER ? -1 : Math.floor((y - RULER + view.top) / ROW);
}

/** A view in its bounds: neither before the film nor after it, and rows as far as there are. */
export function bounded(view: View, count: number, rows: number): View {
  const room = Math.max(1, view.width - view.gutter);
  const scale = Math.min(40, Math.max(room / count, view.scale));
  const first = Math.min(count - room / scale, Math.max(0, view.first));
  const most = Math.max(0, rows * ROW - (view.height - RULER));
  return { ...view, scale, first: Math.max(0, first), top: Math.min(most, Math.max(0, view.top)) };
}

/** Closer (`by` above 1) or farther, with the frame at `x` staying where it is. */
export function zoomed(view: View, by: number, x: number, count: number, rows: number): View {
  const at = view.first + (x - view.gutter) / view.scale;
  const scaled = bounded({ ...view, scale: view.scale * by }, count, rows);
  return bounded({ ...scaled, first: at - (x - view.gutter) / scaled.scale }, count, rows);
}

/** The view moved so that a frame, and a row if there is one, are seen. */
export function following(view: View, frame: number, row: number, count: number, rows: number): View {
  const shown = (view.width - view.gutter) / view.scale;
  let { first, top } = view;
  if (frame < first || frame + 1 > first + shown) first = frame - shown * 0.2;
  if (row >= 0) {
    const room = view.height - RULER - ROW;
    top = Math.min(row * ROW, Math.max(row * ROW - room, top));
  }
  return bounded({ ...view, first, top }, count, rows);
}

const STATES: FrameState[] = ['none', 'same', 'changed', 'added', 'removed'];
const known = new WeakMap<Track, Uint8Array>();

/** The state of a track in every frame. */
function statesOf(track: Track, count: number): Uint8Array {
  let states = known.get(track);
  if (!states) {
    states = Uint8Array.from({ length: count }, (_, frame) => STATES.indexOf(frameState(track, frame)));
    known.set(track, states);
  }
  return states;
}

export function paintTimeline(
  pen: CanvasRenderingContext2D,
  view: View,
  rows: readonly Row[],
  count: number,
  colors: Colors,
): void {
  pen.clearRect(0, 0, view.width, view.height);
  pen.font = `12px ${colors.font}`;
  pen.textBaseline = 'middle';
  const from = Math.floor(view.top / ROW);
  const to = Math.min(rows.length, Math.ceil((view.top + view.height - RULER) / ROW));
  for (let place = from; place < to; place += 1) {
    const row = rows[place];
    if (row) paintRow(pen, view, row, RULER + place * ROW - view.top, count, colors);
  }
  paintRuler(pen, view, count, colors);
}

function paintRow(
  pen: CanvasRenderingContext2D,
  view: View,
  row: Row,
  y: number,
  count: number,
  colors: Colors,
): void {
  if (row.chosen) {
    pen.fillStyle = colors.chosen;
    pen.fillRect(0, y, view.width, ROW);
  }
  pen.fillStyle = colors.line;
  pen.fillRect(0, y + ROW - 1, view.width, 1);
  pen.save();
  pen.beginPath();
  pen.rect(view.gutter, y, view.width - view.gutter, ROW);
  pen.clip();
  pen.globalAlpha = row.faint || row.removed ? 0.35 : 1;
  if (!row.removed) paintSpans(pen, view, row, y);
  paintChanges(pen, view, row, y, count, colors);
  pen.restore();
  paintName(pen, view, row, y, colors);
}

function paintSpans(pen: CanvasRenderingContext2D, view: View, { track, color }: Row, y: number): void {
  const middle = y + ROW / 2 - 1;
  pen.fillStyle = color;
  const alpha = pen.globalAlpha;
  for (const { from, to } of track.spans) {
    const [x, end] = [frameX(view, from), frameX(view, to + 1)];
    if (end < view.gutter || x > view.width) continue;
    pen.globalAlpha = alpha * 0.45;
    pen.fillRect(x, middle - 4, Math.max(1.5, end - x), 8);
  }
  pen.globalAlpha = alpha;
  const start = Math.max(0, lastUpTo(track.keys, Math.floor(view.first) - 1));
  let last = -Infinity;
  for (let at = start; at < track.keys.length; at += 1) {
    const x = frameX(view, (track.keys[at]?.frame ?? 0) + 0.5);
    if (x > view.width + 6) break;
    if (x - last < 1) continue;
    last = x;
    paintKey(pen, x, middle, Math.min(5, Math.max(1, view.scale * 0.45)));
  }
}

function paintKey(pen: CanvasRenderingContext2D, x: number, y: number, half: number): void {
  if (half < 2.5) return pen.fillRect(x - half / 2, y - 6, Math.max(1, half), 12);
  pen.beginPath();
  pen.moveTo(x, y - half - 1);
  pen.lineTo(x + half + 1, y);
  pen.lineTo(x, y + half + 1);
  pen.lineTo(x - half - 1, y);
  pen.fill();
}

/** A line under the row where the pre-label was changed; nothing where it is as it came. */
function paintChanges(
  pen: CanvasRenderingContext2D,
  view: View,
  { track, removed }: Row,
  y: number,
  count: number,
  colors: Colors,
): void {
  if (!track.source || (!removed && asItCame(track))) return;
  const paint = [null, null, colors.changed, colors.added, colors.removed];
  const states = removed ? null : statesOf(track, count);
  const end = Math.min(count, Math.ceil(view.first + (view.width - view.gutter) / view.scale));
  for (let frame = Math.floor(view.first); frame < end; ) {
    const state = states ? (states[frame] ?? 0) : wasSeen(track, frame);
    let after = frame + 1;
    while (after < end && (states ? states[after] : wasSeen(track, after)) === state) after += 1;
    const color = paint[state];
    if (color) {
      pen.globalAlpha = 1;
      pen.fillStyle = color;
      const x = frameX(view, frame);
      pen.fillRect(x, y + ROW - 5, Math.max(2, frameX(view, after) - x), 3);
    }
    frame = after;
  }
}

function wasSeen({ source }: Track, frame: number): number {
  const seen = source?.spans.some(({ from, to }) => from <= frame && frame <= to);
  return seen ? STATES.indexOf('removed') : 0;
}

function paintName(pen: CanvasRenderingContext2D, view: View, row: Row, y: number, colors: Colors): void {
  pen.save();
  pen.beginPath();
  pen.rect(0, y, view.gutter - 6, ROW);
  pen.clip();
  pen.fillStyle = row.color;
  pen.globalAlpha = row.faint || row.removed ? 0.5 : 1;
  pen.fillRect(8, y + ROW / 2 - 6, 10, 10);
  pen.fillStyle = row.faint || row.removed ? colors.soft : colors.ink;
  pen.globalAlpha = 1;
  pen.fillText(row.name, 25, y + ROW / 2);
  if (row.removed) {
    pen.fillRect(25, y + ROW / 2, pen.measureText(row.name).width, 1);
  }
  pen.restore();
}

function paintRuler(pen: CanvasRenderingContext2D, view: View, count: number, colors: Colors): void {
  pen.fillStyle = colors.ground;
  pen.fillRect(0, 0, view.width, RULER);
  pen.fillStyle = colors.line;
  pen.fillRect(0, RULER - 1, view.width, 1);
  const wanted = 64 / view.scale;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
  const step = Math.max(1, [1, 2, 5, 10].map((by) => by * power).find((by) => by >= wanted) ?? 1);
  pen.save();
  pen.beginPath();
  pen.rect(view.gutter, 0, view.width - view.gutter, RULER);
  pen.clip();
  for (let frame = Math.floor(view.first / step) * step; frame < count; frame += step) {
    const x = frameX(view, frame + 0.5);
    if (x > view.width) break;
    pen.fillStyle = colors.line;
    pen.fillRect(x, RULER - 7, 1, 6);
    pen.fillStyle = colors.soft;
    pen.fillText(String(frame + 1), x + 4, RULER / 2 - 1);
  }
  pen.restore();
}
