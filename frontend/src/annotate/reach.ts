/** What lies within reach of a press, and who hears of what the hand has done. */

import type { Made } from './drafting';
import { handleAt, type Handle } from './handles';
import { stackAt } from './hits';
import type { Point, Shape } from './model';
import type { Press } from './pointers';
import type { Scene } from './scene';

/** How near, in CSS pixels, a press must be to what it means. */
const NEAR = { mouse: 8, pen: 12, touch: 22 };
const NEAR_LINE = { mouse: 5, pen: 8, touch: 14 };
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

/** Distances are in the medium's pixels. */
export class Reach {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** The place of the medium that is pressed. */
  place(press: Press): Point {
    return this.#scene.place(press.at);
  }

  /** How near the medium's edges draw; not at all while Alt is held. */
  snap(press: Press): number {
    return press.alt ? 0 : this.#scene.reach(SNAP);
  }

  ofPoint(press: Press): number {
    return this.#scene.reach(NEAR[press.pointer]);
  }

  ofLine(press: Press): number {
    return this.#scene.reach(NEAR_LINE[press.pointer]);
  }

  handle(press: Press): Handle | null {
    return handleAt(this.#scene.handles, press.at, NEAR[press.pointer]);
  }

  /** The shapes that may be meant, the likeliest first. */
  stack(press: Press): Shape[] {
    const open = this.#scene.shapes.filter((shape) => !shape.locked);
    return stackAt(open, this.place(press), this.ofLine(press));
  }
}
