/** Selecting: by a click, one below the other, by a marquee, or one by one. */

import type { Editing } from './editing';
import { awayFrom, inMarquee } from './hits';
import type { Shape } from './model';
import type { Drag, Press } from './pointers';
import type { Done, Reach } from './reach';
import type { Scene } from './scene';

export class Choosing {
  readonly #scene: Scene;
  readonly #reach: Reach;
  readonly #editing: Editing;
  readonly #done: Done;

  constructor(scene: Scene, reach: Reach, editing: Editing, done: Done) {
    this.#scene = scene;
    this.#reach = reach;
    this.#editing = editing;
    this.#done = done;
  }

  /** The select tool: take what is there, or draw a marquee round what is to be taken. */
  press(press: Press): Drag {
    const scene = this.#scene;
    const stack = this.#reach.stack(press);
    const chosen = stack.find(({ id }) => scene.selection.includes(id));
    const [top] = stack;
    if (press.shift && top) return this.#clickOnly(() => this.#toggle((chosen ?? top).id), press);
    if (chosen) {
      // A second click at the same place goes to what lies below.
      const below = stack[(stack.indexOf(chosen) + 1) % stack.length] ?? chosen;
      const drag = this.#editing.move(press, () => this.#select([below.id]));
      return { ...drag, hold: () => this.holdOn(press) };
    }
    const clear = () => {
      if (!press.shift) this.#select([]);
    };
    if (!top) return this.#clickOnly(clear, press);
    // With a finger a shape is selected by a tap, and moved only then: most drags are for the view.
    if (press.pointer === 'touch') {
      const drag = this.#clickOnly(() => this.#select([top.id]), press);
      return { ...drag, hold: () => this.holdOn(press) };
    }
    this.#select([top.id]);
    return this.#editing.move(press, () => {});
  }

  /** One more is selected, or one less, by a long press: on its line only, if `line`; false if none is there. */
  holdOn(press: Press, line = false): boolean {
    const place = this.#reach.place(press);
    const near = (shape: Shape) => !line || awayFrom(shape, place) <= this.#reach.ofLine(press);
    const hit = this.#reach.stack(press).find(near);
    if (hit) this.#toggle(hit.id);
    return hit !== undefined;
  }

  /** A click with a drawing tool on a shape's line selects the shape; false if there is none. */
  takeLine(press: Press): boolean {
    const place = this.#reach.place(press);
    const reach = this.#reach.ofLine(press);
    const hit = this.#reach.stack(press).find((shape) => awayFrom(shape, place) <= reach);
    if (hit) this.#select([hit.id]);
    return hit !== undefined;
  }

  /** A drag moves the view under a finger, and draws a marquee with everything else. */
  #clickOnly(click: () => void, press: Press): Drag {
    const drag = press.pointer === 'touch' ? this.#scene.panning(press.at) : this.#marquee(press);
    return { ...drag, click };
  }

  #marquee(press: Press): Drag {
    const scene = this.#scene;
    const from = this.#reach.place(press);
    const kept = press.shift ? scene.selection : [];
    const show = (marquee: Scene['marquee']) => {
      scene.marquee = marquee;
      scene.redraw();
    };
    return {
      move: (now) => show([from, this.#reach.place(now)]),
      end: (now) => {
        show(null);
        const found = inMarquee(scene.shapes, from, this.#reach.place(now)).map(({ id }) => id);
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
}
