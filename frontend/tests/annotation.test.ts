import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  annotationForm,
  faultIn,
  indexIn,
  pathOf,
  type Mark,
} from '../src/core/kinds/annotation';
import { photoTagForm } from '../src/core/kinds/photo-tag';
import { found } from '../src/core/marks/search';
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

/** The marks that a form would hold, had it given this answer. */
function fromAnswer({ inner }: AnnotationQuestion, answer: Json): Mark[] {
  return (answer as { [part: string]: Json }[]).map((sent, id) => {
    const { attachment_index: attachment = 0, response = null, ...place } = sent;
    let said = typeof response === 'number' ? String(response) : response;
    if (inner?.kind === 'choice') {
      said = (response as string[]).map((choice) => inner.choices.indexOf(choice));
    }
    return { id, attachment: attachment as number, place: place as Mark['place'], answer: said };
  });
}

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

describe('tags on a photograph', () => {
  const task = taskOf([picture]);
  const box = (answer: Json): Mark => ({ id: 1, attachment: 0, place: { x: 3, y: 4, x2: 10, y2: 6 }, answer });

  it('are sent as boxes with a width and a height', () => {
    const marks = [box([1])];
    expect(photoTagForm.problem({ tags: ['cat', 'dog'] }, marks, task)).toBeNull();
    expect(photoTagForm.response({ tags: ['cat', 'dog'] }, marks)).toEqual([
      { tag: 'dog', x: 3, y: 4, w: 7, h: 2 },
    ]);
    expect(photoTagForm.response({ tags: [] }, [box(' a hat ')])).toEqual([
      { tag: 'a hat', x: 3, y: 4, w: 7, h: 2 },
    ]);
  });

  it('may be none at all, but none may be without its tag', () => {
    expect(photoTagForm.problem({ tags: ['cat'] }, [], task)).toBeNull();
    expect(photoTagForm.problem({ tags: ['cat'] }, [box([])], task)?.key).toBe('marks.unanswered');
    expect(photoTagForm.problem({ tags: [] }, [box(' ')], task)?.key).toBe('marks.unanswered');
  });

  it('are found by parts of their words, without case or accents', () => {
    const tags = ['Bicycle', 'motor cycle', 'Café table', 'cyclist'];
    expect(found(tags, 'cyc')).toEqual([3, 0, 1]);
    expect(found(['a 13', 'b 3', 'a 3'], 'a 3')).toEqual([2, 0]);
    expect(found(tags, 'CAFE')).toEqual([2]);
    expect(found(tags, 'cycle mo')).toEqual([1]);
    expect(found(tags, '')).toEqual([0, 1, 2, 3]);
    expect(found(tags, 'tram')).toEqual([]);
  });
});
