/** An earlier answer in a few words. */

import type { Json, Task, Tracker } from './wire';

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

/**
 * The same for those who cannot see what is marked, one line for each mark, box or track; the
 * answer as a whole where words can tell it, and nothing where there is nothing to tell.
 */
export function inLines(task: Task, response: Json): string[] {
  const words = inWords(response);
  if (words !== null) return [words];
  if (task.kind === 'tracking') return tracksIn(response);
  return (Array.isArray(response) ? response : []).flatMap((mark) => markIn(task, mark) ?? []);
}

function tracksIn(response: Json): string[] {
  const { annotations } = (response ?? {}) as { annotations?: Tracker[] };
  return (annotations ?? []).map(({ label, type, frames }) => {
    const seen = Object.keys(frames);
    const span = seen.length > 1 ? `${seen[0]} … ${seen.at(-1)}` : (seen[0] ?? '');
    return `${label || type}: ${span}`;
  });
}

function markIn(task: Task, mark: Json): string | null {
  if (typeof mark !== 'object' || mark === null || Array.isArray(mark)) return null;
  const index = Number(mark['attachment_index'] ?? 0);
  const words = inWords(mark['tag'] ?? mark['response'] ?? null);
  const where = placesIn(mark, task.attachments[index]?.value ?? '').join(', ');
  const which = task.attachments.length > 1 ? `${index + 1}. ` : '';
  return which + where + (words === null ? '' : `: ${words}`);
}

function placesIn(mark: { [name: string]: Json }, text: string): string[] {
  const of = (part: string) => (typeof mark[part] === 'number' ? mark[part] : null);
  const [x, y, t, start, end] = [of('x'), of('y'), of('t'), of('start'), of('end')];
  const [w, h] = [of('w'), of('h')];
  const [x2, y2] = [w === null || x === null ? of('x2') : x + w, h === null || y === null ? of('y2') : y + h];
  const places: string[] = [];
  if (x !== null && y !== null) places.push(`(${x}, ${y})${x2 === null || y2 === null ? '' : ` – (${x2}, ${y2})`}`);
  if (t !== null) places.push(`${t} s`);
  if (start !== null && end !== null) places.push(`“${[...text].slice(start, end).join('')}”`);
  return places;
}
