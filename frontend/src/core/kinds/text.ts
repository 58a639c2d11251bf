/** Free text, a number or an address typed by the worker. The form holds the text as typed. */

import type { TextQuestion } from '../wire';
import type { Form } from './form';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,9})?$/i;
/** The server keeps at most this many bytes of one text. */
export const LONGEST_BYTES = 64 * 1024;

export const textForm = {
  start: (_question, draft) => (typeof draft === 'string' ? draft : ''),

  problem(question, value) {
    const text = value.trim();
    if (text === '') return { key: 'text.empty' };
    if (question.validation === 'number' && !NUMBER.test(text)) return { key: 'text.notNumber' };
    if (question.validation === 'url' && !isWebAddress(text)) return { key: 'text.notUrl' };
    if (new TextEncoder().encode(text).length > LONGEST_BYTES) return { key: 'text.tooLong' };
    return null;
  },

  again: (question, response) => [question, response],

  response: (_question, value) => value.trim(),
} satisfies Form<TextQuestion, string>;

/** Whether `text` is a whole http(s) address with a host. */
export function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[^/?#]/i.test(text) || /[\s\x00-\x1f\x7f<>"\\]/.test(text)) return false;
  return URL.canParse(text);
}
