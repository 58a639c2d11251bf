import { describe, expect, it, vi } from 'vitest';
import { Hotkeys, RESERVED, type Binding } from '../src/core/hotkeys';
import { given, readKeyMap, reset } from '../src/core/keymap';
import { chosenKey, ariaKey, written, type KeyPress } from '../src/core/keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});

const action = (id: string, keys: string[], more: Partial<Binding> = {}) => {
  const run = vi.fn();
  return { run, binding: { id, keys, label: id, run, ...more } };
};

/** Whole numbers below `most`, always the same ones. */
function chance(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

describe("a worker's own keys", () => {
  it('stand for the first ones, which then mean nothing', () => {
    const hotkeys = new Hotkeys();
    const { run, binding } = action('text.write', ['w']);
    hotkeys.add([binding]);
    hotkeys.remap(given({}, 'text.write', 'w', 'x'));
    expect(hotkeys.press(press('w'), null)).toBe(false);
    expect(hotkeys.press(press('x'), null)).toBe(true);
    expect(run).toHaveBeenCalledExactlyOnceWith('w', 0);
    hotkeys.remap(reset(hotkeys.chosen, 'text.write'));
    expect(hotkeys.press(press('w'), null)).toBe(true);
  });

  it('change one key of several, and each still means its own', () => {
    const hotkeys = new Hotkeys();
    const { run, binding } = action('rating.ends', ['Home', 'End']);
    hotkeys.add([binding]);
    hotkeys.remap(given({}, 'rating.ends', 'End', 'e'));
    hotkeys.press(press('e'), null);
    hotkeys.press(press('Home'), null);
    expect(run.mock.calls).toEqual([
      ['End', 1],
      ['Home', 0],
    ]);
  });

  it('leave keys that mean what is printed on them', () => {
    const hotkeys = new Hotkeys();
    const { run, binding } = action('rating.type', ['1'], { fixed: true });
    hotkeys.add([binding]);
    hotkeys.remap({ 'rating.type': { '1': 'x' } });
    hotkeys.press(press('1'), null);
    expect(run).toHaveBeenCalledOnce();
  });

  it('say who has a key, also while the page does not listen to it', () => {
    const hotkeys = new Hotkeys();
    hotkeys.add([action('text.write', ['w']).binding]);
    expect(hotkeys.holder('w', 'task.skip', 's')?.id).toBe('text.write');
    expect(hotkeys.holder('w', 'text.write', 'w')).toBeNull();
    expect(hotkeys.holder('s', 'text.write', 'w')?.id).toBe('task.skip');
    hotkeys.remap(given({}, 'task.skip', 's', 'x'));
    expect(hotkeys.holder('s', 'text.write', 'w')).toBeNull();
    expect(hotkeys.holder('x', 'text.write', 'w')?.id).toBe('task.skip');
  });

  it("win over a first key, but not over the page's; who lost is shown", () => {
    const hotkeys = new Hotkeys();
    const skip = action('task.skip', ['s']);
    const write = action('text.write', ['w']);
    hotkeys.add([skip.binding]);
    // Chosen on a screen where nothing else listened to it.
    hotkeys.remap(given({}, 'task.skip', 's', 'w'));
    hotkeys.add([write.binding]);
    hotkeys.press(press('w'), null);
    expect([skip.run.mock.calls.length, write.run.mock.calls.length]).toEqual([1, 0]);
    const taken = hotkeys.list().map(({ id, keys }) => [id, keys[0]?.taken]);
    expect(taken).toEqual([
      ['task.skip', false],
      ['text.write', true],
    ]);
  });

  it('are read from a store with whatever is no map left out', () => {
    expect(readKeyMap(null)).toEqual({});
    expect(readKeyMap({ a: { s: 'x', t: 4 }, b: 'x', c: {} })).toEqual({ a: { s: 'x' } });
    expect(given({ a: { s: 'x' } }, 'a', 's', 's')).toEqual({});
    expect(reset({ a: { s: 'x' } })).toEqual({});
  });
});

describe("the page's keys", () => {
  it('are no other action’s, and nothing stands before them', () => {
    const hotkeys = new Hotkeys();
    for (const key of Object.keys(RESERVED)) {
      expect(() => hotkeys.add([action('kind.other', [key]).binding])).toThrow('kept');
      const before = action('kind.other', [key], { when: () => true });
      expect(() => hotkeys.add([before.binding])).toThrow('kept');
    }
    const skip = action('task.skip', ['s']);
    hotkeys.add([skip.binding, action('kind.cut', ['x'], { when: () => true }).binding]);
    hotkeys.remap(given({}, 'task.skip', 's', 'x'));
    hotkeys.press(press('x'), null);
    expect(skip.run).toHaveBeenCalledOnce();
  });
});

describe('keys that are made up', () => {
  it('say which choice was meant', () => {
    const hotkeys = new Hotkeys();
    const choices = action('choice.pick', [], { generate: 12 });
    hotkeys.add([choices.binding, action('text.write', ['a']).binding]);
    expect(hotkeys.generated('choice.pick').join('')).toBe('123456789bcd');
    hotkeys.press(press('b'), null);
    expect(choices.run).toHaveBeenCalledExactlyOnceWith('b', 9);
  });

  it('never meet another key, whatever is bound, chosen and taken away', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const below = chance(seed);
      const letters = [...'abcdeijkmnpqrtuwxyz123'];
      const hotkeys = new Hotkeys();
      const removals: (() => void)[] = [];
      for (let turn = 0; turn < 12; turn += 1) {
        const key = letters[below(letters.length)] ?? 'a';
        const id = `kind.${turn}`;
        if (below(4) === 0) removals.splice(below(removals.length + 1), 1).forEach((take) => take());
        else if (below(4) === 0) hotkeys.remap(given(hotkeys.chosen, `kind.${below(12)}`, key, 'p'));
        else if (below(3) === 0) removals.push(hotkeys.add([action(id, [], { generate: below(40) }).binding]));
        else if (!hotkeys.list().some((each) => each.keys.some(({ own }) => own === key)))
          removals.push(hotkeys.add([action(id, [key]).binding]));
        const keys = hotkeys.list().flatMap((each) => (each.open ? [] : each.keys.map((one) => one.key)));
        const fixed = new Set(hotkeys.list().flatMap((each) => (each.open ? each.keys : [])).map((one) => one.key));
        expect(new Set(keys).size, `seed ${seed}`).toBe(keys.length);
        for (const key of keys) expect(fixed.has(key) || key in RESERVED, `seed ${seed}: ${key}`).toBe(false);
      }
    }
  });
});

describe('a key', () => {
  it('is chosen by pressing it, unless it is the browser’s or leaves a dialog', () => {
    expect(chosenKey(press('x'))).toEqual({ key: 'x', free: true });
    expect(chosenKey(press('Shift', { shiftKey: true }))).toBeNull();
    expect(chosenKey(press('X', { shiftKey: true }))).toEqual({ key: 'Shift+x', free: true });
    expect(chosenKey(press('ы', { code: 'KeyS' }))).toEqual({ key: 's', free: true });
    expect(chosenKey(press('Ы', { code: 'KeyS', shiftKey: true }))).toEqual({ key: 'Shift+s', free: true });
    for (const kept of [press('Escape'), press('Tab'), press('F5'), press('w', { ctrlKey: true })]) {
      expect(chosenKey(kept)?.free).toBe(false);
    }
    expect(chosenKey(press('x', { altKey: true }))?.free).toBe(false);
  });

  it('is written as on the board', () => {
    expect(['s', 'Mod+Enter', 'Mod+Shift+z', 'ArrowLeft', '+', 'Mod++', ' '].map(written)).toEqual([
      'S', 'Ctrl Enter', 'Ctrl Shift Z', '←', '+', 'Ctrl +', 'Space',
    ]);
    expect(ariaKey('Mod+Enter')).toBe('Control+Enter');
  });
});
