/** What is written beside a mark, and its colour: by what was said about it. */

import { clock } from '../../core/marks/places';
import { slicePoints } from '../../core/marks/codepoints';
import type { Mark } from '../../core/kinds/annotation';
import type { AnnotationQuestion, Task } from '../../core/wire';
import { t } from '../setup';

/** Told apart on pictures of any kind, also by those who see fewer colours. */
const COLORS = ['#ffb000', '#3ea6ff', '#ff5ca8', '#35d0a5', '#b78cff', '#ff7a3d', '#d9e021', '#8fd3ff'];
const SHORT = 24;

/** The answer to the inner question in a few words; empty as long as there is none. */
export function saidAbout({ inner }: AnnotationQuestion, { answer }: Mark): string {
  if (inner?.kind === 'choice' && Array.isArray(answer)) {
    const names = answer.map((index) =>
      inner.choices_type === 'text' ? (inner.choices[Number(index)] ?? '') : t('choice.name', { number: Number(index) + 1 }),
    );
    return names.join(', ');
  }
  return typeof answer === 'string' ? answer.trim() : '';
}

export function labelOf(question: AnnotationQuestion, marks: readonly Mark[], mark: Mark): string {
  const said = saidAbout(question, mark);
  const short = said.length > SHORT ? `${said.slice(0, SHORT - 1)}…` : said;
  return [String(marks.findIndex(({ id }) => id === mark.id) + 1), short].filter(Boolean).join(' · ');
}

export function colorOf({ inner }: AnnotationQuestion, { answer }: Mark): string {
  const said = inner?.kind === 'choice' && Array.isArray(answer) ? Number(answer[0] ?? -1) + 1 : 0;
  return COLORS[said % COLORS.length] ?? '#ffb000';
}

/** Where a mark is, in words. */
export function whereOf(task: Task, { attachment, place }: Mark): string {
  const { x, y, x2, y2, start, end, t: time } = place;
  const words: string[] = [];
  if (start !== undefined && end !== undefined) {
    words.push(`“${slicePoints(task.attachments[attachment]?.value ?? '', start, end)}”`);
  }
  if (time !== undefined) words.push(clock(time));
  if (x2 !== undefined && y2 !== undefined && x !== undefined && y !== undefined) {
    // Sizes stay in one line.
    words.push(`${x}, ${y} · ${x2 - x}\u00a0×\u00a0${y2 - y}`);
  } else if (x !== undefined && y !== undefined) words.push(`${x}, ${y}`);
  return words.join(' · ');
}
