/** An earlier answer in a few words. */

import type { Json } from './wire';

/** What was said, where words can tell it: a text, numbers, choices, fields; null for what is drawn. */
export function inWords(response: Json): string | null {
  if (response === null || Array.isArray(response)) {
    const words = Array.isArray(response) ? response.map(inWords) : [];
    return words.length > 0 && words.every((each) => each !== null) ? words.join(', ') : null;
  }
  if (typeof response !== 'object') return String(response);
  const fields = Object.entries(response);
  const told = fields.map(([name, value]) => typeof value !== 'object' && `${name}: ${String(value)}`);
  // Marks and boxes are objects as well, but nobody reads their numbers.
  const drawn = 'x' in response || 'start' in response || 't' in response;
  return !drawn && told.length > 0 && told.every((each) => each !== false) ? told.join(', ') : null;
}
