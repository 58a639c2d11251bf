/**
 * The selected shapes, their handles and what is being drawn, as SVG: a few nodes that can be
 * focused, named for screen readers and found by tests, above the painted canvas.
 */

import type { Handle } from './handles';
import type { Point, Shape } from './model';
import { edgesOf, rings, vertices } from './shapes';
import { toScreen, type View } from './view';

export interface OverlayScene {
  readonly view: View;
  readonly selected: readonly Shape[];
  /** Of the one selected shape. */
  readonly handles: readonly Handle[];
  /** The handle that keys act on. */
  readonly active: number | null;
  readonly marquee: readonly [Point, Point] | null;
  readonly draft: { readonly shape: Shape; readonly placed: number; readonly closing: boolean } | null;
  /** Whether fingers are about, which need larger handles. */
  readonly coarse: boolean;
  readonly fill: number;
}

/** What screen readers are told. */
export interface Words {
  shape(shape: Shape): string;
  handle(shape: Shape, handle: Handle): string;
}

/** More selected shapes than these are drawn as one outline. */
const MANY = 40;
const NAMESPACE = 'http://www.w3.org/2000/svg';
const SIZES = { vertex: 5, side: 4, insert: 3.5, face: 7 };

type Attributes = Record<string, string | number | null>;

export class Overlay {
  readonly svg: SVGSVGElement;
  readonly #words: Words;
  /** From below: outlines, names, handles. */
  readonly #floors: SVGElement[];
  #nodes = new Map<string, SVGElement>();
  #used = new Set<string>();

  constructor(words: Words) {
    this.svg = document.createElementNS(NAMESPACE, 'svg');
    this.svg.setAttribute('class', 'overlay');
    this.#floors = [0, 1, 2].map(() => {
      const floor = document.createElementNS(NAMESPACE, 'g');
      this.svg.append(floor);
      return floor;
    });
    this.#words = words;
  }

  draw(scene: OverlayScene): void {
    this.#used = new Set();
    const { selected } = scene;
    if (selected.length > MANY) this.#drawMany(scene);
    else selected.forEach((shape) => this.#drawShape(shape, scene));
    if (scene.draft) this.#drawDraft(scene.draft, scene);
    const [only] = selected;
    if (only && selected.length === 1) this.#drawHandles(only, scene);
    if (scene.marquee) {
      const [a, b] = [toScreen(scene.view, scene.marquee[0]), toScreen(scene.view, scene.marquee[1])];
      const d = `M${a.x} ${a.y}H${b.x}V${b.y}H${a.x}Z`;
      this.#node('marquee', 'path', { class: 'marquee', d });
    }
    for (const [key, node] of this.#nodes) {
      if (this.#used.has(key)) continue;
      node.remove();
      this.#nodes.delete(key);
    }
  }

  /** Move the keyboard's focus to a handle. */
  focus(index: number): void {
    (this.#nodes.get(`handle ${index}`) as SVGElement | undefined)?.focus({ preventScroll: true });
  }

  #drawMany({ selected, view }: OverlayScene): void {
    const d = selected.map((shape) => lines(shape, view)).join('');
    this.#node('many case', 'path', { class: 'casing', d });
    this.#node('many', 'path', { class: 'outline', d, stroke: 'white', 'stroke-dasharray': '5 3' });
  }

  #drawShape(shape: Shape, { view, fill }: OverlayScene): void {
    const key = `shape ${shape.id}`;
    const d = lines(shape, view);
    const ground = rings(shape)
      .map((ring) => `M${ring.map((point) => place(view, point)).join('L')}Z`)
      .join('');
    this.#node(`${key} fill`, 'path', { d: ground, fill: shape.color, 'fill-opacity': fill + 0.08 });
    this.#node(`${key} case`, 'path', { class: 'casing', d });
    this.#node(key, 'path', {
      class: 'outline',
      d: d || 'M0 0',
      stroke: shape.color,
      'stroke-dasharray': shape.computed ? '6 4' : null,
      'data-shape': shape.id,
      tabindex: 0,
      role: 'button',
      'aria-pressed': 'true',
      'aria-label': this.#words.shape(shape),
    });
    if (shape.type === 'point' || shape.locked) this.#drawDots(shape, view, key);
    if (shape.names) this.#drawNames(shape, view, key);
  }

  #drawDots(shape: Shape, view: View, key: string): void {
    if (shape.type !== 'point' && shape.type !== 'landmark') return;
    const radius = shape.type === 'point' ? 7 : 4;
    shape.points.forEach((point, index) => {
      const { x: cx, y: cy } = toScreen(view, point);
      const look = { class: 'dot', cx, cy, r: radius, fill: shape.color };
      this.#node(`${key} dot ${index}`, 'circle', look);
    });
  }

  #drawNames(shape: Shape, view: View, key: string): void {
    shape.points.forEach((point, index) => {
      const { x, y } = toScreen(view, point);
      const text = this.#node(`${key} name ${index}`, 'text', { class: 'name', x: x + 8, y: y - 7 });
      const name = shape.names?.[index] ?? '';
      if (text.textContent !== name) text.textContent = name;
    });
  }

  #drawHandles(shape: Shape, { handles, active, coarse }: OverlayScene): void {
    handles.forEach((handle, index) => {
      const { x: cx, y: cy } = handle.at;
      this.#node(`handle ${index}`, 'circle', {
        class: `handle ${handle.kind}${index === active ? ' active' : ''}`,
        cx,
        cy,
        r: SIZES[handle.kind] + (coarse ? 3 : 0) + (index === active ? 2 : 0),
        stroke: shape.color,
        'data-handle': `${handle.kind} ${handle.index}`,
        tabindex: -1,
        role: 'button',
        'aria-label': this.#words.handle(shape, handle),
      });
    });
  }

  #drawDraft({ shape, placed, closing }: NonNullable<OverlayScene['draft']>, scene: OverlayScene): void {
    const { view } = scene;
    const d = lines(shape, view);
    this.#node('draft case', 'path', { class: 'casing', d });
    this.#node('draft', 'path', { class: 'outline draft', d, stroke: shape.color });
    const boxed = shape.type === 'rectangle' || shape.type === 'cuboid';
    shape.points.forEach((point, index) => {
      if (boxed && index > 3) return;
      const { x: cx, y: cy } = toScreen(view, point);
      const first = closing && index === 0;
      const radius = (first ? 8 : 4.5) + (scene.coarse ? 2 : 0);
      const look = index < placed || boxed ? 'handle vertex' : 'handle insert';
      const circle = { class: look, cx, cy, r: radius, stroke: shape.color };
      this.#node(`draft dot ${index}`, 'circle', circle);
    });
    if (shape.names) this.#drawNames(shape, view, 'draft');
  }

  #node(key: string, tag: string, attributes: Attributes): SVGElement {
    let node = this.#nodes.get(key);
    if (!node) {
      node = document.createElementNS(NAMESPACE, tag) as SVGElement;
      this.#nodes.set(key, node);
      this.#floors[tag === 'path' ? 0 : tag === 'text' ? 1 : 2]?.append(node);
    }
    this.#used.add(key);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null) node.removeAttribute(name);
      else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
    }
    return node;
  }
}

function place(view: View, point: Point): string {
  const { x, y } = toScreen(view, point);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}

function lines(shape: Shape, view: View): string {
  const ends = vertices(shape).map((point) => place(view, point));
  if (shape.type === 'rectangle') return ends.length === 4 ? `M${ends.join('L')}Z` : '';
  return edgesOf(shape)
    .map(([from, to]) => `M${ends[from]}L${ends[to]}`)
    .join('');
}
