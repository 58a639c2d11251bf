/** Boxes on one picture, each with a tag: rectangles, each with a question of its own. */

import type { AnnotationQuestion, InnerQuestion, PhotoTagQuestion } from '../wire';
import { annotationForm, type Mark } from './annotation';
import type { Form } from './form';

/** A box as it is sent. */
interface Tagged {
  tag: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

export const photoTagForm = {
  start: (question, draft, task) => annotationForm.start(asAnnotation(question), draft, task),

  problem: (question, value, task) => annotationForm.problem(asAnnotation(question), value, task),

  again(question, response) {
    const given = (Array.isArray(response) ? response : []) as unknown as Tagged[];
    const marks = given.map(({ tag, x, y, w, h }, index): Mark => ({
      id: index + 1,
      attachment: 0,
      place: { x, y, x2: x + w, y2: y + h },
      answer: question.tags.length > 0 ? [question.tags.indexOf(tag)] : tag,
    }));
    return [question, marks];
  },

  response(question, value) {
    return value.map(({ place, answer }) => {
      const { x = 0, y = 0, x2 = 0, y2 = 0 } = place;
      return { tag: tagOf(question, answer), x, y, w: x2 - x, h: y2 - y };
    });
  },
} satisfies Form<PhotoTagQuestion, Mark[]>;

/** The same asked as an annotation; `instruction` is what is asked about each box. */
export function asAnnotation({ tags }: PhotoTagQuestion, instruction = ''): AnnotationQuestion {
  const inner: InnerQuestion =
    tags.length > 0
      ? { kind: 'choice', instruction, choices: tags, choices_type: 'text', min: 1, max: 1 }
      : { kind: 'text', instruction, validation: 'none' };
  return { shape: 'rectangle', min: 0, max: 0, inner };
}

function tagOf({ tags }: PhotoTagQuestion, answer: Mark['answer']): string {
  if (Array.isArray(answer)) return tags[Number(answer[0])] ?? '';
  return typeof answer === 'string' ? answer.trim() : '';
}
