/** A number on a scale. The form holds the text of the number field, so that halves can be typed. */

import type { RatingQuestion } from '../wire';
import type { Form } from './form';

/** How far from a grid point, in steps, a number still counts as being on it. */
const TOLERANCE = 1e-9;

export const ratingForm = {
  start: (_question, draft) => (typeof draft === 'string' ? draft : ''),

  problem(question, value) {
    const { min, max, step } = question;
    if (value.trim() === '') return { key: 'rating.empty' };
    const rating = Number(value);
    if (!Number.isFinite(rating)) return { key: 'rating.notNumber' };
    if (rating < min || rating > max) return { key: 'rating.outside', params: { min, max } };
    if (!onGrid(question, rating)) return { key: 'rating.offGrid', params: { min, max, step } };
    return null;
  },

  again: (question, response) => [question, String(response)],

  response: (_question, value) => Number(value),
} satisfies Form<RatingQuestion, string>;

function onGrid({ min, max, step }: RatingQuestion, rating: number): boolean {
  const steps = (rating - min) / step;
  return rating === max || Math.abs(steps - Math.round(steps)) <= TOLERANCE * Math.max(1, steps);
}

/** How many ratings the scale has: each step from min, and max even between two steps. */
export function pointCount({ min, max, step }: RatingQuestion): number {
  const steps = (max - min) / step;
  const whole = Math.floor(steps + TOLERANCE * Math.max(1, steps));
  return whole + (steps - whole > TOLERANCE * Math.max(1, steps) ? 2 : 1);
}

/** The rating at a position of the scale, 0 being min and the last one max. */
export function pointAt(question: RatingQuestion, position: number): number {
  const { min, max, step } = question;
  if (position >= pointCount(question) - 1) return max;
  const places = Math.max(decimals(min), decimals(step));
  return Number((min + Math.max(0, position) * step).toFixed(Math.min(100, places)));
}

/** The position on the scale that is nearest to a rating. */
export function positionOf(question: RatingQuestion, rating: number): number {
  const last = pointCount(question) - 1;
  if (rating >= question.max) return last;
  const below = Math.min(last, Math.max(0, Math.floor((rating - question.min) / question.step)));
  const above = Math.min(last, below + 1);
  const nearer = rating - pointAt(question, below) <= pointAt(question, above) - rating;
  return nearer ? below : above;
}

function decimals(number: number): number {
  const [mantissa = '', exponent = '0'] = String(number).split('e');
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent));
}
