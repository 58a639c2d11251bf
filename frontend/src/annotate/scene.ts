/** All that the surface shows, and which part of it has to be drawn again. */

import type { Drafting } from './drafting';
import { boxOf, middle } from './geometry';
import { handlesOf, type Handle } from './handles';
import type { Point, Shape, Size, Skeleton, Tool } from './model';
import type { OverlayScene } from './overlay';
import type { Style } from './paint';
import type { Drag } from './pointers';
import { fitted, held, panned, resized, toMedium, zoomed, type View } from './view';

export interface ToolOptions {
  /** Of what is being drawn; any CSS colour. */
  readonly color?: string;
  readonly skeleton?: Skeleton;
}

/** `view`: it moved. `idle`: the painted shapes. `all`: everything. The overlay is drawn always. */
export type Stale = 'overlay' | 'idle' | 'view' | 'all';

const FIRST_COLOR = '#0d655b';

export class Scene {
  medium: Size = { width: 0, height: 0 };
  room: Size = { width: 0, height: 0 };
  view: View = { scale: 1, x: 0, y: 0 };
  shapes: readonly Shape[] = [];
  selection: readonly string[] = [];
  tool: Tool = 'select';
  options: ToolOptions = {};
  drafting: Drafting | null = null;
  /** Two of its corners, in the medium. */
  marquee: readonly [Point, Point] | null = null;
  /** Shapes as they are while a gesture changes them. */
  edited: ReadonlyMap<string, Shape> = new Map();
  /** The handle of the selected shape that keys act on. */
  active: number | null = null;
  coarse = false;
  style: Style = { labels: true, fill: 0.12 };
  /** Whether the view shows the whole medium and goes on doing so when the room changes. */
  isFitted = true;
  readonly #changed: (stale: Stale) => void;

  constructor(changed: (stale: Stale) => void) {
    this.#changed = changed;
  }

  redraw(stale: Stale = 'overlay'): void {
    this.#changed(stale);
  }

  get selected(): readonly Shape[] {
    return this.selection.flatMap((id) => this.find(id) ?? []).filter((shape) => !shape.hidden);
  }

  /** A shape as it is now, within a gesture too. */
  find(id: string): Shape | undefined {
    return this.edited.get(id) ?? this.shapes.find((shape) => shape.id === id);
  }

  /** The one selected shape that can be reshaped. */
  get only(): Shape | null {
    const [only] = this.selected;
    return only && this.selected.length === 1 && !only.locked ? only : null;
  }

  get idle(): readonly Shape[] {
    const chosen = new Set(this.selection);
    return chosen.size === 0 ? this.shapes : this.shapes.filter(({ id }) => !chosen.has(id));
  }

  get handles(): Handle[] {
    return this.only ? handlesOf(this.only, this.view) : [];
  }

  select(ids: readonly string[]): void {
    if (ids.length === this.selection.length && ids.every((id, index) => id === this.selection[index])) {
      return;
    }
    this.selection = ids;
    this.active = null;
    this.redraw('idle');
  }

  look(view: View): void {
    this.isFitted = false;
    this.view = held(view, this.medium, this.room);
    this.redraw('view');
  }

  /** Nearer by `factor`; what is at a place of the screen, or its middle, stays there. */
  zoom(factor: number, at: Point = middle({ x: 0, y: 0 }, { x: this.room.width, y: this.room.height })): void {
    this.look(zoomed(this.view, factor, at, this.medium, this.room));
  }

  pan(dx: number, dy: number): void {
    this.look(panned(this.view, dx, dy, this.medium, this.room));
  }

  /** A drag that moves the view along. */
  panning(from: Point): Drag {
    let last = from;
    return {
      move: ({ at }) => {
        this.pan(at.x - last.x, at.y - last.y);
        last = at;
      },
      end: () => {},
      cancel: () => {},
    };
  }

  fit(): void {
    this.isFitted = true;
    this.view = fitted(this.medium, this.room);
    this.redraw('view');
  }

  resize(room: Size): void {
    const before = this.room;
    this.room = room;
    if (this.isFitted || before.width === 0) this.view = fitted(this.medium, room);
    else this.view = resized(this.view, before, room, this.medium);
    this.redraw('all');
  }

  overlay(): OverlayScene {
    return {
      view: this.view,
      selected: this.selected,
      handles: this.edited.size > 1 ? [] : this.handles,
      active: this.active,
      marquee: this.marquee,
      draft: this.#draft(),
      coarse: this.coarse,
      fill: this.style.fill,
    };
  }

  /** The place of the medium that is at a place of the screen. */
  place(at: Point): Point {
    return toMedium(this.view, at);
  }

  /** So many pixels of the screen, in the medium's. */
  reach(pixels: number): number {
    return pixels / this.view.scale;
  }

  #draft(): OverlayScene['draft'] {
    const drafting = this.drafting;
    if (!drafting?.begun) return null;
    const points = drafting.preview();
    const { type } = drafting;
    // Two points of a box that has no area yet are shown as a line.
    const whole = type === 'cuboid' ? points.length === 8 : points.length > 1;
    const shown = whole || type === 'point' ? type : 'line';
    const shape: Shape = {
      id: '',
      type: shown === 'polygon' || shown === 'landmark' ? 'line' : shown,
      points,
      label: '',
      color: this.options.color ?? FIRST_COLOR,
      ...(type === 'landmark' && this.options.skeleton ? draftSkeleton(this.options.skeleton, points) : {}),
    };
    return { shape, placed: drafting.placed.length, closing: drafting.state?.whole ?? false };
  }
}

function draftSkeleton({ edges, names }: Skeleton, points: readonly Point[]): Partial<Shape> {
  return { edges, names: names.slice(0, points.length) };
}

/** The box around several shapes. */
export function around(shapes: readonly Shape[]): { from: Point; to: Point } {
  return boxOf(shapes.flatMap((shape) => shape.points));
}
