/** Raw pointer events turned into gestures. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Point } from '../src/annotate/model';
import { Pointers, type Drag, type Gestures, type Press } from '../src/annotate/pointers';

const p = (x: number, y: number): Point => ({ x, y });
const LEFT = 100;
const TOP = 50;

/** What the element of a page is to the pointers. */
class Pane extends EventTarget {
  clientLeft = 0;
  clientTop = 0;
  setPointerCapture() {}
  getBoundingClientRect() {
    return { left: LEFT, top: TOP };
  }
}

let pane: Pane;
let pointers: Pointers;
let heard: string[];
let holds: boolean;

const told = ({ x, y }: Point) => `${x},${y}`;

function drag(name: string): Drag {
  const say = (what: string) => (press: Press) => void heard.push(`${name} ${what} ${told(press.at)}`);
  return {
    move: say('move'),
    end: say('end'),
    click: say('click'),
    hold: () => {
      heard.push(`${name} hold`);
      return holds;
    },
    cancel: () => void heard.push(`${name} cancel`),
  };
}

const gestures: Gestures = {
  press: ({ pointer }) => drag(pointer),
  pan: () => drag('pan'),
  hover: (press) => void heard.push(press ? `hover ${told(press.at)}` : 'away'),
  twice: ({ at }) => void heard.push(`twice ${told(at)}`),
  zoom: (factor, at) => void heard.push(`zoom ${factor.toFixed(2)} ${told(at)}`),
  shift: (dx, dy) => void heard.push(`shift ${told(p(dx, dy))}`),
};

beforeEach(() => {
  vi.useFakeTimers();
  heard = [];
  holds = true;
  pane = new Pane();
  pointers = new Pointers(pane as unknown as HTMLElement, gestures);
});
afterEach(() => void vi.useRealTimers());

interface More {
  id?: number;
  type?: 'mouse' | 'touch' | 'pen';
  button?: number;
  time?: number;
  /** Whether it is the first finger on the screen. */
  first?: boolean;
}

function send(name: string, at: Point, { id = 1, type = 'mouse', button = 0, time = 0, first = false }: More = {}) {
  const event = new Event(name, { cancelable: true });
  const own = { clientX: at.x + LEFT, clientY: at.y + TOP, pointerId: id, pointerType: type, button, isPrimary: first };
  for (const [key, value] of Object.entries({ ...own, timeStamp: time })) Object.defineProperty(event, key, { value });
  pane.dispatchEvent(event);
  return event;
}

const touch = (id: number): More => ({ id, type: 'touch' });

describe('one pointer', () => {
  it('clicks where it was pressed when it only shook, and drags when it went on', () => {
    send('pointerdown', p(10, 10));
    send('pointermove', p(11, 11));
    send('pointerup', p(12, 11));
    send('pointerdown', p(10, 10));
    send('pointermove', p(20, 10));
    send('pointerup', p(30, 10));
    expect(heard).toEqual(['mouse click 10,10', 'mouse move 20,10', 'mouse end 30,10']);
  });

  it('tells two clicks in a row from two clicks', () => {
    for (const time of [0, 200, 5000, 5200, 5900]) {
      send('pointerdown', p(10, 10), { time });
      send('pointerup', p(10, 10), { time });
    }
    expect(heard.filter((one) => one.startsWith('twice'))).toHaveLength(2);
  });

  it.each(['pointercancel', 'lostpointercapture'])('gives up at %s', (name) => {
    send('pointerdown', p(10, 10));
    send('pointermove', p(30, 10));
    send(name, p(30, 10));
    send('pointermove', p(40, 10));
    send('pointerup', p(40, 10));
    expect(heard).toEqual(['mouse move 30,10', 'mouse cancel', 'hover 40,10']);
    expect(pointers.drag).toBeNull();
  });

  it('moves the view by the middle button, and with the space bar held', () => {
    send('pointerdown', p(10, 10), { button: 1 });
    send('pointermove', p(30, 10));
    send('pointerup', p(30, 10));
    pointers.panning = true;
    send('pointerdown', p(10, 10));
    expect(heard).toEqual(['pan move 30,10', 'pan end 30,10']);
    expect(pointers.drag).not.toBeNull();
  });

  it('leaves the right button, and a second one while the first is held', () => {
    send('pointerdown', p(10, 10), { button: 2 });
    expect(pointers.drag).toBeNull();
    send('pointerdown', p(10, 10));
    const first = pointers.drag;
    send('pointerdown', p(20, 10), { id: 2, button: 1 });
    expect(pointers.drag).toBe(first);
  });

  it('holds when a finger rests, once, and drags on if nothing came of it', () => {
    send('pointerdown', p(10, 10), touch(1));
    vi.advanceTimersByTime(1000);
    send('pointermove', p(50, 10), touch(1));
    send('pointerup', p(50, 10), touch(1));
    expect(heard).toEqual(['touch hold']);
    [heard, holds] = [[], false];
    send('pointerdown', p(10, 10), touch(2));
    vi.advanceTimersByTime(1000);
    send('pointermove', p(50, 10), touch(2));
    expect(heard).toEqual(['touch hold', 'touch move 50,10']);
    heard = [];
    send('pointerup', p(50, 10), touch(2));
    send('pointerdown', p(10, 10), touch(3));
    send('pointermove', p(50, 10), touch(3));
    vi.advanceTimersByTime(1000);
    expect(heard).not.toContain('touch hold');
  });

  it('hears nothing any more once it is done with', () => {
    send('pointerdown', p(10, 10), touch(1));
    pointers.destroy();
    vi.advanceTimersByTime(1000);
    send('pointermove', p(50, 10), touch(1));
    expect(heard).toEqual([]);
  });
});

describe('several pointers', () => {
  it('zooms by two fingers, and gives up what the first had begun', () => {
    send('pointerdown', p(10, 10), touch(1));
    send('pointermove', p(30, 10), touch(1));
    send('pointerdown', p(50, 10), touch(2));
    heard = [];
    send('pointermove', p(70, 10), touch(2));
    expect(heard).toEqual(['shift 10,0', 'zoom 2.00 50,10']);
    heard = [];
    send('pointerup', p(70, 10), touch(2));
    send('pointermove', p(90, 90), touch(1));
    send('pointerup', p(90, 90), touch(1));
    expect(heard).toEqual([]);
  });

  it('pinches on with the two that are left of three, without a jump', () => {
    send('pointerdown', p(0, 0), touch(1));
    send('pointerdown', p(100, 0), touch(2));
    send('pointerdown', p(100, 200), touch(3));
    send('pointerup', p(0, 0), touch(1));
    heard = [];
    send('pointermove', p(100, 0), touch(2));
    expect(heard).toEqual(['shift 0,0', 'zoom 1.00 100,100']);
  });

  it('lets the hand rest that holds the pen, and then move the view', () => {
    send('pointerdown', p(10, 10), { id: 9, type: 'pen' });
    send('pointermove', p(30, 10), { id: 9, type: 'pen' });
    send('pointerdown', p(200, 200), touch(1));
    send('pointerdown', p(220, 200), touch(2));
    send('pointermove', p(260, 200), touch(2));
    send('pointermove', p(50, 10), { id: 9, type: 'pen' });
    send('pointerup', p(50, 10), { id: 9, type: 'pen' });
    expect(heard).toEqual(['pen move 30,10', 'pen move 50,10', 'pen end 50,10']);
    send('pointerup', p(200, 200), touch(1));
    send('pointerup', p(260, 200), touch(2));
    send('pointerdown', p(10, 10), touch(3));
    send('pointermove', p(40, 10), touch(3));
    expect(heard.at(-1)).toBe('pan move 40,10');
  });
});

describe('a hand that comes before its pen', () => {
  const pen: More = { id: 9, type: 'pen' };

  it.each([
    ['that moves', 1],
    ['with two fingers', 2],
  ])('leaves the stroke to the pen: %s', (_, fingers) => {
    for (let id = 1; id <= fingers; id += 1) send('pointerdown', p(200 + 40 * id, 200), touch(id));
    send('pointermove', p(300, 250), touch(1));
    heard = [];
    send('pointerdown', p(10, 10), pen);
    send('pointermove', p(300, 200), touch(1));
    send('pointermove', p(30, 10), pen);
    for (let id = 1; id <= fingers; id += 1) send('pointerup', p(300, 200), touch(id));
    send('pointerup', p(50, 10), pen);
    const lost = fingers === 1 ? ['touch cancel'] : [];
    expect(heard).toEqual([...lost, 'pen move 30,10', 'pen end 50,10']);
  });
});

describe('a finger of whose end nobody heard', () => {
  it.each([1, 2])('is not taken for one that is still there: %i', (fingers) => {
    for (let id = 1; id <= fingers; id += 1) send('pointerdown', p(40 * id, 10), { ...touch(id), first: id === 1 });
    send('pointermove', p(40, 60), touch(1));
    heard = [];
    send('pointerdown', p(10, 10), { ...touch(5), first: true });
    send('pointermove', p(60, 10), touch(5));
    send('pointerup', p(60, 10), touch(5));
    const lost = fingers === 1 ? ['touch cancel'] : [];
    expect(heard).toEqual([...lost, 'touch move 60,10', 'touch end 60,10']);
  });
});

describe('the wheel', () => {
  const wheel = (more: Partial<WheelEvent>) => {
    const event = new Event('wheel', { cancelable: true });
    const given = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, shiftKey: false, altKey: false, ...more };
    const all = { ...given, clientX: LEFT + 30, clientY: TOP + 40 };
    for (const [key, value] of Object.entries(all)) Object.defineProperty(event, key, { value });
    pane.dispatchEvent(event);
    return event;
  };

  it('zooms at the pointer, by lines as by pixels, and never by a leap', () => {
    expect(wheel({ deltaY: -100 }).defaultPrevented).toBe(true);
    wheel({ deltaY: -6.25, deltaMode: 1 });
    wheel({ deltaY: -9000 });
    expect(heard).toEqual(['zoom 1.22 30,40', 'zoom 1.22 30,40', 'zoom 1.82 30,40']);
  });

  it('moves sideways, also with Shift, and takes a pinch on a trackpad', () => {
    wheel({ deltaX: 30, deltaY: 4 });
    wheel({ deltaY: 50, shiftKey: true });
    wheel({ deltaY: -10, ctrlKey: true });
    expect(heard).toEqual(['shift -30,-4', 'shift -50,0', 'zoom 1.11 30,40']);
  });
});
