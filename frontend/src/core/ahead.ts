/**
 * The pictures of the task to come, fetched while another one is in hand: into the browser's own
 * cache, so that they are there at once, also when the network has gone meanwhile.
 */

import type { Task } from './wire';

/** Of one task; a film's other frames come when it is opened. */
const MOST_PICTURES = 12;

const fetched = new WeakSet<Task>();

/** Where this server shows the pictures that a task begins with, each once, in their order. */
export function picturesOf(task: Task): string[] {
  const addresses = task.attachments.filter(({ type }) => type === 'image').map(({ value }) => value);
  if (task.kind === 'choice' && task.question.choices_type === 'image') addresses.push(...task.question.choices);
  if (task.kind === 'tracking') addresses.push(...task.question.frames.map(({ src }) => src));
  const paths = addresses.slice(0, MOST_PICTURES).map((address) => task.sources[address]);
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/** Fetch them once, after whatever is more urgent. */
export function fetchAhead(task: Task): void {
  if (fetched.has(task)) return;
  fetched.add(task);
  for (const path of picturesOf(task)) {
    // What does not come is asked for again, and told, when it is shown.
    fetch(path, { priority: 'low' }).then(
      (reply) => reply.blob(),
      () => undefined,
    );
  }
}
