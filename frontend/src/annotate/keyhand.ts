/** What keys do to the selected shapes: shift them, go from handle to handle, take a vertex away. */

import { shifted } from './geometry';
import { bent } from './handles';
import type { Shape } from './model';
import type { Scene } from './scene';
import { flattens, flexible, movedTogether, withoutVertex } from './shapes';

export class KeyHand {
  readonly #scene: Scene;
  readonly #change: (shapes: readonly Shape[]) => void;
  readonly #focus: (index: number) => void;

  constructor(scene: Scene, change: (shapes: readonly Shape[]) => void, focus: (index: number) => void) {
    this.#scene = scene;
    this.#change = change;
    this.#focus = focus;
  }

  /** Shift what is selected, or the handle in focus, by so many of the medium's pixels. */
  nudge(dx: number, dy: number): void {
    const { selected, medium, only, active, handles } = this.#scene;
    const by = { x: dx, y: dy };
    const handle = active === null ? undefined : handles[active];
    if (only && handle) {
      const from = this.#scene.place(handle.at);
      // A vertex that was put in is the one that keys act on from here on.
      if (handle.kind === 'insert') this.#scene.active = handle.index + 1;
      const now = bent(only, handle, from, shifted(from, by), medium);
      return flattens(only, now) ? undefined : this.#change([now]);
    }
    const open = selected.filter((shape) => !shape.locked);
    const moved = movedTogether(open, by, medium).filter((shape, index) => shape !== open[index]);
    if (moved.length > 0) this.#change(moved);
  }

  /** Put the keyboard on the next handle of the selected shape; false past the last one. */
  stepHandle(step: 1 | -1): boolean {
    const count = this.#scene.handles.length;
    const at = (this.#scene.active ?? (step > 0 ? -1 : count)) + step;
    const on = at >= 0 && at < count;
    this.#scene.active = on ? at : null;
    this.#focus(at);
    return on;
  }

  /** Let go of the handle that keys act on; false when there is none. */
  leaveHandle(): boolean {
    const had = this.#scene.active !== null;
    this.#scene.active = null;
    this.#scene.redraw();
    return had;
  }

  /** Take away the vertex that keys act on, unless too few would be left; false when the shape is meant. */
  removeVertex(): boolean {
    const { only, active, handles } = this.#scene;
    const handle = active === null ? undefined : handles[active];
    if (!only || handle?.kind !== 'vertex' || !flexible(only)) return false;
    const fewer = withoutVertex(only, handle.index);
    if (fewer === only) return true;
    // Keys go on with the next vertex, or the last: never with the shape.
    this.#scene.active = Math.min(handle.index, fewer.points.length - 1);
    this.#change([fewer]);
    return true;
  }
}
