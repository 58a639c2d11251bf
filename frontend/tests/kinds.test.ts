import { describe, expect, it } from 'vitest';
import { choiceForm, pick } from '../src/core/kinds/choice';
import { fits, mediaForm } from '../src/core/kinds/media';
import { pointAt, pointCount, positionOf, ratingForm } from '../src/core/kinds/rating';
import { LONGEST_BYTES, textForm } from '../src/core/kinds/text';
import type { ChoiceQuestion, RatingQuestion, TextQuestion } from '../src/core/wire';

const choice = (min: number, max: number): ChoiceQuestion => ({
  choices: ['a', 'b', 'c'],
  choices_type: 'text',
  min,
  max,
});

describe('a choice', () => {
  it('replaces a lone pick and toggles several', () => {
    expect(pick(choice(1, 1), [0], 2)).toEqual([2]);
    expect(pick(choice(1, 1), [2], 2)).toEqual([2]);
    expect(pick(choice(0, 1), [2], 2)).toEqual([]);
    expect(pick(choice(1, 0), [2], 0)).toEqual([0, 2]);
    expect(pick(choice(1, 0), [0, 2], 0)).toEqual([2]);
  });

  it('counts what is picked against both limits, of which 0 is none', () => {
    expect(choiceForm.problem(choice(1, 0), [])?.key).toBe('choice.pickOne');
    expect(choiceForm.problem(choice(2, 0), [0])).toEqual({
      key: 'choice.tooFew',
      params: { count: 2 },
    });
    expect(choiceForm.problem(choice(1, 2), [0, 1, 2])?.key).toBe('choice.tooMany');
    expect(choiceForm.problem(choice(1, 0), [0, 1, 2])).toBeNull();
    expect(choiceForm.problem(choice(0, 0), [])).toBeNull();
  });

  it('answers with the choices, and reads from a draft only what there is', () => {
    expect(choiceForm.response(choice(1, 0), [0, 2])).toEqual(['a', 'c']);
    expect(choiceForm.start(choice(1, 0), [1, 9, 'b', null])).toEqual([1]);
    expect(choiceForm.start(choice(1, 0), { no: 'list' })).toEqual([]);
  });
});

describe('a text', () => {
  const problem = (validation: TextQuestion['validation'], text: string) =>
    textForm.problem({ validation }, text)?.key ?? null;

  it('wants something other than white space, and not too much of it', () => {
    expect(problem('none', ' \n')).toBe('text.empty');
    expect(problem('none', 'é'.repeat(LONGEST_BYTES / 2))).toBeNull();
    expect(problem('none', 'é'.repeat(LONGEST_BYTES / 2) + 'e')).toBe('text.tooLong');
  });

  it.each(['42', '-3.5', '+.5', '7.', '6e3', '1E-9', ' 12 '])('takes %j for a number', (text) => {
    expect(problem('number', text)).toBeNull();
  });

  it.each(['1,5', 'twelve', '0x10', '1e', '.', '1e1234567890', 'Infinity', '1 2'])(
    'does not take %j for a number',
    (text) => {
      expect(problem('number', text)).toBe('text.notNumber');
    },
  );

  it.each(['http://a', 'HTTPS://example.com/x?y#z', 'http://[::1]:80/', 'http://user@host'])(
    'takes %j for an address',
    (text) => {
      expect(problem('url', text)).toBeNull();
    },
  );

  it.each(['example.com', 'ftp://a', 'http://', 'http:///x', 'http://a b', 'http:\\\\a', 'http://a:99999'])(
    'does not take %j for an address',
    (text) => {
      expect(problem('url', text)).toBe('text.notUrl');
    },
  );

  it('is sent without the white space around it', () => {
    expect(textForm.response({ validation: 'none' }, '  two words\n')).toBe('two words');
  });
});

describe('a rating', () => {
  const scale = (min: number, max: number, step: number): RatingQuestion => ({ min, max, step });
  const key = (question: RatingQuestion, text: string) =>
    ratingForm.problem(question, text)?.key ?? null;

  it('lies on the grid, or is the maximum', () => {
    const uneven = scale(0, 100, 7);
    expect(key(uneven, '98')).toBeNull();
    expect(key(uneven, '100')).toBeNull();
    expect(key(uneven, '99')).toBe('rating.offGrid');
    expect(key(uneven, '101')).toBe('rating.outside');
    expect(key(uneven, '')).toBe('rating.empty');
    expect(key(uneven, 'ten')).toBe('rating.notNumber');
    expect(key(scale(0, 1, 0.1), '0.3')).toBeNull();
    expect(key(scale(-5, 5, 2.5), '-2.5')).toBeNull();
  });

  it.each([scale(0, 100, 7), scale(0, 1, 0.1), scale(-5, 5, 2.5), scale(1, 3, 10), scale(0.05, 0.35, 0.1)])(
    'has every point of %j in order, from min to max, each of which may be sent',
    (question) => {
      const points = Array.from({ length: pointCount(question) }, (_, i) => pointAt(question, i));
      expect(points[0]).toBe(question.min);
      expect(points.at(-1)).toBe(question.max);
      expect(points).toEqual([...new Set(points)].sort((a, b) => a - b));
      for (const [position, point] of points.entries()) {
        expect(key(question, String(point))).toBeNull();
        expect(positionOf(question, point)).toBe(position);
      }
    },
  );

  it('writes decimals as people do', () => {
    expect(pointAt(scale(0, 1, 0.1), 3)).toBe(0.3);
  });

  it('finds the nearest place for a number between two', () => {
    expect(positionOf(scale(0, 100, 7), 99.5)).toBe(15);
    expect(positionOf(scale(0, 10, 5), 3)).toBe(1);
    expect(positionOf(scale(0, 10, 5), -3)).toBe(0);
  });
});

describe('a medium', () => {
  it('is an address on the web', () => {
    expect(mediaForm.problem({ media: 'audio' }, '')?.key).toBe('media.missing.audio');
    expect(mediaForm.problem({ media: 'image' }, 'cat.png')?.key).toBe('text.notUrl');
    expect(mediaForm.problem({ media: 'image' }, ' http://a/cat.png ')).toBeNull();
    expect(mediaForm.response({ media: 'image' }, ' http://a/cat.png ')).toBe('http://a/cat.png');
  });

  it('is of the type that was asked for', () => {
    expect(fits({ media: 'image' }, 'image/png')).toBe(true);
    expect(fits({ media: 'image' }, 'video/mp4')).toBe(false);
  });
});
