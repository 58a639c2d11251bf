/** The page's single instances, put together once. */

import { HttpWorkerApi } from '../core/api';
import { Desk } from '../core/desk';
import { browserShelf, Keep } from '../core/keep';
import { Hotkeys, type Focused } from '../core/hotkeys';

export { t } from './language.svelte';
export const local = localStore();
export const api = new HttpWorkerApi();
export const desk = new Desk(api, new Keep(browserShelf('humanwire')));
export const hotkeys = new Hotkeys();

/** The browser's local storage; null where it is forbidden. */
function localStore(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Give a key press to the shortcuts, unless a dialog is open or the focused control needs it. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (hotkeys.press(event, document.activeElement as (Element & Focused) | null)) {
    event.preventDefault();
  }
}
