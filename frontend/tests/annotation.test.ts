import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  annotationForm,
  faultIn,
  fromAnswer,
  indexIn,
  pathOf,
  type Mark,
} from '../src/core/kinds/annotation';
import type { AnnotationQuestion, Attachment, Json, Task } from '../src/core/wire';

interface Case {
  name: string;
  question: Partial<AnnotationQuestion>;
  attachments: Attachment[];
  response: Json;
  fault: string | null;
}

const path = new URL('../../tests/core/annotation_cases.json', import.meta.url);
const cases = JSON.parse(readFileSync(path, 'utf8')) as Case[];

const asked = (question: Partial<AnnotationQuestion>): AnnotationQuestion => ({
  shape: 'point',
  min: 1,
  max: 0,
  inner: null,
  ...question,
});
const taskOf = (attachments: Attachment[]) => ({ attachments }) as Task;
const picture: Attachment = { type: 'image', value: 'https://example.org/a.jpg' };
const mark = (id: number, place: Mark['place'] = { x: 1, y: 2 }): Mark => ({
  id,
  attachment: 0,
  place,
  answer: null,
});

describe('an annotation', () => {
  // The server's own check is held against the same cases, in tests/core.
  it.each(cases)('finds the same fault as the server: $name', ({ question, attachments, response, fault }) => {
    const task = taskOf(attachments);
    const marks = fromAnswer(asked(question), response);
    const found = faultIn(asked(question), marks, task);
    expect(found && pathOf(found)).toBe(fault);
    expect(annotationForm.problem(asked(question), marks, task) === null).toBe(fault === null);
    if (fault === null) expect(annotationForm.response(asked(question), marks, task)).toEqual(response);
  });

  it('keeps of a draft what still fits the task', () => {
    const task = taskOf([picture]);
    const draft = [mark(4), { ...mark(5), attachment: 3 }, mark(6, { x: 1 }), 'no mark', null];
    expect(annotationForm.start(asked({}), draft, task)).toEqual([mark(4)]);
    expect(annotationForm.start(asked({}), { no: 'list' }, task)).toEqual([]);
  });

  it('finds the mark that the server names', () => {
    expect(indexIn('response[12].x2')).toBe(12);
    expect(indexIn('response[0].response[1]')).toBe(0);
    expect(indexIn('response')).toBeNull();
    expect(indexIn(null)).toBeNull();
  });
});
