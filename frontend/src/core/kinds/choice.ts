/** Choosing among given choices. The form holds the indexes chosen, in ascending order. */

import type { ChoiceQuestion } from '../wire';
import type { Form } from './form';

export const choiceForm = {
  start(question, draft) {
    if (!Array.isArray(draft)) return [];
    return draft.filter(
      (index): index is number => typeof index === 'number' && index in question.choices,
    );
  },

  problem(question, value) {
    const { min, max } = question;
    if (value.length < min) {
      return min === 1 ? { key: 'choice.pickOne' } : { key: 'choice.tooFew', params: { count: min } };
    }
    if (max > 0 && value.length > max) return { key: 'choice.tooMany', params: { count: max } };
    return null;
  },

  again(question, response) {
    const given = Array.isArray(response) ? response : [];
    return [question, given.map((choice) => question.choices.indexOf(choice as string)).sort((a, b) => a - b)];
  },

  response(question, value) {
    return value.flatMap((index) => question.choices[index] ?? []);
  },
} satisfies Form<ChoiceQuestion, number[]>;

export function picksOne(question: ChoiceQuestion): boolean {
  return question.max === 1;
}

/** The chosen indexes after the worker picks `index`: a lone choice replaces, others toggle. */
export function pick(question: ChoiceQuestion, chosen: number[], index: number): number[] {
  if (picksOne(question)) {
    const mayEmpty = question.min === 0 && chosen.includes(index);
    return mayEmpty ? [] : [index];
  }
  if (chosen.includes(index)) return chosen.filter((other) => other !== index);
  return [...chosen, index].sort((a, b) => a - b);
}
