/** Shapes in the making, and the history of what was made. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Drafting } from '../src/annotate/drafting';
import { History } from '../src/annotate/history';
import type { ShapeType } from '../src/annotate/model';

const SIZE = { width: 400, height: 300 };
const p = (x: number, y: number) => ({ x, y });
const begin = (type: ShapeType) => new Drafting(type, SIZE);

describe('drafting', () => {
  it('ends points and boxes by itself', () => {
    expect(begin('point').place(p(3, 4))).toEqual({ type: 'point', points: [p(3, 4)] });
    const box = begin('rectangle');
    expect(box.place(p(30, 40))).toBeNull();
    expect(box.place(p(30, 90))).toBeNull();
    expect(box.placed).toEqual([p(30, 40)]);
    expect(box.place(p(10, 20))?.points).toEqual([p(10, 20), p(30, 40)]);
    expect(box.begun).toBe(false);
  });

  it.each([['line', 2], ['polygon', 3]] as const)('finishes a %s when it has enough points', (type, least) => {
    const draft = begin(type);
    for (let count = 1; count <= least; count += 1) {
      expect(draft.finish()).toBeNull();
      draft.place(p(count * 10, count * count));
    }
    draft.place(p(200, 200));
    expect(draft.undo()).toBe(true);
    expect(draft.finish()?.points).toHaveLength(least);
    expect(draft.undo()).toBe(false);
  });

  it('cancels', () => {
    const draft = begin('polygon');
    draft.place(p(1, 1));
    draft.hover(p(2, 2));
    draft.cancel();
    expect([draft.state, draft.preview()]).toEqual([null, []]);
  });

  it('names the points of a landmark in their order', () => {
    const draft = new Drafting('landmark', SIZE, { names: ['eye', 'ear'], edges: [[0, 1]] });
    draft.place(p(1, 1));
    expect(draft.state).toMatchObject({ next: 'ear', whole: false });
    expect(draft.place(p(2, 2))).toMatchObject({ names: ['eye', 'ear'], edges: [[0, 1]] });
  });

  it('asks again for a depth that the medium leaves no room for', () => {
    const draft = begin('cuboid');
    draft.place(p(400, 100));
    draft.place(p(300, 200));
    expect(draft.place(p(350, 200))).toBeNull();
    expect(draft.placed).toHaveLength(2);
    expect(draft.place(p(280, 190))?.points[4]).toEqual(p(280, 90));
  });
});

describe('history', () => {
  const acts = fc.array(fc.integer(), { minLength: 1, maxLength: 300 });

  it('undoes without limit, and redoing takes it all back', () => {
    fc.assert(
      fc.property(acts, (values) => {
        const start = values.reduce<History<object>>((at, value) => at.push({ value }), new History<object>({}));
        expect(start.undo().redo().present).toBe(start.present);
        let at = start;
        let count = 0;
        for (; at.canUndo; count += 1) at = at.undo();
        expect(count).toBe(values.length);
        while (at.canRedo) at = at.redo();
        expect(at.present).toBe(start.present);
      }),
    );
  });

  it('counts nudges in a row as one, until sealed, and forgets what was undone', () => {
    const nudged = new History(0).push(1, 'nudge').push(2, 'nudge').push(3, 'nudge');
    expect(nudged.undo().present).toBe(0);
    expect(nudged.sealed().push(4, 'nudge').undo().present).toBe(3);
    expect(nudged.undo().push(9).canRedo).toBe(false);
    expect(nudged.undo().redo().push(4, 'nudge').undo().present).toBe(3);
  });
});
