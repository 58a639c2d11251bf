/**
 * The painted layers: the medium, and above it the shapes that nobody edits. While the view moves
 * they are shifted and scaled as they are, unless painting them is quick, and painted anew when it
 * rests.
 */

import type { Backdrop } from './backdrop';
import type { Shape, Size } from './model';
import { paintShapes, type Style } from './paint';
import type { View } from './view';

/** A view that has not moved for so long rests. */
const REST_MS = 90;
/** What is painted in less is painted in each frame of a moving view. */
const QUICK_MS = 5;

export interface Painting {
  readonly backdrop: Backdrop | null;
  readonly medium: Size;
  readonly idle: readonly Shape[];
  readonly style: Style;
}

export class Layers {
  readonly #world: HTMLDivElement;
  readonly #media: HTMLCanvasElement;
  readonly #shapes: HTMLCanvasElement;
  #room: Size = { width: 0, height: 0 };
  /** Device pixels for each CSS pixel, as the canvases were made for. */
  #ratio = 1;
  /** The view that the canvases were painted for. */
  #painted: View = { scale: 1, x: 0, y: 0 };
  #took = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement) {
    this.#world = document.createElement('div');
    this.#world.className = 'world';
    this.#media = document.createElement('canvas');
    this.#shapes = document.createElement('canvas');
    for (const canvas of [this.#media, this.#shapes]) canvas.setAttribute('aria-hidden', 'true');
    this.#world.append(this.#media, this.#shapes);
    element.append(this.#world);
  }

  resize(room: Size): void {
    this.#room = room;
    const ratio = (this.#ratio = window.devicePixelRatio || 1);
    for (const canvas of [this.#media, this.#shapes]) {
      canvas.width = Math.max(Math.round(room.width * ratio), 1);
      canvas.height = Math.max(Math.round(room.height * ratio), 1);
      canvas.style.width = `${room.width}px`;
      canvas.style.height = `${room.height}px`;
    }
  }

  /** Follow a view that moves; `rested` is called when it has come to rest, to paint anew. */
  follow(view: View, rested: () => void): boolean {
    clearTimeout(this.#rest);
    if (this.#took < QUICK_MS) return false;
    const scale = view.scale / this.#painted.scale;
    const x = view.x - this.#painted.x * scale;
    const y = view.y - this.#painted.y * scale;
    this.#world.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.#rest = setTimeout(rested, REST_MS);
    return true;
  }

  paint(view: View, { backdrop, medium, idle, style }: Painting): void {
    const begun = performance.now();
    clearTimeout(this.#rest);
    // A window that was moved to another screen has other pixels without a new size.
    if (this.#ratio !== (window.devicePixelRatio || 1)) this.resize(this.#room);
    this.#world.style.transform = '';
    this.#painted = view;
    this.#paintMedia(view, backdrop, medium);
    this.paintIdle(idle, style);
    this.#took = performance.now() - begun;
  }

  /** The shapes alone, at the view that the medium was painted for. */
  paintIdle(idle: readonly Shape[], style: Style): void {
    const context = this.#begin(this.#shapes);
    if (context) paintShapes(context, idle, this.#painted, this.#room, style);
  }

  destroy(): void {
    clearTimeout(this.#rest);
    this.#world.remove();
  }

  #paintMedia(view: View, backdrop: Backdrop | null, medium: Size): void {
    const context = this.#begin(this.#media);
    const source = backdrop?.at(medium.width * view.scale * this.#ratio);
    if (!context || !source) return;
    // Near enough to count pixels, they are shown as they are.
    context.imageSmoothingEnabled = view.scale < 3;
    context.imageSmoothingQuality = 'medium';
    const { width, height } = medium;
    context.drawImage(source, view.x, view.y, width * view.scale, height * view.scale);
  }

  #begin(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
    const context = canvas.getContext('2d');
    context?.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context?.clearRect(0, 0, this.#room.width, this.#room.height);
    return context;
  }
}
