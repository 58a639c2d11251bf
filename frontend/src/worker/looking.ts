/** Whether an answer is only looked at: drawings move their view then, and take no marks. */

import { getContext, setContext } from 'svelte';

const LOOKS_ONLY = Symbol('looks only');

export function lookOnly(read: () => boolean): void {
  setContext(LOOKS_ONLY, read);
}

/** Asked for as a component is made; read whenever it matters. */
export function looksOnly(): () => boolean {
  return getContext<(() => boolean) | undefined>(LOOKS_ONLY) ?? (() => false);
}
