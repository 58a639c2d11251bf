import { describe, expect, it } from 'vitest';
import { MediaFailed } from '../src/core/faults';
import { Frames, type Frame, type Loader } from '../src/tracking/frames';
import * as timeline from '../src/tracking/timeline';
import { random } from './tracking.samples';

const SIZE = 100;
const BYTES = SIZE * SIZE * 4;

/** A loader that says what it was asked for; `missing` frames never come. */
class Shelf implements Loader {
  readonly parallel = 3;
  asked: number[] = [];
  open = new Set<number>();
  most = 0;
  further: readonly number[] = [];
  aborted: number[] = [];

  constructor(readonly missing = new Set<number>()) {}

  async load(index: number, signal: AbortSignal): Promise<Frame> {
    this.asked.push(index);
    signal.addEventListener('abort', () => this.aborted.push(index));
    await Promise.resolve();
    if (this.missing.has(index)) throw new MediaFailed('missing');
    this.open.add(index);
    this.most = Math.max(this.most, this.open.size);
    const close = () => this.open.delete(index);
    const image = { width: SIZE, height: SIZE, close } as unknown as ImageBitmap;
    return { image, width: SIZE, height: SIZE };
  }

  ahead(indexes: readonly number[]): void {
    this.further = indexes;
  }

  destroy(): void {}
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) await Promise.resolve();
}

function ready(frames: Frames, count: number): number[] {
  return Array.from({ length: count }, (_, at) => at).filter((at) => frames.get(at).is === 'ready');
}

describe('frames', () => {
  it('come from both sides, more from where the worker is going', async () => {
    const shelf = new Shelf();
    const frames = new Frames(shelf, 100, 9 * BYTES, () => undefined);
    frames.moveTo(50, 1);
    await settled();
    expect(shelf.asked[0]).toBe(50);
    expect(ready(frames, 100)).toEqual([48, 49, 50, 51, 52, 53, 54, 55, 56]);
    expect(shelf.further[0]).toBe(57);
    frames.moveTo(49, -1);
    await settled();
    expect(ready(frames, 100)).toEqual([43, 44, 45, 46, 47, 48, 49, 50, 51]);
    expect(shelf.further[0]).toBe(42);
  });

  it('take no more memory than they may, wherever the worker goes', async () => {
    const shelf = new Shelf();
    const frames = new Frames(shelf, 2_000, 20 * BYTES, () => undefined);
    const next = random(1);
    for (let move = 0; move < 200; move += 1) {
      frames.moveTo(Math.floor(next() * 2_000), next() < 0.5 ? 1 : -1);
      if (move % 3 === 0) await settled();
    }
    await settled();
    expect(frames.bytes).toBeLessThanOrEqual(20 * BYTES);
    // What was being decoded when the worker went on is closed as soon as it comes.
    expect(shelf.most).toBeLessThanOrEqual(20 + shelf.parallel);
    expect(shelf.open.size * BYTES).toBe(frames.bytes);
    frames.destroy();
    await settled();
    expect(shelf.open.size).toBe(0);
  });

  it('that are missing are told, do not stop others, and can be tried again', async () => {
    const shelf = new Shelf(new Set([4]));
    const told: number[] = [];
    const frames = new Frames(shelf, 10, 99 * BYTES, (index) => told.push(index));
    frames.moveTo(0, 1);
    await settled();
    expect(frames.get(4)).toEqual({ is: 'broken', fault: 'missing' });
    expect(ready(frames, 10)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
    expect(told).toContain(4);
    shelf.missing.clear();
    frames.retry(4);
    expect(frames.get(4).is).toBe('waiting');
    await settled();
    expect(frames.get(4).is).toBe('ready');
  });
});

describe('the timeline', () => {
  const view: timeline.View = { width: 1100, height: 200, gutter: 100, first: 0, scale: 0, top: 0 };

  it('shows the whole film at first, and never what is beyond it', () => {
    const whole = timeline.bounded(view, 2_000, 500);
    expect(whole.scale).toBe(0.5);
    expect(timeline.bounded({ ...whole, first: -50, top: -9 }, 2_000, 500)).toEqual(whole);
    const last = timeline.bounded({ ...whole, scale: 10, first: 9_999, top: 1e9 }, 2_000, 500);
    expect(last.first).toBe(1_900);
    expect(last.top).toBe(500 * timeline.ROW - (200 - timeline.RULER));
  });

  it('keeps the frame under the pointer while it is zoomed', () => {
    const next = random(3);
    let now = timeline.bounded(view, 2_000, 5);
    for (let turn = 0; turn < 100; turn += 1) {
      const x = 100 + next() * 1_000;
      const before = now.first + (x - now.gutter) / now.scale;
      const after = timeline.zoomed(now, 0.5 + next() * 2, x, 2_000, 5);
      const shown = after.first + (x - after.gutter) / after.scale;
      const inside = after.first > 0 && after.first + 1_000 / after.scale < 2_000;
      if (inside) expect(shown).toBeCloseTo(before, 6);
      now = after;
    }
  });

  it('finds what is under a point', () => {
    const near = timeline.bounded({ ...view, scale: 10, first: 40, top: timeline.ROW * 2 }, 2_000, 500);
    for (const frame of [40, 77, 139]) {
      expect(timeline.frameUnder(near, timeline.frameX(near, frame + 0.5), 2_000)).toBe(frame);
    }
    expect(timeline.frameUnder(near, 5, 2_000)).toBe(30);
    expect(timeline.rowUnder(near, 3)).toBe(-1);
    expect(timeline.rowUnder(near, timeline.RULER + 1)).toBe(2);
  });

  it('follows the worker', () => {
    const near = timeline.bounded({ ...view, scale: 10 }, 2_000, 500);
    expect(timeline.following(near, 50, 3, 2_000, 500)).toEqual(near);
    const far = timeline.following(near, 900, 400, 2_000, 500);
    expect(far.first).toBeGreaterThan(800);
    expect(far.first).toBeLessThan(900);
    expect(far.top).toBe(400 * timeline.ROW - (200 - timeline.RULER - timeline.ROW));
  });
});
