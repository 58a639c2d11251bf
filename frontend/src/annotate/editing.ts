/** Moving and reshaping what is selected, shown as it goes and the host's when the hand lets go. */

import { minus, shifted } from './geometry';
import { bent, type Handle } from './handles';
import { awayFrom } from './hits';
import type { Shape } from './model';
import type { Drag, Press } from './pointers';
import type { Done, Reach } from './reach';
import type { Scene } from './scene';
import { flattens, movedTogether, withoutVertex } from './shapes';

export class Editing {
  readonly #scene: Scene;
  readonly #reach: Reach;
  readonly #done: Done;

  constructor(scene: Scene, reach: Reach, done: Done) {
    this.#scene = scene;
    this.#reach = reach;
    this.#done = done;
  }

  /** Grasp a handle of the selected shape, or the line of one while a drawing tool is in hand. */
  press(press: Press): Drag | null {
    const { only: shape, selected, tool } = this.#scene;
    if (press.shift) return null;
    const handle = this.#reach.handle(press);
    if (shape && handle && shape.type !== 'point') return this.#reshape(shape, handle, press);
    const grasped = tool !== 'select' && selected.some((each) => !each.locked && this.#onLine(each, press));
    return grasped ? this.move(press) : null;
  }

  #onLine(shape: Shape, press: Press): boolean {
    const reach = shape.type === 'point' ? this.#reach.ofPoint(press) : this.#reach.ofLine(press);
    return awayFrom(shape, this.#reach.place(press)) <= reach;
  }

  /** Move all that is selected. */
  move(press: Press, click?: Drag['click']): Drag {
    const scene = this.#scene;
    const start = scene.selected.filter((shape) => !shape.locked);
    const from = this.#reach.place(press);
    let edited = start;
    return {
      edits: start,
      move: (now) => {
        const by = minus(this.#reach.place(now), from);
        edited = movedTogether(start, by, scene.medium, this.#reach.snap(now));
        this.#show(edited);
      },
      end: () => this.#keep(edited.filter((shape, index) => shape !== start[index])),
      ...(click ? { click } : {}),
      cancel: () => this.#drop(),
    };
  }

  #reshape(shape: Shape, handle: Handle, press: Press): Drag {
    const scene = this.#scene;
    const place = scene.place(handle.at);
    const grasped = minus(handle.at, press.at);
    const index = scene.handles.findIndex(({ kind, index: at }) => kind === handle.kind && at === handle.index);
    let edited = shape;
    return {
      edits: [shape],
      move: (now) => {
        const to = scene.place(shifted(now.at, grasped));
        const next = bent(shape, handle, place, to, scene.medium, this.#reach.snap(now));
        if (!flattens(shape, next)) edited = next;
        this.#show([edited]);
      },
      end: () => this.#keep(edited === shape ? [] : [edited]),
      click: () => {
        scene.active = handle.kind === 'insert' ? null : index;
        scene.redraw();
      },
      hold: () => {
        const fewer = handle.kind === 'vertex' ? withoutVertex(shape, handle.index) : shape;
        if (fewer === shape) return false;
        scene.active = null;
        this.#done.changed([fewer]);
        return true;
      },
      cancel: () => this.#drop(),
    };
  }

  #show(shapes: readonly Shape[]): void {
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
}
