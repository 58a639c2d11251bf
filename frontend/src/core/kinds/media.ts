/** A picture, film or sound brought by the worker. The form holds its address. */

import type { MediaQuestion } from '../wire';
import type { Form } from './form';
import { isWebAddress } from './text';

export const mediaForm = {
  start: (_question, draft) => (typeof draft === 'string' ? draft : ''),

  problem(question, value) {
    const address = value.trim();
    if (address === '') return { key: `media.missing.${question.media}` };
    return isWebAddress(address) ? null : { key: 'text.notUrl' };
  },

  again: (question, response) => [question, response],

  response: (_question, value) => value.trim(),
} satisfies Form<MediaQuestion, string>;

/** Whether a file of this MIME type is of the kind that is wanted. */
export function fits(question: MediaQuestion, mimeType: string): boolean {
  return mimeType.startsWith(`${question.media}/`);
}
