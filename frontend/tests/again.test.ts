import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationForm } from '../src/core/kinds/annotation';
import { choiceForm } from '../src/core/kinds/choice';
import { fieldsForm } from '../src/core/kinds/fields';
import type { Form } from '../src/core/kinds/form';
import { mediaForm } from '../src/core/kinds/media';
import { photoTagForm } from '../src/core/kinds/photo-tag';
import { ratingForm } from '../src/core/kinds/rating';
import { textForm } from '../src/core/kinds/text';
import { trackingForm } from '../src/core/kinds/tracking';
import { inLines, inWords } from '../src/core/past';
import type { AnnotationQuestion, Attachment, InnerQuestion, Json, Task } from '../src/core/wire';

function taskWith(attachments: Attachment[]): Task {
  return { attachments, sources: {}, instruction: '?' } as unknown as Task;
}

/** An answer opened again is the same answer, and is one that may be sent. */
function same<Question, Value extends Json>(
  form: Form<Question, Value>,
  question: Question,
  response: Json,
  task = taskWith([]),
) {
  const [asked, draft] = form.again(question, response, task);
  const value = form.start(asked, draft, task);
  expect(form.problem(asked, value, task)).toBeNull();
  expect(form.response(asked, value, task)).toEqual(response);
}

const law = <T>(source: fc.Arbitrary<T>, check: (value: T) => void) => fc.assert(fc.property(source, check));
const words = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `a${text}b`);
const pixel = fc.integer({ min: 0, max: 5_000 });
const box = fc
  .tuple(pixel, pixel, fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }))
  .map(([x, y, w, h]) => ({ x, y, x2: x + w, y2: y + h }));

const INNER: Record<InnerQuestion['kind'], [InnerQuestion, fc.Arbitrary<Json>]> = {
  choice: [
    { kind: 'choice', instruction: '?', choices: ['a', 'b', 'c'], choices_type: 'text', min: 1, max: 0 },
    fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  ],
  text: [{ kind: 'text', instruction: '?', validation: 'none' }, words],
  rating: [{ kind: 'rating', instruction: '?', min: 0, max: 10, step: 0.5 }, fc.integer({ min: 0, max: 20 }).map((n) => n / 2)],
};

describe('an answer that was given is opened again as', () => {
  it('choices', () => {
    const question = { choices: ['a', 'b', 'c', 'd'], choices_type: 'text', min: 0, max: 0 } as const;
    law(fc.subarray([...question.choices]), (response) =>
      same(choiceForm, { ...question, choices: [...question.choices] }, response),
    );
  });

  it('a text, a number, an address', () => {
    law(words, (response) => same(textForm, { validation: 'none' }, response));
    const scale = { min: -5, max: 5, step: 0.1 };
    law(fc.integer({ min: -50, max: 50 }), (tenths) => same(ratingForm, scale, tenths / 10));
    same(mediaForm, { media: 'image' }, 'https://example.com/a.png');
  });

  it.each(['choice', 'text', 'rating'] as const)('marks on several materials, with a %s at each', (kind) => {
    const [inner, answers] = INNER[kind];
    const question: AnnotationQuestion = { shape: 'rectangle', min: 0, max: 0, inner };
    const task = taskWith([
      { type: 'image', value: 'https://a/1' },
      { type: 'text', value: 'twelve signs' },
      { type: 'audio', value: 'https://a/2' },
      { type: 'video', value: 'https://a/3' },
    ]);
    const seconds = fc.integer({ min: 0, max: 9_999 }).map((n) => n / 100);
    const mark = fc.oneof(
      box.map((place) => ({ ...place, attachment_index: 0 })),
      fc.integer({ min: 0, max: 11 }).map((start) => ({ start, end: start + 1, attachment_index: 1 })),
      seconds.map((t) => ({ t, attachment_index: 2 })),
      fc.tuple(box, seconds).map(([place, t]) => ({ ...place, t, attachment_index: 3 })),
    );
    const marks = fc.array(fc.tuple(mark, answers).map(([place, response]) => ({ ...place, response })), { maxLength: 5 });
    law(marks, (response) => same(annotationForm, question, response, task));
  });

  it('points without a question of their own', () => {
    const question: AnnotationQuestion = { shape: 'point', min: 0, max: 0 };
    const task = taskWith([{ type: 'image', value: 'https://a/1' }]);
    law(fc.array(fc.record({ x: pixel, y: pixel }), { maxLength: 5 }), (response) =>
      same(annotationForm, question, response, task),
    );
  });

  it.each([[['cat', 'dog']], [[]]])('tagged boxes, the tags being %j', (tags: string[]) => {
    const tag = tags.length > 0 ? fc.constantFrom(...tags) : words;
    const boxes = fc.tuple(tag, box).map(([name, { x, y, x2, y2 }]) => ({ tag: name, x, y, w: x2 - x, h: y2 - y }));
    const task = taskWith([{ type: 'image', value: 'https://a/1' }]);
    law(fc.array(boxes, { maxLength: 5 }), (response) => same(photoTagForm, { tags }, response, task));
  });

  it('a form with fields of every type', () => {
    const field = (name: string, type: 'STRING' | 'NUMBER' | 'BOOLEAN' | 'POINT' | 'ENUM', choices: string[] = []) => ({ name, type, choices });
    const corners = ['top-left', 'top-right', 'bottom-right', 'bottom-left'];
    const question = {
      fields: [...corners.map((name) => field(name, 'STRING')), field('n', 'NUMBER'), field('b', 'BOOLEAN'), field('e', 'ENUM', ['x', 'y']), field('s', 'STRING'), field('p', 'POINT')],
      context: [],
    };
    const rest = fc.record({ n: fc.integer(), b: fc.boolean(), e: fc.constantFrom('x', 'y'), s: words, p: fc.constantFrom('(0.5,0.25)', '(0,1)') });
    const drawn = { 'top-left': '(0.1,0.2)', 'top-right': '(0.3,0.2)', 'bottom-right': '(0.3,0.4)', 'bottom-left': '(0.1,0.4)' };
    law(rest, (others) => same(fieldsForm, question, { ...drawn, ...others }));
  });

  it('tracks, word for word', () => {
    const note = (x: number, more = {}) => ({
      _id: `n${x}`,
      label: '',
      coordinates: [[x, 0.1], [x + 0.1, 0.1], [x + 0.1, 0.3], [x, 0.3]].map(([a = 0, b = 0]) => ({ x: a, y: b })),
      ...more,
    });
    const frames = ['f1', 'f2', 'f3'].map((frame_id) => ({ frame_id, src: `https://a/${frame_id}` }));
    const question = { frames, video: null, shapes: [], labels: [], annotations: [] };
    const tracker = { _id: 't', type: 'rectangle', label: 'cat', frames: { f1: note(0.1), f2: note(0.2, { interpolated: true, odd: 1 }), f3: note(0.5) } };
    same(trackingForm as never, question, { annotations: [tracker] } as unknown as Json);
  });
});

describe('an answer in words', () => {
  it('is there where words can tell it', () => {
    expect(inWords(['pear', 'plum'])).toBe('pear, plum');
    expect(inWords(4.5)).toBe('4.5');
    expect(inWords({ class: 'good', n: 3 })).toBe('class: good, n: 3');
    expect(inWords([{ x: 1, y: 2 }])).toBeNull();
    expect(inWords({ annotations: [] })).toBeNull();
    expect(inWords(null)).toBeNull();
  });

  it('is there line by line for those who cannot see what is marked', () => {
    const task = taskWith([
      { type: 'image', value: 'https://a/1' },
      { type: 'text', value: '😀 is a face' },
    ]);
    const marks = [
      { attachment_index: 0, x: 1, y: 2, x2: 30, y2: 40, response: ['gray', 'big'] },
      { attachment_index: 1, start: 0, end: 4 },
      { attachment_index: 0, x: 1, y: 2, t: 3.5, response: 'why' },
    ];
    expect(inLines(task, marks)).toEqual(['1. (1, 2) – (30, 40): gray, big', '2. “😀 is”', '1. (1, 2), 3.5 s: why']);
    const one = taskWith([{ type: 'image', value: 'https://a/1' }]);
    expect(inLines(one, [{ tag: 'cat', x: 1, y: 2, w: 3, h: 4 }])).toEqual(['(1, 2) – (4, 6): cat']);
    expect(inLines(one, ['pear', 'plum'])).toEqual(['pear, plum']);
    const annotations = [
      { type: 'rectangle', label: 'cat', frames: { f1: {}, f2: {} } },
      { type: 'line', label: '', frames: { f3: {} } },
    ];
    expect(inLines({ ...one, kind: 'tracking' } as Task, { annotations })).toEqual(['cat: f1 … f2', 'line: f3']);
    expect(inLines(one, [])).toEqual([]);
  });
});
