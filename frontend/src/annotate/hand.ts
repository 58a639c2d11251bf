/** What a press on the surface means: draw, grasp a handle, move, select or move the view. */

import { Drafting, type Made } from './drafting';
import { clamped, minus, snapped } from './geometry';
import { cursorOf, handleAt, type Handle } from './handles';
import { awayFrom, edgeNear, inMarquee, stackAt } from './hits';
import type { Point, Shape } from './model';
import type { Drag, Gestures, Press } from './pointers';
import type { Scene } from './scene';
import {
  faceMoved,
  flexible,
  movedTogether,
  reshaped,
  withSide,
  withVertex,
  withoutVertex,
} from './shapes';
import { panned, toMedium, zoomed } from './view';

/** How near, in CSS pixels, a press must be to what it means. */
const REACH = { mouse: 8, pen: 12, touch: 22 };
const LINE_REACH = { mouse: 5, pen: 8, touch: 14 };
/** The medium's edges draw what comes so near, in CSS pixels. */
const SNAP = 5;

/** What the surface makes of what the hand has done. */
export interface Done {
  created(made: Made): void;
  changed(shapes: readonly Shape[]): void;
  changing(shape: Shape): void;
  selected(ids: readonly string[]): void;
  drafting(): void;
  cursor(name: string): void;
}

export class Hand implements Gestures {
  readonly #scene: Scene;
  readonly #done: Done;

  constructor(scene: Scene, done: Done) {
    this.#scene = scene;
    this.#done = done;
  }

  press(press: Press): Drag | null {
    const scene = this.#scene;
    if (scene.medium.width === 0) return null;
    scene.coarse = press.pointer === 'touch';
    const drafting = scene.drafting;
    if (!drafting?.begun) {
      const edit = this.#edit(press);
      if (edit) return edit;
    }
    if (drafting) return this.#draw(drafting, press);
    return this.#choose(press);
  }

  pan(press: Press): Drag {
    let last = press.at;
    return {
      move: ({ at }) => {
        this.shift(at.x - last.x, at.y - last.y);
        last = at;
      },
      end: () => {},
      cancel: () => {},
    };
  }

  hover(press: Press | null): void {
    const { drafting } = this.#scene;
    if (drafting?.begun) {
      drafting.hover(press && this.#place(press));
      this.#scene.redraw();
    }
    if (press) this.#done.cursor(this.#cursor(press));
  }

  twice(press: Press): void {
    const scene = this.#scene;
    if (scene.drafting?.begun) return this.#finishTwice(scene.drafting);
    const shape = scene.only;
    if (!shape || !flexible(shape)) return;
    const place = this.#medium(press);
    const hit = edgeNear(shape, place);
    const onHandle = handleAt(scene.handles, press.at, REACH[press.pointer]);
    if (!hit || hit.away > scene.reach(REACH[press.pointer]) || onHandle?.kind === 'vertex') return;
    this.#done.changed([withVertex(shape, hit.edge, hit.at, scene.medium)]);
  }

  zoom(factor: number, at: Point): void {
    const { view, medium, room } = this.#scene;
    this.#scene.look(zoomed(view, factor, at, medium, room));
  }

  shift(dx: number, dy: number): void {
    const { view, medium, room } = this.#scene;
    this.#scene.look(panned(view, dx, dy, medium, room));
  }

  /** The second press of a double click has placed a point too many. */
  #finishTwice(drafting: Drafting): void {
    const open = drafting.type === 'polygon' || drafting.type === 'line';
    if (!open && drafting.type !== 'landmark') return;
    const [last, before] = drafting.placed.toReversed();
    const { reach } = this.#scene;
    if (open && last && before && Math.hypot(last.x - before.x, last.y - before.y) <= reach.call(this.#scene, 8)) {
      drafting.undo();
    }
    this.#finished(drafting.finish());
  }

  #medium(press: Press): Point {
    return toMedium(this.#scene.view, press.at);
  }

  /** Where a new point goes: within the medium, drawn to its edges unless Alt is held. */
  #place(press: Press): Point {
    const place = this.#medium(press);
    const { medium, drafting } = this.#scene;
    const free = press.alt || drafting?.type === 'point' || drafting?.type === 'landmark';
    return free ? clamped(place, medium) : snapped(place, medium, this.#snap(press));
  }

  #snap(press: Press): number {
    return press.alt ? 0 : this.#scene.reach(SNAP);
  }

  #finished(made: Made | null): void {
    this.#done.drafting();
    this.#scene.redraw();
    if (made) this.#done.created(made);
  }

  /** Grasp a handle of the selected shape, or its line while another tool is in hand. */
  #edit(press: Press): Drag | null {
    const scene = this.#scene;
    const shape = scene.only;
    if (press.shift || !shape) return null;
    const handle = handleAt(scene.handles, press.at, REACH[press.pointer]);
    const isPoint = shape.type === 'point';
    if (handle && !isPoint) return this.#reshape(shape, handle, press);
    const away = awayFrom(shape, this.#medium(press));
    const onLine = away <= scene.reach(isPoint ? REACH[press.pointer] : LINE_REACH[press.pointer]);
    return onLine && scene.tool !== 'select' ? this.#move(press) : null;
  }

  #reshape(shape: Shape, handle: Handle, press: Press): Drag {
    const scene = this.#scene;
    const grasped = minus(handle.at, press.at);
    const index = scene.handles.findIndex(({ kind, index: at }) => kind === handle.kind && at === handle.index);
    let [start, edited, moved] = [shape, shape, handle];
    if (handle.kind === 'insert') {
      start = withVertex(shape, handle.index, toMedium(scene.view, handle.at), scene.medium);
      moved = { kind: 'vertex', index: handle.index + 1, at: handle.at };
    }
    return {
      move: (now) => {
        const to = toMedium(scene.view, { x: now.at.x + grasped.x, y: now.at.y + grasped.y });
        edited = this.#bent(start, moved, to, now);
        this.#editing([edited]);
      },
      end: () => this.#keep([edited]),
      click: () => {
        scene.active = handle.kind === 'insert' ? null : index;
        scene.redraw();
      },
      hold: () => {
        const fewer = handle.kind === 'vertex' ? withoutVertex(shape, handle.index) : shape;
        if (fewer !== shape) this.#done.changed([fewer]);
        return fewer !== shape;
      },
      cancel: () => this.#drop(),
    };
  }

  #bent(shape: Shape, handle: Handle, to: Point, press: Press): Shape {
    const { medium, view } = this.#scene;
    const reach = this.#snap(press);
    if (handle.kind === 'side') return withSide(shape, handle.index, to, medium, reach);
    if (handle.kind !== 'face') return reshaped(shape, handle.index, to, medium, reach);
    return faceMoved(shape, handle.face, minus(to, toMedium(view, handle.at)), medium);
  }

  /** Move all that is selected. */
  #move(press: Press, click?: Drag['click']): Drag {
    const scene = this.#scene;
    const start = scene.selected.filter((shape) => !shape.locked);
    const from = this.#medium(press);
    let now = start;
    return {
      move: (press) => {
        now = movedTogether(start, minus(this.#medium(press), from), scene.medium, this.#snap(press));
        this.#editing(now);
      },
      end: () => this.#keep(now.filter((shape, index) => shape !== start[index])),
      ...(click ? { click } : {}),
      cancel: () => this.#drop(),
    };
  }

  #draw(drafting: Drafting, press: Press): Drag {
    const boxed = drafting.type === 'rectangle' || drafting.type === 'cuboid';
    const first = this.#place(press);
    const before = drafting.placed.length;
    const dragsBox = boxed && before === 0;
    let begun = false;
    const show = (now: Press) => {
      if (dragsBox && !begun) drafting.place(first);
      begun = true;
      drafting.hover(this.#place(now));
      this.#scene.redraw();
    };
    const put = (now: Press) => {
      const place = this.#place(now);
      const closes = drafting.closes(place, this.#scene.reach(REACH[now.pointer] + 2));
      this.#finished(closes ? drafting.finish() : drafting.place(place));
    };
    return {
      move: show,
      end: (now) => {
        show(now);
        put(now);
        // A box that was dragged flat is no box.
        if (dragsBox && drafting.placed.length === 1) this.#cancelDraft(drafting);
      },
      click: (now) => {
        if (before === 0 && drafting.type !== 'point' && this.#clickOn(now)) return;
        put(now);
      },
      cancel: () => {
        while (drafting.placed.length > before) drafting.undo();
        drafting.hover(null);
        this.#finished(null);
      },
    };
  }

  #cancelDraft(drafting: Drafting): void {
    drafting.cancel();
    this.#finished(null);
  }

  /** A click with a drawing tool on a shape's line selects the shape. */
  #clickOn(press: Press): boolean {
    const reach = this.#scene.reach(LINE_REACH[press.pointer]);
    const place = this.#medium(press);
    const [hit] = this.#stack(press).filter((shape) => awayFrom(shape, place) <= reach);
    if (hit) this.#select([hit.id]);
    return hit !== undefined;
  }

  #stack(press: Press): Shape[] {
    const open = this.#scene.shapes.filter((shape) => !shape.locked);
    return stackAt(open, this.#medium(press), this.#scene.reach(LINE_REACH[press.pointer]));
  }

  /** The select tool: take what is there, or draw a marquee round what is to be taken. */
  #choose(press: Press): Drag {
    const scene = this.#scene;
    const stack = this.#stack(press);
    const chosen = stack.find(({ id }) => scene.selection.includes(id));
    const [top] = stack;
    if (press.shift && top) return this.#clickOnly(() => this.#toggle((chosen ?? top).id), press);
    if (chosen) {
      // A second click at the same place goes to what lies below.
      const below = stack[(stack.indexOf(chosen) + 1) % stack.length] as Shape;
      return this.#move(press, () => this.#select([below.id]));
    }
    if (!top) return this.#ground(press);
    // With a finger a shape is selected by a tap, and moved only then: most drags are for the view.
    if (press.pointer === 'touch') return this.#clickOnly(() => this.#select([top.id]), press);
    this.#select([top.id]);
    return this.#move(press, () => {});
  }

  #clickOnly(click: () => void, press: Press): Drag {
    return { ...(press.pointer === 'touch' ? this.pan(press) : this.#marquee(press)), click };
  }

  #ground(press: Press): Drag {
    const clear = () => {
      if (!press.shift) this.#select([]);
    };
    const drag = press.pointer === 'touch' ? this.pan(press) : this.#marquee(press);
    return { ...drag, click: clear };
  }

  #marquee(press: Press): Drag {
    const scene = this.#scene;
    const from = this.#medium(press);
    const kept = press.shift ? scene.selection : [];
    const show = (marquee: Scene['marquee']) => {
      scene.marquee = marquee;
      scene.redraw();
    };
    return {
      move: ({ at }) => show([press.at, at]),
      end: (now) => {
        show(null);
        const found = inMarquee(scene.shapes, from, this.#medium(now)).map(({ id }) => id);
        this.#select([...new Set([...kept, ...found])]);
      },
      cancel: () => show(null),
    };
  }

  #toggle(id: string): void {
    const { selection } = this.#scene;
    const without = selection.filter((each) => each !== id);
    this.#select(without.length < selection.length ? without : [...selection, id]);
  }

  #select(ids: readonly string[]): void {
    this.#scene.select(ids);
    this.#done.selected(ids);
  }

  #editing(shapes: readonly Shape[]): void {
    this.#scene.edited = new Map(shapes.map((shape) => [shape.id, shape]));
    this.#scene.redraw();
    for (const shape of shapes) this.#done.changing(shape);
  }

  #keep(shapes: readonly Shape[]): void {
    if (shapes.length > 0) this.#done.changed(shapes);
    else this.#drop();
  }

  #drop(): void {
    this.#scene.edited = new Map();
    this.#scene.redraw();
  }

  #cursor(press: Press): string {
    const scene = this.#scene;
    if (scene.drafting?.begun) return 'crosshair';
    const shape = scene.only;
    const handle = shape && handleAt(scene.handles, press.at, REACH[press.pointer]);
    if (shape && handle) return cursorOf(shape, handle);
    if (scene.tool !== 'select') return 'crosshair';
    const [top] = this.#stack(press);
    return top ? (scene.selection.includes(top.id) ? 'move' : 'pointer') : 'default';
  }
}
