/** The keys as they are now, for hints in place: read in a template, they follow the worker's map. */

import { createSubscriber } from 'svelte/reactivity';
import type { Action } from '../core/hotkeys';
import { hotkeys } from './setup';

const subscribe = createSubscriber((update) => hotkeys.subscribe(update));

/** The key that now stands for the one that an action has at first. */
export function keyOf(id: string, own: string): string {
  subscribe();
  return hotkeys.key(id, own);
}

/** The keys made up for an action's choices, in their order. */
export function generatedKeys(id: string): readonly string[] {
  subscribe();
  return hotkeys.generated(id);
}

/** All actions at hand. */
export function actions(): Action[] {
  subscribe();
  return hotkeys.list();
}
