import { describe, expect, it, vi } from 'vitest';
import { Hotkeys, type Focused, type KeyPress } from '../src/core/hotkeys';

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

function bound(...keys: string[]) {
  const run = vi.fn();
  const hotkeys = new Hotkeys();
  const remove = hotkeys.add([{ id: 'it.1', keys, label: 'it', run }]);
  const type = (event: KeyPress, focused: Focused | null = null) => hotkeys.press(event, focused);
  return { hotkeys, run, remove, type };
}

const textarea = { tagName: 'TEXTAREA' };
const input = (type: string) => ({ tagName: 'INPUT', type });

describe('hotkeys', () => {
  it('run what a key is bound to, until it is taken away', () => {
    const { run, remove, type } = bound('x');
    expect(type(press('x'))).toBe(true);
    expect(run).toHaveBeenCalledExactlyOnceWith('x', 0);
    remove();
    expect(type(press('x'))).toBe(false);
  });

  it('refuse a key that is taken, and leave nothing half bound', () => {
    const { hotkeys, type } = bound('x');
    const twice = [{ id: 'it.2', keys: ['y', 'x'], label: '', run: () => {} }];
    expect(() => hotkeys.add(twice)).toThrow('taken');
    expect(type(press('y'))).toBe(false);
  });

  it('rest while something is only looked at, but for the page’s and those to look by', () => {
    const { hotkeys, run, type } = bound('x');
    const page = vi.fn();
    const nearer = vi.fn();
    hotkeys.add([
      { id: 'page.history', keys: ['Shift+b'], label: 'page', run: page },
      { id: 'it.nearer', keys: ['+'], label: 'nearer', looks: true, run: nearer },
    ]);
    const wake = hotkeys.rest();
    expect(type(press('x'))).toBe(false);
    expect(type(press('+'))).toBe(true);
    expect(nearer).toHaveBeenCalledOnce();
    expect(type(press('B', { shiftKey: true }))).toBe(true);
    expect(hotkeys.list().map(({ id }) => id)).toEqual(['page.history', 'it.nearer']);
    wake();
    expect(type(press('x'))).toBe(true);
    expect([run.mock.calls.length, page.mock.calls.length]).toEqual([1, 1]);
  });

  it('leave modified keys to the browser unless they are bound', () => {
    const { type } = bound('x', 'Mod+Enter');
    expect(type(press('x', { ctrlKey: true }))).toBe(false);
    expect(type(press('x', { altKey: true }))).toBe(false);
    expect(type(press('X', { shiftKey: true }))).toBe(false);
    expect(type(press('Enter', { metaKey: true }))).toBe(true);
    expect(type(press('Enter', { ctrlKey: true }))).toBe(true);
    expect(type(press('Enter'))).toBe(false);
  });

  it('let a binding that applies now go before another one, and leave the key at other times', () => {
    const { hotkeys, run, type } = bound('Enter');
    let drawing = true;
    const finish = vi.fn();
    const remove = hotkeys.add([
      { id: 'it.3', keys: ['Enter', 'Tab'], label: 'finish', when: () => drawing, run: finish },
    ]);
    expect(type(press('Enter'))).toBe(true);
    expect([finish.mock.calls.length, run.mock.calls.length]).toEqual([1, 0]);
    drawing = false;
    expect(type(press('Enter'))).toBe(true);
    expect(type(press('Tab'))).toBe(false);
    drawing = true;
    remove();
    expect(type(press('Enter'))).toBe(true);
    expect([finish.mock.calls.length, run.mock.calls.length]).toEqual([1, 2]);
  });

  it('know a held Shift, after Control', () => {
    const { run, type } = bound('Mod+Shift+z', 'Shift+ArrowLeft');
    expect(type(press('Z', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(type(press('ArrowLeft', { shiftKey: true }))).toBe(true);
    expect(type(press('z', { ctrlKey: true }))).toBe(false);
    expect(type(press('ArrowLeft'))).toBe(false);
    expect(type(press('ArrowLeft', { shiftKey: true }), input('range'))).toBe(false);
    expect(run.mock.calls.map(([key]) => key)).toEqual(['Mod+Shift+z', 'Shift+ArrowLeft']);
  });

  it('leave undoing within a text to the text', () => {
    const { type } = bound('Mod+z');
    expect(type(press('z', { ctrlKey: true }), textarea)).toBe(false);
    expect(type(press('z', { ctrlKey: true }), input('text'))).toBe(false);
    expect(type(press('z', { ctrlKey: true }), input('checkbox'))).toBe(true);
  });

  it('rest while typing, but for modified ones', () => {
    const { type } = bound('x', 'Mod+Enter', '!');
    for (const focused of [textarea, input('text'), input('number'), { tagName: 'SELECT' }]) {
      expect(type(press('x'), focused)).toBe(false);
      expect(type(press('!', { shiftKey: true }), focused)).toBe(false);
      expect(type(press('Enter', { ctrlKey: true }), focused)).toBe(true);
    }
    expect(type(press('x', { isComposing: true }))).toBe(false);
  });

  it('leave to each control the keys it uses itself', () => {
    const { type } = bound('Enter', 'ArrowLeft', '1', ' ');
    expect(type(press('Enter'), { tagName: 'BUTTON' })).toBe(false);
    expect(type(press('1'), { tagName: 'BUTTON' })).toBe(true);
    expect(type(press('Enter'), input('radio'))).toBe(true);
    expect(type(press('ArrowLeft'), input('range'))).toBe(false);
    expect(type(press('ArrowLeft'), { tagName: 'VIDEO' })).toBe(false);
    expect(type(press(' '), input('checkbox'))).toBe(false);
  });

  it('act once while a key is held down, except where repeating is meant', () => {
    const { hotkeys, run, type } = bound('Enter');
    const step = vi.fn();
    hotkeys.add([{ id: 'it.4', keys: ['ArrowRight'], label: '', repeats: true, run: step }]);
    expect(type(press('Enter', { repeat: true }))).toBe(true);
    expect(run).not.toHaveBeenCalled();
    type(press('ArrowRight', { repeat: true }));
    expect(step).toHaveBeenCalledOnce();
  });

  it('work on keyboards without Latin letters and with digits behind Shift', () => {
    const { run, type } = bound('x', '1');
    type(press('ы', { code: 'KeyX' }));
    type(press('&', { code: 'Digit1' }));
    expect(run.mock.calls.map(([key]) => key)).toEqual(['x', '1']);
    // On a Dvorak board the letter counts, not the place.
    expect(type(press('o', { code: 'KeyX' }))).toBe(false);
  });

  it('give choices digits, then letters that the page does not use, then none', () => {
    const hotkeys = new Hotkeys();
    hotkeys.add([{ id: 'choice', keys: [], generate: 40, label: '', run: () => {} }]);
    const given = hotkeys.generated('choice');
    expect(given.slice(0, 10)).toEqual([...'123456789', 'a']);
    expect(new Set(given).size).toBe(given.length);
    for (const reserved of ['s', 'f', 'o', 'g', 'h', 'l', 'v', '?']) expect(given).not.toContain(reserved);
    expect(given.length).toBeLessThan(40);
  });
});
