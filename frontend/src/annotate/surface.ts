/**
 * The drawing surface: shows a picture or a frame with shapes on it, and lets a hand, a pen or the
 * keyboard draw and edit them. It owns nothing but the view and what is half drawn: shapes,
 * selection and history are its host's, which hears of every finished act.
 */

import './surface.css';
import { Backdrop } from './backdrop';
import { Drafting, type Made, type Unfinished } from './drafting';
import { boxOf } from './geometry';
import { Hand } from './hand';
import { KeyHand } from './keyhand';
import { Layers } from './layers';
import type { Point, Shape, Size, Tool } from './model';
import { Overlay, type Words } from './overlay';
import type { Style } from './paint';
import { Pointers } from './pointers';
import { around, Scene, type Stale, type ToolOptions } from './scene';
import { alike } from './shapes';
import { centredOn, toScreen } from './view';

export interface Host {
  /** A shape has been drawn; the host gives it a name, a label and a colour, and shows it. */
  created(made: Made): void;
  /** At the end of a gesture, or after a key: the shapes as they are now. */
  changed(shapes: readonly Shape[]): void;
  /** During a gesture. */
  changing?(shape: Shape): void;
  selected(ids: readonly string[]): void;
  /** The view has moved; 1 is a CSS pixel for each of the medium's. */
  viewed?(zoom: number): void;
  /** A shape was begun, went on, or is no longer under way. */
  drafting?(unfinished: Unfinished | null): void;
  words: Words;
}

const ORDER: Stale[] = ['overlay', 'idle', 'view', 'all'];

export class Surface {
  readonly #element: HTMLElement;
  readonly #host: Host;
  readonly #scene = new Scene((stale) => this.#mark(stale));
  readonly #layers: Layers;
  readonly #overlay: Overlay;
  readonly #pointers: Pointers;
  readonly #hand: Hand;
  /** What keys do to what is selected. */
  readonly keys: KeyHand;
  readonly #watch: ResizeObserver;
  #backdrop: Backdrop | null = null;
  #stale: Stale | null = null;
  #frame = 0;
  #shownScale = 0;

  constructor(element: HTMLElement, host: Host) {
    this.#element = element;
    this.#host = host;
    element.classList.add('surface');
    this.#layers = new Layers(element);
    this.#overlay = new Overlay(host.words);
    element.append(this.#overlay.svg);
    this.#hand = new Hand(this.#scene, {
      created: (made) => host.created(made),
      changed: (shapes) => this.#change(shapes),
      changing: (shape) => host.changing?.(shape),
      selected: (ids) => host.selected(ids),
      drafting: () => host.drafting?.(this.unfinished),
      cursor: (name) => (element.style.cursor = this.#pointers.panning ? 'grab' : name),
    });
    this.keys = new KeyHand(
      this.#scene,
      (shapes) => this.#change(shapes),
      (handle) => this.#focus(handle),
    );
    this.#pointers = new Pointers(element, this.#hand);
    this.#watch = new ResizeObserver(() => this.#resize());
    this.#watch.observe(element);
    this.#resize();
  }

  /** What is half drawn. */
  get unfinished(): Unfinished | null {
    return this.#scene.drafting?.state ?? null;
  }

  /** Show a picture, a frame or a video's current one; `size` is the original's. Null while there is none. */
  setMedia(image: CanvasImageSource | null, size: Size): void {
    const scene = this.#scene;
    const same = size.width === scene.medium.width && size.height === scene.medium.height;
    if (this.#backdrop?.source !== image) {
      this.#backdrop?.close();
      this.#backdrop = image && new Backdrop(image, () => this.#mark('all'));
    }
    scene.medium = size;
    if (!same) {
      this.#pointers.cancel();
      this.#newDraft();
      scene.fit();
    }
    this.#mark('all');
  }

  setShapes(shapes: readonly Shape[]): void {
    if (shapes === this.#scene.shapes && this.#scene.edited.size === 0) return;
    // What a hand holds may be of another frame by now, or gone: it must not be put there.
    const held = this.#pointers.drag?.edits ?? [];
    if (!held.every((shape) => shapes.some((now) => alike(shape, now)))) this.#pointers.cancel();
    const before = this.#scene.idle;
    this.#scene.shapes = shapes;
    this.#scene.edited = new Map();
    const after = this.#scene.idle;
    const same = before.length === after.length && before.every((shape, index) => shape === after[index]);
    this.#mark(same ? 'overlay' : 'idle');
  }

  setSelection(ids: readonly string[]): void {
    this.#scene.select(ids);
  }

  setTool(tool: Tool, options: ToolOptions = {}): void {
    const scene = this.#scene;
    const same = JSON.stringify(scene.options.skeleton) === JSON.stringify(options.skeleton);
    scene.options = options;
    if (tool !== scene.tool || !same) {
      this.#pointers.cancel();
      scene.tool = tool;
      this.#newDraft();
      this.#element.style.cursor = this.#resting;
    }
    this.#mark('overlay');
  }

  /** Only to be looked at: every drag moves the view. */
  setReadOnly(only: boolean): void {
    this.#hand.looksOnly = only;
    this.#element.style.cursor = only ? 'grab' : this.#resting;
  }

  setStyle(style: Style): void {
    this.#scene.style = style;
    this.#mark('idle');
  }

  fit(): void {
    this.#scene.fit();
  }

  /** Nearer by `factor` around a place on the surface, or its middle. */
  zoomBy(factor: number, at?: Point): void {
    this.#scene.zoom(factor, at);
  }

  panBy(dx: number, dy: number): void {
    this.#scene.pan(dx, dy);
  }

  /** While held, every drag moves the view. */
  holdPan(held: boolean): void {
    this.#pointers.panning = held;
    this.#element.style.cursor = held ? 'grab' : this.#resting;
  }

  /** Bring shapes into the middle, near enough to be worked on. */
  centre(ids: readonly string[]): void {
    const shapes = ids.flatMap((id) => this.#scene.find(id) ?? []);
    if (shapes.length === 0) return;
    const { from, to } = around(shapes);
    const { room, view } = this.#scene;
    this.#scene.look(centredOn(from, to, room, Math.max(view.scale, 1)));
  }

  /** Whether a gesture is on its way. */
  get busy(): boolean {
    return this.#pointers.drag !== null;
  }

  /** Give up the gesture or the shape on its way; false when there is none. */
  cancel(): boolean {
    const dragging = this.#pointers.cancel();
    const drafting = this.#scene.drafting?.begun ?? false;
    if (drafting) this.#newDraft();
    return dragging || drafting;
  }

  undoPoint(): boolean {
    const undone = this.#scene.drafting?.undo() ?? false;
    if (undone) this.#drafted();
    return undone;
  }

  finish(): boolean {
    const made = this.#scene.drafting?.finish() ?? null;
    if (!made) return false;
    // The hand may be dragging the next point: that was the end of this shape, and begins no other.
    this.#pointers.cancel();
    this.#drafted();
    this.#host.created(made);
    return true;
  }

  /** Where a shape is on the surface, in CSS pixels from its top left corner. */
  boxOf(id: string): { from: Point; to: Point } | null {
    const shape = this.#scene.find(id);
    if (!shape || shape.points.length === 0) return null;
    const { from, to } = boxOf(shape.points);
    return { from: toScreen(this.#scene.view, from), to: toScreen(this.#scene.view, to) };
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#watch.disconnect();
    this.#pointers.destroy();
    this.#layers.destroy();
    this.#backdrop?.close();
    this.#overlay.svg.remove();
    this.#element.classList.remove('surface');
  }

  /** The cursor of the tool in hand, over nothing in particular. */
  get #resting(): string {
    if (this.#hand.looksOnly) return 'grab';
    return this.#scene.tool === 'select' ? 'default' : 'crosshair';
  }

  #newDraft(): void {
    const { tool, options, medium } = this.#scene;
    this.#scene.drafting = tool === 'select' ? null : new Drafting(tool, medium, options.skeleton);
    this.#drafted();
  }

  #drafted(): void {
    this.#mark('overlay');
    this.#host.drafting?.(this.unfinished);
  }

  /** Show the change at once; the host makes it true, or shows what was before. */
  #change(shapes: readonly Shape[]): void {
    this.#scene.edited = new Map(shapes.map((shape) => [shape.id, shape]));
    this.#mark('overlay');
    this.#host.changed(shapes);
  }

  #focus(handle: number): void {
    this.#draw('overlay');
    if (this.#scene.active !== null) this.#overlay.focus(handle);
  }

  #resize(): void {
    const room = { width: this.#element.clientWidth, height: this.#element.clientHeight };
    if (room.width === 0 || room.height === 0) return;
    this.#layers.resize(room);
    this.#scene.resize(room);
    // What is resized is empty until it is painted, which must not be seen.
    this.#draw('all');
  }

  #mark(stale: Stale): void {
    if (this.#stale === null || ORDER.indexOf(stale) > ORDER.indexOf(this.#stale)) this.#stale = stale;
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => this.#draw(this.#stale ?? 'overlay'));
  }

  #draw(stale: Stale): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#stale = null;
    const { view, medium, idle, style } = this.#scene;
    const follows = stale === 'view' && this.#layers.follow(view, () => this.#mark('all'));
    if (stale === 'idle') this.#layers.paintIdle(idle, style);
    else if (stale !== 'overlay' && !follows) {
      this.#layers.paint(view, { backdrop: this.#backdrop, medium, idle, style });
    }
    this.#overlay.draw(this.#scene.overlay());
    const moved = stale === 'view' || stale === 'all' || view.scale !== this.#shownScale;
    this.#shownScale = view.scale;
    if (moved) this.#host.viewed?.(view.scale);
  }
}
