/** The drawing surface's core: views, hits, moves and shapes, held against laws and naive references. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { corners, pulled } from '../src/annotate/cuboid';
import { clamped, distance, inside, snapped } from '../src/annotate/geometry';
import { awayFrom, inMarquee, stackAt, within } from '../src/annotate/hits';
import type { Point, Shape, ShapeType, Size } from '../src/annotate/model';
import { faceMoved, moved, reshaped, withoutVertex, withVertex } from '../src/annotate/shapes';
import { fitted, held, resized, toMedium, toScreen, zoomed, type View } from '../src/annotate/view';

const SIZE: Size = { width: 400, height: 300 };
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const place = fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 300 }) });
const inner = fc.record({ x: fc.integer({ min: 100, max: 300 }), y: fc.integer({ min: 100, max: 200 }) });
const shift = fc.record({ x: fc.integer({ min: -99, max: 99 }), y: fc.integer({ min: -99, max: 99 }) });
const extent = fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
const room = fc.record({ width: fc.integer({ min: 200, max: 3000 }), height: fc.integer({ min: 200, max: 3000 }) });
const view: fc.Arbitrary<View> = fc.record({ scale: number(0.01, 40), x: number(-1e4, 1e4), y: number(-1e4, 1e4) });

const shape = (type: ShapeType, points: readonly Point[]): Shape =>
  ({ id: type, type, points, label: '', color: 'red' });
const near = (a: Point, b: Point, slack = 1e-6) => expect(distance(a, b)).toBeLessThanOrEqual(slack);
const law = <T>(source: fc.Arbitrary<T>, check: (value: T) => void) => fc.assert(fc.property(source, check));

describe('the view', () => {
  it('turns places to the screen and back', () => {
    law(fc.tuple(view, place), ([at, point]) => {
      near(toMedium(at, toScreen(at, point)), point);
      near(toScreen(at, toMedium(at, point)), point);
    });
  });

  it('keeps what is under the pointer when zooming amid the medium', () => {
    law(fc.tuple(room, number(0.5, 8)), ([space, factor]) => {
      const before = fitted(SIZE, space);
      const at = { x: space.width / 2, y: space.height / 2 };
      const after = zoomed(before, factor, at, SIZE, space);
      near(toMedium(after, at), toMedium(before, at));
    });
  });

  it('keeps any place under the pointer, unless the medium would leave the room', () => {
    law(fc.tuple(view, number(0.1, 10), place), ([raw, factor, at]) => {
      const space = { width: 800, height: 600 };
      const before = held(raw, SIZE, space);
      const after = zoomed(before, factor, at, SIZE, space);
      const slipped = toScreen(after, toMedium(before, at));
      const free = { ...after, x: after.x + at.x - slipped.x, y: after.y + at.y - slipped.y };
      near(held(free, SIZE, space), after, 1e-4);
    });
  });

  it('fits the whole medium in the room, centred', () => {
    law(fc.tuple(extent, room), ([medium, space]) => {
      const fit = fitted(medium, space);
      const [from, to] = [toScreen(fit, { x: 0, y: 0 }), toScreen(fit, { x: medium.width, y: medium.height })];
      expect(Math.min(from.x, from.y, space.width - to.x, space.height - to.y)).toBeGreaterThan(13);
      near({ x: from.x + to.x, y: from.y + to.y }, { x: space.width, y: space.height }, 1e-4);
    });
  });

  it('keeps its middle when the room turns or changes', () => {
    law(fc.tuple(room, room), ([before, after]) => {
      const fit = fitted(SIZE, before);
      const next = resized(fit, before, after, SIZE);
      expect(next.scale).toBe(fit.scale);
      near(toMedium(next, { x: after.width / 2, y: after.height / 2 }), { x: 200, y: 150 });
    });
  });

  it('never loses the medium, and holding twice is holding once', () => {
    law(fc.tuple(view, extent, room), ([at, medium, space]) => {
      const kept = held(at, medium, space);
      near(held(kept, medium, space), kept);
      expect(kept.x).toBeLessThan(space.width);
      expect(kept.x + medium.width * at.scale).toBeGreaterThan(0);
    });
  });
});

/** Walks along a segment in small steps. */
function walked(point: Point, a: Point, b: Point): number {
  let best = Infinity;
  for (let step = 0; step <= 2000; step += 1) {
    const share = step / 2000;
    best = Math.min(best, distance(point, { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) }));
  }
  return best;
}

const around = (ring: readonly Point[], point: Point) =>
  Math.min(...ring.map((a, index) => walked(point, a, ring[(index + 1) % ring.length] as Point)));

describe('hits', () => {
  it('measures points, landmarks and lines as walking does', () => {
    law(fc.tuple(fc.array(place, { minLength: 2, maxLength: 5 }), place), ([points, at]) => {
      const closest = Math.min(...points.map((point) => distance(point, at)));
      expect(awayFrom(shape('landmark', points), at)).toBeCloseTo(closest);
      expect(awayFrom(shape('point', points.slice(0, 1)), at)).toBeCloseTo(distance(points[0] as Point, at));
      const along = Math.min(...points.slice(1).map((b, index) => walked(at, points[index] as Point, b)));
      expect(Math.abs(awayFrom(shape('line', points), at) - along)).toBeLessThan(0.3);
    });
  });

  it('finds rectangles by edge and inside', () => {
    law(fc.tuple(place, place, place), ([a, b, at]) => {
      const one = shape('rectangle', [a, b]);
      const strictly = (v: number, p: number, q: number) => Math.min(p, q) < v && v < Math.max(p, q);
      const off = around(corners(a, b), at);
      expect(Math.abs(awayFrom(one, at) - off)).toBeLessThan(0.3);
      // On the edge itself either will do; the walk may step past it by a little.
      if (off > 0.5) expect(within(one, at)).toBe(strictly(at.x, a.x, b.x) && strictly(at.y, a.y, b.y));
    });
  });

  it('finds polygons inside as the angles around the place say', () => {
    law(fc.tuple(fc.array(place, { minLength: 3, maxLength: 3 }), place), ([ring, at]) => {
      fc.pre(around(ring, at) > 1);
      const turn = ring.reduce((sum, a, index) => {
        const b = ring[(index + 1) % ring.length] as Point;
        const [u, v] = [{ x: a.x - at.x, y: a.y - at.y }, { x: b.x - at.x, y: b.y - at.y }];
        return sum + Math.atan2(u.x * v.y - u.y * v.x, u.x * v.x + u.y * v.y);
      }, 0);
      expect(inside(at, ring)).toBe(Math.abs(turn) > 1);
      expect(within(shape('polygon', ring), at)).toBe(Math.abs(turn) > 1);
    });
  });

  it('finds cuboids inside either face', () => {
    law(fc.tuple(inner, shift, place), ([a, depth, at]) => {
      const points = pulled(a, { x: a.x + 50, y: a.y + 40 }, depth, SIZE);
      const faces = [points.slice(0, 4), points.slice(4)];
      if (faces.some((face) => inside(at, face))) expect(within(shape('cuboid', points), at)).toBe(true);
    });
  });

  it('takes a cuboid that lacks corners, as a pre-label may', () => {
    const ring = [{ x: 50, y: 0 }, { x: 100, y: 50 }, { x: 50, y: 100 }, { x: 0, y: 50 }];
    const flat = shape('cuboid', ring);
    expect(stackAt([flat], { x: 50, y: 50 }, 4)).toEqual([flat]);
    expect(stackAt([flat], { x: 5, y: 5 }, 4)).toEqual([]);
  });

  it('takes what a marquee holds wholly', () => {
    law(fc.tuple(place, place, place, place), ([a, b, p, q]) => {
      const holds = [p, q].every(
        ({ x, y }) => x >= Math.min(a.x, b.x) && x <= Math.max(a.x, b.x) && y >= Math.min(a.y, b.y) && y <= Math.max(a.y, b.y),
      );
      expect(inMarquee([shape('line', [p, q])], a, b).length === 1).toBe(holds);
    });
  });
});

describe('edits', () => {
  const line = fc.array(inner, { minLength: 3, maxLength: 8 });

  it('clamps into the medium and snaps to its edges', () => {
    law(fc.record({ x: number(-900, 900), y: number(-900, 900) }), (point) => {
      const kept = clamped(point, SIZE);
      expect(clamped(kept, SIZE)).toEqual(kept);
      const close = snapped(point, SIZE, 6);
      expect(distance(close, kept)).toBeLessThanOrEqual(Math.hypot(6, 6));
      expect(close.x === 0 || close.x === 400 || (close.x > 6 && close.x < 394)).toBe(true);
    });
  });

  it('moves there and back', () => {
    law(fc.tuple(line, shift), ([points, by]) => {
      const one = shape('polygon', points);
      const there = moved(one, by, SIZE);
      expect(there.points[0]).toEqual({ x: points[0]!.x + by.x, y: points[0]!.y + by.y });
      expect(moved(there, { x: -by.x, y: -by.y }, SIZE)).toEqual(one);
    });
  });

  it('reshapes one vertex and leaves the others', () => {
    law(fc.tuple(line, fc.nat(), place), ([points, pick, to]) => {
      const index = pick % points.length;
      const { points: after } = reshaped(shape('polygon', points), index, to, SIZE);
      expect(after).toEqual(points.map((point, each) => (each === index ? to : point)));
    });
  });

  it('takes an added vertex away again', () => {
    law(fc.tuple(line, fc.nat(), place), ([points, pick, at]) => {
      const [one, edge] = [shape('polygon', points), pick % points.length];
      const more = withVertex(one, edge, at, SIZE);
      expect(more.points[edge + 1]).toEqual(at);
      expect(withoutVertex(more, edge + 1)).toEqual(one);
    });
  });

  it('keeps every corner of a cuboid behind its own, within the medium', () => {
    law(fc.tuple(inner, shift, fc.nat(3), place), ([a, depth, index, to]) => {
      const one = shape('cuboid', pulled(a, { x: a.x + 50, y: a.y + 40 }, depth, SIZE));
      const gaps = ({ points }: Shape) =>
        [0, 1, 2, 3].map((each) => ({ x: points[each + 4]!.x - points[each]!.x, y: points[each + 4]!.y - points[each]!.y }));
      const after = reshaped(one, index, to, SIZE);
      expect(gaps(after)).toEqual(gaps(one));
      for (const point of after.points) expect(clamped(point, SIZE)).toEqual(point);
      const pushed = faceMoved(one, 'back', depth, SIZE);
      expect(pushed.points.slice(0, 4)).toEqual(one.points.slice(0, 4));
      expect(new Set(gaps(pushed).map(({ x, y }) => `${x} ${y}`)).size).toBe(1);
    });
  });
});
