/**
 * Fingers, pen and mouse turned into gestures: a drag with one pointer, pinching with two, a wheel,
 * a long press. Once a pen has been used, a finger moves the medium and only the pen draws.
 */

import { distance, middle } from './geometry';
import type { Point, Shape } from './model';

export interface Press {
  /** On the screen, from the surface's top left corner. */
  readonly at: Point;
  readonly pointer: 'mouse' | 'touch' | 'pen';
  readonly shift: boolean;
  /** Held, it lets go of what would draw the pointer to it. */
  readonly alt: boolean;
}

/** What a press turned into. */
export interface Drag {
  /** The shapes as they were, which it changes: once they are others, it is over. */
  readonly edits?: readonly Shape[];
  move(press: Press): void;
  /** Let go after moving. */
  end(press: Press): void;
  /** Let go where it began. */
  click?(press: Press): void;
  /** Held still where it began; the drag is over when it says true. */
  hold?(press: Press): boolean;
  cancel(): void;
}

export interface Gestures {
  press(press: Press): Drag | null;
  pan(press: Press): Drag;
  hover(press: Press | null): void;
  twice(press: Press): void;
  zoom(factor: number, at: Point): void;
  shift(dx: number, dy: number): void;
}

const SLOP = { mouse: 3, pen: 5, touch: 9 };
const TWICE_MS = 350;
const HOLD_MS = 550;

export class Pointers {
  /** Whether the hand tool is held, as by the space bar. */
  panning = false;
  readonly #element: HTMLElement;
  readonly #gestures: Gestures;
  readonly #away = new AbortController();
  readonly #touches = new Map<number, Point>();
  #drag: { id: number; drag: Drag; from: Press; moved: boolean } | null = null;
  #pinch: { apart: number; at: Point } | null = null;
  #clicked: { at: Point; time: number } | null = null;
  #holding: ReturnType<typeof setTimeout> | undefined;
  #pen = false;

  constructor(element: HTMLElement, gestures: Gestures) {
    this.#element = element;
    this.#gestures = gestures;
    const options = { signal: this.#away.signal };
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      hear: (event: HTMLElementEventMap[K]) => void,
      more: AddEventListenerOptions = {},
    ) => element.addEventListener(type, hear, { ...options, ...more });
    on('pointerdown', (event) => this.#down(event));
    on('pointermove', (event) => this.#move(event));
    on('pointerup', (event) => this.#up(event));
    on('pointercancel', (event) => this.#lost(event));
    on('lostpointercapture', (event) => this.#lost(event));
    on('pointerleave', () => this.#drag ?? gestures.hover(null));
    on('wheel', (event) => this.#wheel(event), { passive: false });
    on('contextmenu', (event) => event.preventDefault());
  }

  destroy(): void {
    clearTimeout(this.#holding);
    this.#away.abort();
  }

  /** The drag that is on its way. */
  get drag(): Drag | null {
    return this.#drag?.drag ?? null;
  }

  /** Give up the drag that is on its way; false when there is none. */
  cancel(): boolean {
    const drag = this.#drag;
    this.#release();
    drag?.drag.cancel();
    return drag !== null;
  }

  #press(event: PointerEvent | WheelEvent): Press {
    const { left, top } = this.#element.getBoundingClientRect();
    const type = 'pointerType' in event ? event.pointerType : 'mouse';
    return {
      at: {
        x: event.clientX - left - this.#element.clientLeft,
        y: event.clientY - top - this.#element.clientTop,
      },
      pointer: type === 'touch' || type === 'pen' ? type : 'mouse',
      shift: event.shiftKey,
      alt: event.altKey,
    };
  }

  #down(event: PointerEvent): void {
    const press = this.#press(event);
    if (press.pointer === 'pen') {
      this.#pen = true;
      // The hand may come down before the pen that it holds: what it has begun was not meant.
      this.#forgetFingers();
    }
    if (press.pointer === 'touch') {
      // The hand that holds the pen rests on the surface.
      if (this.#drag && this.#drag.from.pointer !== 'touch') return;
      // A first finger is the only one: others are gone, though the page may not have heard of it.
      if (event.isPrimary) this.#forgetFingers();
      this.#touches.set(event.pointerId, press.at);
      if (this.#touches.size === 2) return this.#startPinch(event);
    }
    if (this.#drag || this.#touches.size > 1 || event.button > 1) return;
    const pans =
      this.panning || event.button === 1 || (this.#pen && press.pointer === 'touch');
    const drag = pans ? this.#gestures.pan(press) : this.#gestures.press(press);
    // A press on the surface starts neither a selection of text nor scrolling by the middle button.
    if (event.button === 1 || event.pointerType !== 'touch') event.preventDefault();
    if (!drag) return;
    this.#drag = { id: event.pointerId, drag, from: press, moved: false };
    this.#element.setPointerCapture(event.pointerId);
    if (drag.hold && press.pointer !== 'mouse') {
      this.#holding = setTimeout(() => {
        if (this.#drag?.drag === drag && drag.hold?.(press)) this.#release();
      }, HOLD_MS);
    }
  }

  #forgetFingers(): void {
    if (this.#drag?.from.pointer === 'touch') this.cancel();
    this.#touches.clear();
    this.#pinch = null;
  }

  #move(event: PointerEvent): void {
    const press = this.#press(event);
    if (this.#touches.has(event.pointerId)) {
      this.#touches.set(event.pointerId, press.at);
      if (this.#pinch) return this.#pinchOn();
    }
    if (!this.#drag) {
      if (press.pointer !== 'touch') this.#gestures.hover(press);
      return;
    }
    if (this.#drag.id !== event.pointerId) return;
    if (!this.#drag.moved) {
      if (distance(press.at, this.#drag.from.at) < SLOP[press.pointer]) return;
      this.#drag.moved = true;
      clearTimeout(this.#holding);
    }
    this.#drag.drag.move(press);
  }

  #up(event: PointerEvent): void {
    this.#lift(event);
    if (this.#drag?.id !== event.pointerId) return;
    const press = this.#press(event);
    const { drag, moved, from } = this.#drag;
    this.#release();
    if (moved) return drag.end(press);
    // A click counts where the press was: a shaking hand must not shift it.
    const click = { ...press, at: from.at };
    const before = this.#clicked;
    this.#clicked = { at: click.at, time: event.timeStamp };
    if (drag.click) drag.click(click);
    else drag.cancel();
    const near = before && distance(before.at, click.at) <= 2 * SLOP[press.pointer];
    if (!near || event.timeStamp - before.time > TWICE_MS) return;
    this.#clicked = null;
    this.#gestures.twice(click);
  }

  #lost(event: PointerEvent): void {
    this.#lift(event);
    if (this.#drag?.id === event.pointerId) this.cancel();
  }

  /** Two fingers that are left of three pinch on from where they are. */
  #lift(event: PointerEvent): void {
    if (!this.#touches.delete(event.pointerId)) return;
    this.#pinch = this.#pinch && this.#touches.size > 1 ? this.#spread() : null;
  }

  #release(): void {
    clearTimeout(this.#holding);
    this.#drag = null;
  }

  #startPinch(event: PointerEvent): void {
    this.cancel();
    this.#element.setPointerCapture(event.pointerId);
    this.#pinch = this.#spread();
  }

  #spread(): { apart: number; at: Point } {
    const [a, b] = [...this.#touches.values()] as [Point, Point];
    return { apart: Math.max(distance(a, b), 1), at: middle(a, b) };
  }

  #pinchOn(): void {
    const before = this.#pinch as { apart: number; at: Point };
    const now = this.#spread();
    this.#pinch = now;
    this.#gestures.shift(now.at.x - before.at.x, now.at.y - before.at.y);
    this.#gestures.zoom(now.apart / before.apart, now.at);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const sideways = event.shiftKey || Math.abs(dx) > Math.abs(dy);
    if (sideways && !event.ctrlKey) return this.#gestures.shift(-(dx || dy), dx ? -dy : 0);
    // A trackpad's pinch comes as a wheel with Control, in small steps.
    const strength = event.ctrlKey && Math.abs(dy) < 50 ? 0.01 : 0.002;
    const held = Math.min(Math.max(dy, -300), 300);
    this.#gestures.zoom(Math.exp(-held * strength), this.#press(event).at);
  }
}
