/** What a press on the surface means: draw, grasp a handle, move, select or move the view. */

import { Choosing } from './choosing';
import { Drawing } from './drawing';
import { Editing } from './editing';
import { cursorOf } from './handles';
import { edgeNear } from './hits';
import type { Point } from './model';
import type { Drag, Gestures, Press } from './pointers';
import { Reach, type Done } from './reach';
import type { Scene } from './scene';
import { flexible, withVertex } from './shapes';

export class Hand implements Gestures {
  /** Nothing is drawn, selected or changed: the view is all that moves. */
  looksOnly = false;
  readonly #scene: Scene;
  readonly #done: Done;
  readonly #reach: Reach;
  readonly #editing: Editing;
  readonly #choosing: Choosing;
  readonly #drawing: Drawing;

  constructor(scene: Scene, done: Done) {
    this.#scene = scene;
    this.#done = done;
    this.#reach = new Reach(scene);
    this.#editing = new Editing(scene, this.#reach, done);
    this.#choosing = new Choosing(scene, this.#reach, this.#editing, done);
    this.#drawing = new Drawing(scene, this.#reach, this.#choosing, done);
  }

  press(press: Press): Drag | null {
    const scene = this.#scene;
    if (scene.medium.width === 0) return null;
    if (this.looksOnly) return this.pan(press);
    scene.coarse = press.pointer === 'touch';
    const { drafting } = scene;
    // With Shift a drawing tool selects as well: one by one, or all within a marquee.
    if (press.shift && !drafting?.begun) return this.#choosing.press(press);
    const edit = drafting?.begun ? null : this.#editing.press(press);
    if (edit) return edit;
    return drafting ? this.#drawing.press(drafting, press) : this.#choosing.press(press);
  }

  pan(press: Press): Drag {
    return this.#scene.panning(press.at);
  }

  hover(press: Press | null): void {
    if (this.looksOnly) return;
    const { drafting } = this.#scene;
    if (drafting?.begun) this.#drawing.hover(drafting, press);
    if (press) this.#done.cursor(this.#cursor(press));
  }

  /** A double click ends what is half drawn, or puts a vertex on the edge under it. */
  twice(press: Press): void {
    if (this.looksOnly) return;
    const { drafting, only: shape, medium } = this.#scene;
    if (drafting?.begun) return this.#drawing.twice(drafting);
    if (!shape || !flexible(shape)) return;
    const hit = edgeNear(shape, this.#reach.place(press));
    if (!hit || hit.away > this.#reach.ofPoint(press)) return;
    if (this.#reach.handle(press)?.kind === 'vertex') return;
    this.#done.changed([withVertex(shape, hit.edge, hit.at, medium)]);
  }

  zoom(factor: number, at: Point): void {
    this.#scene.zoom(factor, at);
  }

  shift(dx: number, dy: number): void {
    this.#scene.pan(dx, dy);
  }

  #cursor(press: Press): string {
    const scene = this.#scene;
    if (scene.drafting?.begun) return 'crosshair';
    if (press.shift) return 'default';
    const handle = this.#reach.handle(press);
    if (scene.only && handle) return cursorOf(scene.only, handle);
    if (scene.tool !== 'select') return 'crosshair';
    const [top] = this.#reach.stack(press);
    return top ? (scene.selection.includes(top.id) ? 'move' : 'pointer') : 'default';
  }
}
