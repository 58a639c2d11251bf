/** A drawing tool in the hand: clicks place points, and a box may also be dragged open. */

import type { Choosing } from './choosing';
import type { Drafting, Made } from './drafting';
import { clamped, distance, snapped } from './geometry';
import type { Point } from './model';
import type { Drag, Press } from './pointers';
import type { Done, Reach } from './reach';
import type { Scene } from './scene';

/** A ring closes a little before its first point would be grasped. */
const CLOSER = 2;
/** Two points of a double click are no farther apart, in CSS pixels. */
const SAME = 8;

export class Drawing {
  readonly #scene: Scene;
  readonly #reach: Reach;
  readonly #choosing: Choosing;
  readonly #done: Done;

  constructor(scene: Scene, reach: Reach, choosing: Choosing, done: Done) {
    this.#scene = scene;
    this.#reach = reach;
    this.#choosing = choosing;
    this.#done = done;
  }

  press(drafting: Drafting, press: Press): Drag {
    const boxed = drafting.type === 'rectangle' || drafting.type === 'cuboid';
    const first = this.#place(drafting, press);
    const before = drafting.placed.length;
    const dragsBox = boxed && before === 0;
    let begun = false;
    const show = (now: Press) => {
      if (dragsBox && !begun) drafting.place(first);
      begun = true;
      drafting.hover(this.#place(drafting, now));
      this.#scene.redraw();
    };
    return {
      move: show,
      end: (now) => {
        show(now);
        this.#put(drafting, now);
        // A box that was dragged flat is no box.
        if (dragsBox && drafting.placed.length === 1) this.#giveUp(drafting);
      },
      click: (now) => {
        const begins = before === 0 && drafting.type !== 'point';
        if (!begins || !this.#choosing.takeLine(now)) this.#put(drafting, now);
      },
      hold: () => before === 0 && this.#choosing.holdOn(press, true),
      cancel: () => {
        while (drafting.placed.length > before) drafting.undo();
        drafting.hover(null);
        this.#finished(null);
      },
    };
  }

  /** Show what a point here would make. */
  hover(drafting: Drafting, press: Press | null): void {
    drafting.hover(press && this.#place(drafting, press));
    this.#scene.redraw();
  }

  /** A double click finishes; its second press has placed a point too many. */
  twice(drafting: Drafting): void {
    const open = drafting.type === 'polygon' || drafting.type === 'line';
    if (!open && drafting.type !== 'landmark') return;
    const [last, before] = drafting.placed.toReversed();
    if (open && last && before && distance(last, before) <= this.#scene.reach(SAME)) drafting.undo();
    this.#finished(drafting.finish());
  }

  #put(drafting: Drafting, press: Press): void {
    const place = this.#place(drafting, press);
    const closes = drafting.closes(place, this.#reach.ofPoint(press) + this.#scene.reach(CLOSER));
    this.#finished(closes ? drafting.finish() : drafting.place(place));
  }

  /** Where a new point goes: within the medium, drawn to its edges if it may be. */
  #place(drafting: Drafting, press: Press): Point {
    const { medium } = this.#scene;
    const place = this.#reach.place(press);
    const free = drafting.type === 'point' || drafting.type === 'landmark';
    return free ? clamped(place, medium) : snapped(place, medium, this.#reach.snap(press));
  }

  #giveUp(drafting: Drafting): void {
    drafting.cancel();
    this.#finished(null);
  }

  #finished(made: Made | null): void {
    this.#done.drafting();
    this.#scene.redraw();
    if (made) this.#done.created(made);
  }
}
