/** A worker's own keys: given, swapped and taken back, as new maps. */

import type { KeyMap } from './hotkeys';

/** Let `key` stand for the key that an action has at first. */
export function given(map: KeyMap, id: string, own: string, key: string): KeyMap {
  const { [own]: _, ...rest } = map[id] ?? {};
  const keys = key === own ? rest : { ...rest, [own]: key };
  return without(map, id, keys);
}

/** Give an action its first keys back; without an action, all of them. */
export function reset(map: KeyMap, id?: string): KeyMap {
  return id === undefined ? {} : without(map, id, {});
}

/** What of a stored document is a map of keys. */
export function readKeyMap(stored: unknown): KeyMap {
  const map: Record<string, Record<string, string>> = {};
  for (const [id, keys] of entriesOf(stored)) {
    const named = entriesOf(keys).filter((entry): entry is [string, string] => {
      return typeof entry[1] === 'string' && entry[1] !== '';
    });
    if (named.length > 0) map[id] = Object.fromEntries(named);
  }
  return map;
}

function without(map: KeyMap, id: string, keys: Record<string, string>): KeyMap {
  const { [id]: _, ...others } = map;
  return Object.keys(keys).length > 0 ? { ...others, [id]: keys } : others;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
