/** A shape that is being made, point by point; nothing of it is the host's until it is whole. */

import { pulled } from './cuboid';
import { boxOf, distance } from './geometry';
import type { Point, ShapeType, Size, Skeleton } from './model';
import { LEAST } from './shapes';

/** What has been made of a shape so far. */
export interface Unfinished {
  readonly type: ShapeType;
  /** The points that are placed. */
  readonly placed: readonly Point[];
  /** Whether it could be finished as it is. */
  readonly whole: boolean;
  /** The name of the point that comes next, if it has one. */
  readonly next: string | null;
}

export interface Made {
  readonly type: ShapeType;
  readonly points: readonly Point[];
  readonly edges?: readonly (readonly [number, number])[];
  readonly names?: readonly string[];
}

export class Drafting {
  readonly type: ShapeType;
  readonly #size: Size;
  readonly #skeleton: Skeleton | null;
  #placed: readonly Point[] = [];
  /** Where the next point would be. */
  #hover: Point | null = null;

  constructor(type: ShapeType, size: Size, skeleton?: Skeleton) {
    this.type = type;
    this.#size = size;
    this.#skeleton = type === 'landmark' ? (skeleton ?? null) : null;
  }

  get begun(): boolean {
    return this.#placed.length > 0;
  }

  get placed(): readonly Point[] {
    return this.#placed;
  }

  get state(): Unfinished | null {
    if (!this.begun) return null;
    const next = this.#skeleton?.names[this.#placed.length] ?? null;
    return { type: this.type, placed: this.#placed, whole: this.#whole(this.#placed), next };
  }

  hover(point: Point | null): void {
    this.#hover = point;
  }

  /** Place a point; the finished shape, when it was the last one needed. */
  place(point: Point): Made | null {
    this.#placed = [...this.#placed, point];
    this.#hover = null;
    const [a, b] = this.#placed;
    const boxed = this.type === 'rectangle' || this.type === 'cuboid';
    // A box without an area, or a depth, is a slip of the hand: its last corner is asked for again.
    if (boxed && a && b && (a.x === b.x || a.y === b.y)) return this.#again();
    if (this.#placed.length < this.#needed()) return null;
    return this.finish() ?? this.#again();
  }

  #again(): null {
    this.undo();
    return null;
  }

  /** After so many points the shape ends by itself. */
  #needed(): number {
    if (this.type === 'landmark') return this.#skeleton?.names.length ?? Infinity;
    return { point: 1, rectangle: 2, cuboid: 3, polygon: Infinity, line: Infinity }[this.type];
  }

  /** Take back the last point; false when there is none. */
  undo(): boolean {
    if (!this.begun) return false;
    this.#placed = this.#placed.slice(0, -1);
    return true;
  }

  cancel(): void {
    this.#placed = [];
    this.#hover = null;
  }

  /** The shape as placed; null when it is not whole yet. A cuboid's depth is where the pointer is. */
  finish(): Made | null {
    let placed = this.#placed;
    if (this.type === 'cuboid' && placed.length === 2 && this.#hover) placed = [...placed, this.#hover];
    if (!this.#whole(placed)) return null;
    this.cancel();
    const points = this.#points(placed);
    if (!this.#skeleton) return { type: this.type, points };
    const { names, edges } = this.#skeleton;
    const present = edges.filter(([from, to]) => from < points.length && to < points.length);
    return { type: this.type, points, edges: present, names: names.slice(0, points.length) };
  }

  /** What to show: the placed points and the one that the pointer would add. */
  preview(): readonly Point[] {
    const all = this.#hover && this.begun ? [...this.#placed, this.#hover] : this.#placed;
    const boxed = this.type === 'rectangle' || this.type === 'cuboid';
    return boxed && all.length > 1 ? this.#points(all) : all;
  }

  /** Whether a further point at `point` would close the ring. */
  closes(point: Point, reach: number): boolean {
    const first = this.#placed[0];
    const enough = this.type === 'polygon' && this.#placed.length >= LEAST.polygon;
    return enough && first !== undefined && distance(first, point) <= reach;
  }

  #points(placed: readonly Point[]): readonly Point[] {
    const [a, b, c] = placed as [Point, Point, Point | undefined];
    if (this.type === 'rectangle') {
      const { from, to } = boxOf([a, b]);
      return [from, to];
    }
    if (this.type !== 'cuboid') return placed;
    const depth = c ? { x: c.x - b.x, y: c.y - b.y } : { x: 0, y: 0 };
    return pulled(a, b, depth, this.#size);
  }

  #whole(placed: readonly Point[]): boolean {
    const [a, b] = placed;
    if (this.type === 'rectangle' || this.type === 'cuboid') {
      const flat = !a || !b || a.x === b.x || a.y === b.y;
      if (flat || this.type === 'rectangle') return !flat;
      if (!placed[2]) return false;
      // The medium's edge may have left nothing of the depth that was asked for.
      const [front, , , , back] = this.#points(placed);
      return front !== undefined && back !== undefined && distance(front, back) > 0;
    }
    if (this.#skeleton && placed.length < this.#skeleton.names.length) return false;
    return placed.length >= LEAST[this.type];
  }
}
