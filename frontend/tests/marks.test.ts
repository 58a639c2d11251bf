import { describe, expect, it } from 'vitest';
import { countPoints, pieces, slicePoints, toPoints, toUnits } from '../src/core/marks/codepoints';
import { frameSeconds, peaksOf } from '../src/core/marks/peaks';
import { boxPlace, clock, momentPlace, movedPlace, pointPlace, spotsOf } from '../src/core/marks/places';

const TEXTS = ['', 'plain', 'naïve 🦊 café', '🐕‍🦺🏳️‍🌈', 'a\r\nb\u{1F600}', '\ud800 alone', '日本語テキスト𠮷'];
/** The same numbers in every run. */
function* random(seed: number) {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

describe('places in a text', () => {
  it.each(TEXTS)('are counted in code points and come back: %j', (text) => {
    const count = [...text].length;
    expect(countPoints(text)).toBe(count);
    for (let point = 0; point <= count; point += 1) {
      expect(toPoints(text, toUnits(text, point))).toBe(point);
      expect(slicePoints(text, point, count)).toBe([...text].slice(point).join(''));
    }
  });

  it('take the whole of a character whose half is selected', () => {
    expect(toPoints('a🦊b', 2)).toBe(1);
    expect(toPoints('a🦊b', 2, true)).toBe(2);
  });

  it('cut a text into stretches that together are the text', () => {
    const numbers = random(7);
    const next = (below: number) => Math.floor((numbers.next().value ?? 0) * below);
    for (const text of TEXTS.filter(Boolean)) {
      for (let round = 0; round < 50; round += 1) {
        const count = [...text].length;
        const ranges = Array.from({ length: next(5) }, (_, id) => {
          const start = next(count);
          return { id, start, end: start + 1 + next(count - start) };
        });
        const cut = pieces(text, ranges);
        expect(cut.map((piece) => piece.text).join('')).toBe(text);
        for (const { id, start, end } of ranges) {
          const words = cut.filter(({ ids }) => ids.includes(id)).map((piece) => piece.text);
          expect(words.join('')).toBe(slicePoints(text, start, end));
        }
        expect(cut.flatMap(({ opening }) => opening).sort()).toEqual(ranges.map(({ id }) => id));
      }
    }
  });
});

describe('places in a picture', () => {
  const size = { width: 640, height: 480 };

  it('are the pixel that was hit, and never outside', () => {
    expect(pointPlace({ x: 10.999, y: 0 }, size)).toEqual({ x: 10, y: 0 });
    expect(pointPlace({ x: 99.9999999, y: 3.2 }, size)).toEqual({ x: 100, y: 3 });
    expect(pointPlace({ x: 640, y: 481 }, size)).toEqual({ x: 639, y: 479 });
    expect(pointPlace({ x: -1, y: -0.2 }, size)).toEqual({ x: 0, y: 0 });
  });

  it('are whole boxes with their corners in order, whichever way they were drawn', () => {
    const numbers = random(11);
    const next = () => (numbers.next().value ?? 0) * 800 - 80;
    for (let round = 0; round < 2_000; round += 1) {
      const one = { x: next(), y: next() };
      const other = round % 3 === 0 ? one : { x: next(), y: next() };
      const { x = -1, y = -1, x2 = -1, y2 = -1 } = boxPlace(one, other, size);
      expect([x, y, x2, y2].every(Number.isInteger)).toBe(true);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x2).toBeGreaterThan(x);
      expect(y2).toBeGreaterThan(y);
      expect(x2).toBeLessThanOrEqual(640);
      expect(y2).toBeLessThanOrEqual(480);
      expect(boxPlace(other, one, size)).toEqual({ x, y, x2, y2 });
    }
  });

  it('have their edges where the hand was nearest', () => {
    const drawn = boxPlace({ x: 9.6, y: 20.4 }, { x: 30.5, y: 40.49 }, size);
    expect(drawn).toEqual({ x: 10, y: 20, x2: 31, y2: 40 });
  });

  it('move as a whole, or by a corner, and stay inside', () => {
    const box = { x: 10, y: 20, x2: 30, y2: 50 };
    const moved = (corner: string | null, x: number, y: number) => movedPlace(box, corner, { x, y }, size);
    expect(moved(null, 5, -3)).toEqual({ x: 15, y: 17, x2: 35, y2: 47 });
    expect(moved(null, -99, 9_999)).toEqual({ x: 0, y: 450, x2: 20, y2: 480 });
    expect(moved('x2 y', 4, 6)).toEqual({ x: 10, y: 26, x2: 34, y2: 50 });
    // A corner that is dragged past the other one turns the box over.
    expect(moved('x y', 40, 0)).toEqual({ x: 30, y: 20, x2: 50, y2: 50 });
    expect(movedPlace({ x: 639, y: 5 }, null, { x: 3, y: -9 }, size)).toEqual({ x: 639, y: 0 });
  });

  it('come back from what is drawn of them', () => {
    for (const place of [{ x: 0, y: 479 }, { x: 639, y: 0 }]) {
      const [spot = { x: -1, y: -1 }] = spotsOf(place);
      expect(pointPlace(spot, size)).toEqual(place);
    }
    const box = { x: 3, y: 4, x2: 640, y2: 480 };
    const [one = { x: 0, y: 0 }, other = { x: 0, y: 0 }] = spotsOf(box);
    expect(boxPlace(one, other, size)).toEqual(box);
  });
});

describe('times', () => {
  it('are milliseconds within the medium', () => {
    expect(momentPlace(1.23456, 10)).toEqual({ t: 1.235 });
    expect(momentPlace(-1, 10)).toEqual({ t: 0 });
    expect(momentPlace(11, 10)).toEqual({ t: 10 });
    expect(momentPlace(11, NaN)).toEqual({ t: 11 });
    expect(clock(62.3404)).toBe('1:02.340');
    expect(clock(59.9996)).toBe('1:00.000');
  });

  it('of frames tell how long one lasts', () => {
    expect(frameSeconds([0.5, 0.04, 0.08, 0, 0.12])).toBeCloseTo(0.04);
    expect(frameSeconds([0, 3, 9])).toBeNull();
  });

  it('have a waveform whose loudest stretch is full', () => {
    expect(peaksOf(new Float32Array([0, 0.25, -0.5, 0]), 2)).toEqual([0.5, 1]);
    expect(peaksOf(new Float32Array(4), 2)).toEqual([0, 0]);
    expect(peaksOf(new Float32Array([0.5]), 3)).toEqual([1, 1, 1]);
  });
});
