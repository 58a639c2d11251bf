/** The hand without a page: what a press means, and what the host hears of it. */

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { pulled } from '../src/annotate/cuboid';
import { Drafting, type Made } from '../src/annotate/drafting';
import { area, boxOf } from '../src/annotate/geometry';
import { Hand } from '../src/annotate/hand';
import { bent, handlesOf, type Handle } from '../src/annotate/handles';
import type { Point, Shape, Tool } from '../src/annotate/model';
import type { Press } from '../src/annotate/pointers';
import { Scene } from '../src/annotate/scene';
import { flattens } from '../src/annotate/shapes';

const MEDIUM = { width: 400, height: 300 };
const p = (x: number, y: number): Point => ({ x, y });
const box = (id: string, from: Point, to: Point, more: Partial<Shape> = {}): Shape =>
  ({ id, type: 'rectangle', points: [from, to], label: id, color: 'red', ...more });
const polygon = (id: string, ...points: Point[]): Shape => ({ id, type: 'polygon', points, label: '', color: 'red' });

const press = (at: Point, more: Partial<Press> = {}): Press =>
  ({ at, pointer: 'mouse', shift: false, alt: false, ...more });

let scene: Scene;
let hand: Hand;
let made: Made[];
let changed: Shape[][];
let cursor: string;

/** A room as large as the medium, at twice its size, a little off. */
const view = { scale: 2, x: 10, y: 20 };
const on = (x: number, y: number) => p(x * view.scale + view.x, y * view.scale + view.y);

function use(tool: Tool) {
  scene.tool = tool;
  scene.drafting = tool === 'select' ? null : new Drafting(tool, MEDIUM, scene.options.skeleton);
}

function drag(from: Point, to: Point, more: Partial<Press> = {}) {
  const held = hand.press(press(from, more));
  held?.move(press(to, more));
  held?.end(press(to, more));
}

function click(at: Point, more: Partial<Press> = {}) {
  const held = hand.press(press(at, more));
  if (held?.click) held.click(press(at, more));
  else held?.cancel();
}

beforeEach(() => {
  scene = new Scene(() => {});
  Object.assign(scene, { medium: MEDIUM, room: { width: 820, height: 640 }, view });
  [made, changed, cursor] = [[], [], ''];
  hand = new Hand(scene, {
    created: (shape) => made.push(shape),
    changed: (shapes) => {
      changed.push([...shapes]);
      const now = new Map(shapes.map((shape) => [shape.id, shape]));
      scene.shapes = scene.shapes.map((shape) => now.get(shape.id) ?? shape);
      scene.edited = new Map();
    },
    changing: () => {},
    selected: () => {},
    drafting: () => {},
    cursor: (name) => (cursor = name),
  });
});

describe('several, with a drawing tool in the hand', () => {
  const near = box('near', p(20, 20), p(80, 80));
  const far = box('far', p(120, 20), p(180, 80));
  const shut = box('shut', p(20, 120), p(80, 180), { locked: true });
  const shift = { shift: true };
  beforeEach(() => {
    scene.shapes = [near, far, shut];
    use('rectangle');
  });

  it('takes what a marquee with Shift holds, and draws without Shift', () => {
    drag(on(10, 10), on(190, 190), shift);
    expect(scene.selection).toEqual(['near', 'far']);
    expect(made).toEqual([]);
    drag(on(200, 200), on(240, 240));
    expect(made).toHaveLength(1);
  });

  it('takes one more and one less with Shift, and moves all by the line of one', () => {
    click(on(50, 50), shift);
    click(on(150, 50), shift);
    expect(scene.selection).toEqual(['near', 'far']);
    drag(on(20, 50), on(30, 60));
    expect(changed.at(-1)?.map(({ points }) => points[0])).toEqual([p(30, 30), p(130, 30)]);
    click(on(60, 60), shift);
    expect(scene.selection).toEqual(['far']);
  });

  it('takes one more and one less by a finger that rests on a line, and nothing in the middle', () => {
    const rest = (at: Point) => hand.press(press(at, { pointer: 'touch' }))?.hold?.(press(at, { pointer: 'touch' }));
    expect(rest(on(50, 50))).toBe(false);
    expect(rest(on(20, 50))).toBe(true);
    expect(rest(on(120, 50))).toBe(true);
    expect(scene.selection).toEqual(['near', 'far']);
    use('select');
    expect(rest(on(150, 50))).toBe(true);
    expect(scene.selection).toEqual(['near']);
  });

  it('does not move what is locked by its line', () => {
    scene.selection = ['shut', 'far'];
    drag(on(20, 150), on(30, 160));
    expect(changed).toEqual([]);
    expect(made).toHaveLength(1);
  });
});

describe('what is only looked at', () => {
  it('moves its view and nothing else, with any tool', () => {
    scene.shapes = [box('one', p(20, 20), p(80, 80))];
    hand.looksOnly = true;
    for (const tool of ['select', 'rectangle', 'point'] as const) {
      use(tool);
      const before = scene.view;
      drag(on(50, 50), on(70, 60));
      click(on(50, 50));
      hand.twice(press(on(50, 50)));
      expect(scene.view).not.toEqual(before);
    }
    expect([scene.selection, made, changed]).toEqual([[], [], []]);
  });
});

describe('choosing', () => {
  const [large, small, other] = [
    box('large', p(10, 10), p(200, 200)),
    box('small', p(50, 50), p(100, 100)),
    box('other', p(250, 50), p(300, 100)),
  ];
  beforeEach(() => (scene.shapes = [large, small, other]));

  it('takes the smallest around, then what lies below it, and round again', () => {
    for (const wanted of ['small', 'large', 'small']) {
      click(on(75, 75));
      expect(scene.selection).toEqual([wanted]);
    }
    click(on(350, 250));
    expect(scene.selection).toEqual([]);
  });

  it('adds and takes away with Shift, by clicks and by a marquee', () => {
    click(on(75, 75));
    click(on(275, 75), { shift: true });
    expect(scene.selection).toEqual(['small', 'other']);
    click(on(75, 75), { shift: true });
    expect(scene.selection).toEqual(['other']);
    // On a handle too.
    click(on(250, 50), { shift: true });
    expect(scene.selection).toEqual([]);
    scene.select(['other']);
    drag(on(5, 5), on(210, 210), { shift: true });
    expect(new Set(scene.selection)).toEqual(new Set(['large', 'small', 'other']));
    expect(changed).toEqual([]);
  });

  it('leaves what is locked or hidden', () => {
    scene.shapes = [large, { ...small, locked: true }, { ...other, hidden: true }];
    click(on(75, 75));
    expect(scene.selection).toEqual(['large']);
    drag(on(395, 295), on(1, 1));
    expect(scene.selection).toEqual(['large']);
  });

  it('lets a finger move the view, and shapes only once they are chosen', () => {
    drag(on(75, 75), on(95, 75), { pointer: 'touch' });
    expect([changed, scene.view.x]).toEqual([[], view.x + 40]);
    scene.view = view;
    click(on(75, 75), { pointer: 'touch' });
    drag(on(75, 75), on(95, 75), { pointer: 'touch' });
    expect(changed).toEqual([[box('small', p(70, 50), p(120, 100))]]);
  });
});

describe('editing', () => {
  const inner = fc.record({ x: fc.integer({ min: -400, max: 400 }), y: fc.integer({ min: -300, max: 300 }) });

  it('keeps the distances between many that are moved, and all of them in the medium', () => {
    fc.assert(
      fc.property(inner, (by) => {
        const start = [box('a', p(20, 30), p(60, 50)), polygon('b', p(100, 90), p(160, 100), p(120, 150))];
        Object.assign(scene, { shapes: start, selection: ['a', 'b'], view });
        changed = [];
        drag(on(40, 40), on(40 + by.x, 40 + by.y));
        const moved = changed[0] ?? start;
        const points = moved.flatMap((shape) => shape.points);
        const first = points[0] as Point;
        const went = p(first.x - 20, first.y - 30);
        expect(points).toEqual(start.flatMap((shape) => shape.points.map(({ x, y }) => p(x + went.x, y + went.y))));
        for (const { x, y } of points) expect(x >= 0 && y >= 0 && x <= 400 && y <= 300).toBe(true);
        scene.selection = [];
      }),
    );
  });

  it('grasps a corner where it was pressed, not where it is', () => {
    Object.assign(scene, { shapes: [box('a', p(100, 100), p(200, 200))], selection: ['a'] });
    const off = on(200, 200);
    drag(p(off.x + 5, off.y - 4), p(off.x + 5 + 60, off.y - 4 - 20));
    expect(changed[0]?.[0]?.points).toEqual([p(100, 100), p(230, 190)]);
  });

  it('takes from no box its area, though the edge of the medium draws', () => {
    Object.assign(scene, { shapes: [box('a', p(0, 100), p(200, 200))], selection: ['a'] });
    drag(on(200, 150), on(1, 150));
    expect(changed).toEqual([]);
    expect(scene.edited.size).toBe(0);
    const held = hand.press(press(on(200, 150)));
    for (const x of [60, 1]) held?.move(press(on(x, 150)));
    held?.end(press(on(1, 150)));
    expect(changed).toEqual([[{ ...scene.shapes[0], points: [p(0, 100), p(60, 200)] }]]);
  });

  it('leaves every box and face that has an area one, wherever a handle is taken', () => {
    const at = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 300 })).map(([x, y]) => p(x, y));
    fc.assert(
      fc.property(at, at, at, fc.boolean(), fc.nat(), (a, b, to, isCuboid, which) => {
        fc.pre(Math.abs(a.x - b.x) > 1 && Math.abs(a.y - b.y) > 1);
        const { from, to: end } = boxOf([a, b]);
        const shape: Shape = isCuboid
          ? { ...box('a', a, b), type: 'cuboid', points: pulled(a, b, p(9, -9), MEDIUM) }
          : box('a', from, end);
        const handles = handlesOf(shape, view);
        const handle = handles[which % handles.length] as Handle;
        const after = bent(shape, handle, scene.place(handle.at), to, MEDIUM, 2.5);
        const faces = isCuboid ? [after.points.slice(0, 4), after.points.slice(4)] : [after.points];
        const flat = faces.some((face) => area(boxOf(face)) === 0);
        expect(flattens(shape, after)).toBe(flat);
        expect(flattens(after, after)).toBe(false);
      }),
    );
  });

  it('acts on no other vertex after a finger has taken one out', () => {
    const shape = polygon('a', p(100, 100), p(200, 100), p(200, 200), p(100, 200));
    Object.assign(scene, { shapes: [shape], selection: ['a'] });
    click(on(100, 200), { pointer: 'touch' });
    expect(scene.active).toBe(3);
    expect(hand.press(press(on(100, 200), { pointer: 'touch' }))?.hold?.(press(on(100, 200)))).toBe(true);
    expect(changed[0]?.[0]?.points).toHaveLength(3);
    expect(scene.active).toBeNull();
  });

  it('puts a vertex in by the middle of an edge, and undoes nothing when given up', () => {
    const shape = polygon('a', p(100, 100), p(200, 100), p(150, 200));
    Object.assign(scene, { shapes: [shape], selection: ['a'] });
    drag(on(150, 100), on(150, 60));
    expect(changed[0]?.[0]?.points).toEqual([p(100, 100), p(150, 60), p(200, 100), p(150, 200)]);
    Object.assign(scene, { shapes: [shape], edited: new Map() });
    changed = [];
    const held = hand.press(press(on(150, 100)));
    held?.move(press(on(150, 60)));
    expect(scene.find('a')?.points).toHaveLength(4);
    held?.cancel();
    expect([changed, scene.find('a')]).toEqual([[], shape]);
  });

  it('puts a vertex where an edge is clicked twice, but not on a vertex', () => {
    Object.assign(scene, { shapes: [polygon('a', p(100, 100), p(200, 100), p(150, 200))], selection: ['a'] });
    hand.twice(press(on(100, 100)));
    hand.twice(press(on(150, 150)));
    expect(changed).toEqual([]);
    hand.twice(press(on(130, 101)));
    expect(changed[0]?.[0]?.points[1]).toEqual(p(130, 100));
  });

  it('moves a face by as much as the hand, also when the view comes nearer meanwhile', () => {
    const points = [p(100, 100), p(200, 100), p(200, 200), p(100, 200)];
    const cuboid: Shape = {
      ...polygon('a', ...points, ...points.map(({ x, y }) => p(x + 40, y - 40))),
      type: 'cuboid',
    };
    Object.assign(scene, { shapes: [cuboid], selection: ['a'] });
    const at = on(190, 110);
    const held = hand.press(press(at));
    held?.move(press(p(at.x + 8, at.y)));
    scene.zoom(2, p(at.x + 8, at.y));
    held?.move(press(p(at.x + 8, at.y)));
    held?.end(press(p(at.x + 8, at.y)));
    const [front, back] = [changed[0]?.[0]?.points[0], changed[0]?.[0]?.points[4]];
    expect(front).toEqual(p(100, 100));
    expect(back?.x).toBeCloseTo(144);
    expect(back?.y).toBeCloseTo(60);
  });

  it('tells which shapes a drag will change', () => {
    const shapes = [box('a', p(20, 30), p(60, 50)), box('b', p(100, 30), p(160, 50))];
    Object.assign(scene, { shapes, selection: ['a', 'b'] });
    expect(hand.press(press(on(40, 40)))?.edits).toEqual(shapes);
    expect(hand.press(press(on(300, 200)))?.edits).toBeUndefined();
  });
});

describe('drawing', () => {
  it('drags a box open in any direction, and takes none that is flat', () => {
    const place = fc.record({ x: fc.integer({ min: 4, max: 396 }), y: fc.integer({ min: 4, max: 296 }) });
    fc.assert(
      fc.property(place, place, (a, b) => {
        use('rectangle');
        made = [];
        drag(on(a.x, a.y), on(b.x, b.y));
        const flat = a.x === b.x || a.y === b.y;
        const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
        const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
        expect(made.map(({ points }) => points)).toEqual(flat ? [] : [[p(left, top), p(right, bottom)]]);
        expect(scene.drafting?.begun).toBe(false);
      }),
      { examples: [[p(50, 50), p(50, 90)], [p(90, 50), p(50, 50)]] },
    );
  });

  it('snaps to the edges of the medium unless Alt is held', () => {
    use('rectangle');
    drag(on(2, 2), on(398, 299));
    drag(on(2, 2), on(398, 299), { alt: true });
    expect(made.map(({ points }) => points)).toEqual([[p(0, 0), p(400, 300)], [p(2, 2), p(398, 299)]]);
    use('point');
    click(on(2, 2));
    expect(made[2]?.points).toEqual([p(2, 2)]);
  });

  it('closes a ring at its first point, and a double click ends a line', () => {
    use('polygon');
    for (const place of [p(50, 50), p(100, 50), p(100, 100), p(52, 51)]) click(on(place.x, place.y));
    expect(made[0]?.points).toEqual([p(50, 50), p(100, 50), p(100, 100)]);
    use('line');
    for (const place of [p(50, 50), p(100, 50), p(100, 50)]) click(on(place.x, place.y));
    hand.twice(press(on(100, 50)));
    expect(made[1]?.points).toEqual([p(50, 50), p(100, 50)]);
  });

  it('selects by a line that is clicked, and begins nothing there', () => {
    scene.shapes = [box('a', p(100, 100), p(200, 200))];
    use('polygon');
    click(on(100, 150));
    expect([scene.selection, scene.drafting?.begun]).toEqual([['a'], false]);
    click(on(150, 150));
    expect(scene.drafting?.begun).toBe(true);
  });

  it('leaves no point of a drag that is given up', () => {
    use('polygon');
    click(on(50, 50));
    const held = hand.press(press(on(80, 80)));
    held?.move(press(on(90, 90)));
    held?.cancel();
    expect(scene.drafting?.placed).toEqual([p(50, 50)]);
    use('rectangle');
    const boxed = hand.press(press(on(80, 80)));
    boxed?.move(press(on(90, 90)));
    boxed?.cancel();
    expect(scene.drafting?.begun).toBe(false);
  });

  it('does nothing while there is nothing to draw on', () => {
    scene.medium = { width: 0, height: 0 };
    use('rectangle');
    expect(hand.press(press(on(1, 1)))).toBeNull();
  });
});

describe('the cursor', () => {
  it('tells what a press would do', () => {
    Object.assign(scene, { shapes: [box('a', p(100, 100), p(200, 200))] });
    const told = (place: Point) => {
      hand.hover(press(place));
      return cursor;
    };
    expect([told(on(150, 150)), told(on(300, 250))]).toEqual(['pointer', 'default']);
    scene.select(['a']);
    const places = [on(100, 100), on(200, 100), on(150, 100), on(200, 150), on(130, 170)];
    expect(places.map(told)).toEqual(['nwse-resize', 'nesw-resize', 'ns-resize', 'ew-resize', 'move']);
    use('line');
    expect(told(on(300, 250))).toBe('crosshair');
  });
});
