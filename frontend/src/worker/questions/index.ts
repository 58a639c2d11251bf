/**
 * The kinds that have a form here. A new kind adds its form, its component and one line.
 *
 * What most tasks need comes with the page. The rest is fetched when the first such task comes,
 * ahead of its turn where there is time.
 */

import { choiceForm } from '../../core/kinds/choice';
import { isDrawn } from '../../core/kinds/fields';
import { ratingForm } from '../../core/kinds/rating';
import { textForm } from '../../core/kinds/text';
import type { Task } from '../../core/wire';
import Choice from './Choice.svelte';
import { kind, type AnyKind } from './kind';
import Rating from './Rating.svelte';
import Text from './Text.svelte';

export type { QuestionProps } from './kind';

/**
 * `form`: a column beside the material. `studio`: the whole of the window, where the kind shows
 * the material itself.
 */
export type Layout = 'form' | 'studio';

/** A kind that is here, or can be fetched. */
export interface Entry {
  layout: Layout;
  /** The kind, once it has been fetched. */
  ready: AnyKind | null;
  /** Fetch it; a fetch that failed may be tried again. */
  load: () => Promise<AnyKind>;
}

function here(kind: AnyKind): Entry {
  return { layout: 'form', ready: kind, load: () => Promise.resolve(kind) };
}

function fetched(layout: Layout, load: () => Promise<{ default: AnyKind }>): Entry {
  const entry: Entry = {
    layout,
    ready: null,
    load: async () => (entry.ready ??= (await load()).default),
  };
  return entry;
}

const entries: Partial<Record<Task['kind'], Entry>> = {
  choice: here(kind({ form: choiceForm, component: Choice, submitKey: () => 'Enter' })),
  text: here(
    kind({
      form: textForm,
      component: Text,
      submitKey: ({ validation }) => (validation === 'none' ? 'Mod+Enter' : 'Enter'),
    }),
  ),
  rating: here(kind({ form: ratingForm, component: Rating, submitKey: () => 'Enter' })),
  media: fetched('form', () => import('./media-kind')),
  annotation: fetched('studio', () => import('./annotation-kind')),
  form: fetched('form', () => import('./form-kind')),
  'photo-tag': fetched('studio', () => import('./photo-tag-kind')),
  tracking: fetched('studio', () => import('./tracking-kind')),
};

const formWithPlaces = fetched('studio', () => import('./drawn-form-kind'));

/** How to ask a task of this kind; undefined when there is no form for it here. */
export function entryOf(task: Task): Entry | undefined {
  // A form needs the drawing surface only where something is shown on a picture.
  if (task.kind === 'form' && isDrawn(task.question)) return formWithPlaces;
  return entries[task.kind];
}

/** Fetch what a task to come will need; if that fails, it is tried again when the task is shown. */
export function prepare(task: Task): void {
  entryOf(task)?.load().catch(() => undefined);
}
