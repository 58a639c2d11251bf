import { describe, expect, it } from 'vitest';
import {
  boxOf,
  faults,
  fieldsForm,
  fillingOf,
  hasBox,
  isDrawn,
  leftOf,
  placeText,
  spotOf,
  withBox,
} from '../src/core/kinds/fields';
import type { FormField, FormQuestion } from '../src/core/wire';

const CORNERS = ['bottom-left', 'top-left', 'top-right', 'bottom-right'];
const field = (name: string, type: FormField['type'] = 'STRING', choices: string[] = []): FormField => ({
  name,
  type,
  choices,
});
const form = (...fields: FormField[]): FormQuestion => ({ fields, context: [] });
const everything = form(
  ...CORNERS.map((name) => field(name)),
  field('nose', 'POINT'),
  field('seen', 'BOOLEAN'),
  field('type', 'ENUM', ['cat', 'dog']),
  field('count', 'NUMBER'),
  field('__proto__'),
);

describe('what is left to do', () => {
  it('counts as the worker sees it: a box is one thing', () => {
    const empty = fieldsForm.start(everything, undefined);
    expect(leftOf(everything, empty)).toBe(6);
    const drawn = withBox(everything, empty, { from: { x: 0.1, y: 0.1 }, to: { x: 0.2, y: 0.2 } });
    expect(leftOf(everything, drawn)).toBe(5);
    expect(leftOf(form(field('a')), ['written'])).toBe(0);
  });
});

describe('a place', () => {
  it('has at most six decimals, no exponent and no space', () => {
    expect(placeText({ x: 0.45, y: 0.06 })).toBe('(0.45,0.06)');
    expect(placeText({ x: 0, y: 1 })).toBe('(0,1)');
    expect(placeText({ x: 1 / 3, y: 0.000001 })).toBe('(0.333333,0.000001)');
    expect(placeText({ x: -0.1, y: 1.2 })).toBe('(0,1)');
  });

  it('is read as it was written, wherever it lies', () => {
    for (let step = 0; step <= 1000; step += 1) {
      const spot = { x: step / 1000, y: Math.round(((step * 7919) % 1000003) * 0.9) / 1_000_000 };
      expect(spotOf(placeText(spot))).toEqual(spot);
    }
    for (const wrong of ['(1.1,0)', '(0.5, 0.5)', '0.5,0.5', '(.5,.5)', 5, null]) {
      expect(spotOf(wrong)).toBeNull();
    }
  });
});

describe('a form', () => {
  it('draws the corners as one box, in whatever order they are asked for', () => {
    expect(hasBox(everything)).toBe(true);
    const value = withBox(everything, fieldsForm.start(everything, undefined), {
      from: { x: 0.45, y: 0.06 },
      to: { x: 0.71, y: 0.44 },
    });
    expect(value.slice(0, 4)).toEqual(['(0.45,0.44)', '(0.45,0.06)', '(0.71,0.06)', '(0.71,0.44)']);
    expect(boxOf(everything, value)).toEqual({ from: { x: 0.45, y: 0.06 }, to: { x: 0.71, y: 0.44 } });
    expect(boxOf(everything, withBox(everything, value, null))).toBeNull();
  });

  it('takes three corners, or corners of another type, for fields like any other', () => {
    const three = form(...CORNERS.slice(1).map((name) => field(name)));
    const numbers = form(...CORNERS.map((name) => field(name, 'NUMBER')));
    expect([hasBox(three), hasBox(numbers), isDrawn(three)]).toEqual([false, false, false]);
    expect(three.fields.map((each) => fillingOf(three, each))).toEqual(['text', 'text', 'text']);
  });

  it('names every field that is missing, then what is no number', () => {
    const empty = fieldsForm.start(everything, undefined);
    expect(faults(everything, empty).every((fault) => fault !== null)).toBe(true);
    expect(fieldsForm.problem(everything, empty)?.key).toBe('fields.noBox');
    const wrong = [...Array<string>(5).fill('(0,0)'), 0, 1, '1e999', 'x'];
    expect(fieldsForm.problem(everything, wrong)).toEqual({
      key: 'fields.notNumber',
      params: { field: 'count' },
    });
  });

  it('answers with exactly its fields', () => {
    const value = [...Array<string>(5).fill('(0,0)'), 1, 1, ' 3.50 ', ' kept '];
    expect(fieldsForm.problem(everything, value)).toBeNull();
    const answer = fieldsForm.response(everything, value) as Record<string, unknown>;
    expect(Object.keys(answer)).toEqual(everything.fields.map(({ name }) => name));
    expect(answer).toMatchObject({ seen: false, type: 'dog', count: 3.5, nose: '(0,0)' });
    expect(Object.getOwnPropertyDescriptor(answer, '__proto__')?.value).toBe('kept');
  });

  it('begins with a draft as far as it fits', () => {
    const draft = ['(0,0)', 'here', 5, null, '(0.5,0.5)', 2, 1, '7', 'half'];
    expect(fieldsForm.start(everything, draft)).toEqual([
      '(0,0)', null, null, null, '(0.5,0.5)', null, 1, '7', 'half',
    ]);
    expect(fieldsForm.start(everything, { a: 1 })).toEqual(Array(9).fill(null));
  });
});
