/**
 * The page's keys in one registry: which action listens to what, and the list that the shortcut
 * sheet shows. A key belongs to one action at a time; taking it twice is an error. Only a binding
 * that says `when` it applies may stand before another one, such as Enter while a shape is half
 * drawn, and leaves the key to the other, or to the browser, at all other times.
 *
 * A worker may give an action another key (`remap`); the page's own keys go before all others.
 */

import { names, usesKey, type Focused, type KeyPress } from './keys';

export type { Focused, KeyPress };
export { usesKey };

export interface Binding {
  /** The action's lasting name, `task.skip`: under it the worker's own key is kept. */
  id: string;
  /**
   * The keys it has at first: `Enter`, `s`, `?`, `ArrowLeft`; before it `Mod+` means Control or
   * Command, then `Shift+` a held Shift, for letters and named keys: `Mod+Shift+z`.
   */
  keys: string[];
  /** In place of `keys`: so many are made up, digits and then letters that nothing else uses. */
  generate?: number;
  /** What the sheet says about it. */
  label: string;
  /** Whether holding the key down repeats the action. */
  repeats?: boolean;
  /** Left out of the sheet, as its label would only repeat another one. */
  unlisted?: boolean;
  /** The keys mean what is printed on them, such as digits, so no others can stand for them. */
  fixed?: boolean;
  /** Whether it is there also while something is only looked at. */
  looks?: boolean;
  /** Whether it applies now; without it, always. */
  when?(): boolean;
  /** `key` is the one of `keys` that was meant, `index` its place, whatever was pressed for it. */
  run(key: string, index: number): void;
}

/** The keys that a worker has chosen: by action, then by the key that it has at first. */
export type KeyMap = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** An action as the sheet lists it. */
export interface Action {
  id: string;
  label: string;
  /** Whether its keys may be changed. */
  open: boolean;
  keys: { own: string; key: string; taken: boolean }[];
}

/** Who has a key: the action, and which of its keys it is. */
export interface Holder {
  id: string;
  own: string;
  label: string | null;
}

interface Entry {
  binding: Binding;
  id: string;
  own: string;
  key: string;
  index: number;
}

/** The page's own keys: no other action may have one at first, nor stand before it. */
export const RESERVED: Readonly<Record<string, string>> = {
  '?': 'page.keys',
  ',': 'page.settings',
  s: 'task.skip',
  f: 'task.flag',
  o: 'task.enlarge',
  g: 'task.guidelines',
  'Shift+p': 'page.pause',
  'Shift+b': 'page.history',
};
const OF_PAGE = new Set(Object.values(RESERVED));

/** Not made up for choices: the page's, and the drawing surface's to hide, lock and insert. */
const KEPT = new Set([...Object.keys(RESERVED), 'h', 'l', 'v']);
const POOL = [...'123456789', ...'abcdefghijklmnopqrstuvwxyz'].filter((key) => !KEPT.has(key));

export class Hotkeys {
  #bindings = new Set<Binding>();
  #chosen: KeyMap = {};
  #generated = new Map<Binding, string[]>();
  #entries = new Map<string, Entry[]>();
  #listeners = new Set<() => void>();
  #resting = 0;

  /** Add bindings; the returned function takes them away again. */
  add(bindings: Binding[]): () => void {
    for (const binding of bindings) this.#check(binding, bindings);
    for (const binding of bindings) this.#bindings.add(binding);
    this.#settle();
    return () => {
      for (const binding of bindings) this.#bindings.delete(binding);
      this.#settle();
    };
  }

  /** Something is only looked at: all keys but the page's and those to look by rest, until the returned function is called. */
  rest(): () => void {
    this.#resting += 1;
    this.#settle();
    return () => {
      this.#resting -= 1;
      this.#settle();
    };
  }

  /** Run what the key stands for; false when it means nothing here or belongs to `focused`. */
  press(press: KeyPress, focused: Focused | null): boolean {
    if (press.isComposing || press.altKey) return false;
    for (const key of names(press)) {
      const entries = this.#entries.get(key);
      if (!entries) continue;
      if (focused && usesKey(focused, key)) return false;
      const entry = winner(entries);
      if (!entry) continue;
      if (!press.repeat || entry.binding.repeats) entry.binding.run(entry.own, entry.index);
      return true;
    }
    return false;
  }

  /** The worker's own keys, in place of those they had chosen before. */
  remap(chosen: KeyMap): void {
    this.#chosen = chosen;
    this.#settle();
  }

  get chosen(): KeyMap {
    return this.#chosen;
  }

  /** The key that now stands for the one that an action has at first. */
  key(id: string, own: string): string {
    return this.#chosen[id]?.[own] ?? own;
  }

  /** The keys made up for an action, in the order of what they choose. */
  generated(id: string): readonly string[] {
    for (const [binding, keys] of this.#generated) if (binding.id === id) return keys;
    return [];
  }

  /** Who else has a key; the page's actions have theirs also while they are not at hand. */
  holder(key: string, id: string, own: string): Holder | null {
    const other = (each: Holder) => each.id !== id || each.own !== own;
    const entries = this.#entries.get(key) ?? [];
    const here = entries.find((entry) => other({ ...entry, label: null }));
    if (here) return { id: here.id, own: here.own, label: here.binding.label };
    for (const [own, action] of Object.entries(RESERVED)) {
      const holder = { id: action, own, label: null };
      if (this.key(action, own) === key && other(holder)) return holder;
    }
    return null;
  }

  /** All actions at hand, for the sheet. */
  list(): Action[] {
    const listed = this.#awake().filter((binding) => !binding.unlisted);
    return listed.map((binding) => {
      const entries = this.#of(binding);
      const open = !binding.fixed && !binding.generate;
      const keys = entries.map((entry) => ({
        own: entry.own,
        key: entry.key,
        taken: !binding.when && winner(this.#entries.get(entry.key) ?? [], false) !== entry,
      }));
      return { id: binding.id, label: binding.label, open, keys };
    });
  }

  /** Be told when a key has come, gone or changed. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #check(binding: Binding, company: readonly Binding[]): void {
    const others = [...this.#bindings, ...company].filter((each) => each !== binding && !each.when);
    for (const key of binding.keys) {
      const keeper = RESERVED[key];
      if (keeper && (binding.when || binding.id !== keeper)) {
        throw new Error(`the key ${key} is kept for ${keeper}`);
      }
      if (!binding.when && others.some(({ keys }) => keys.includes(key))) {
        throw new Error(`the key ${key} is taken`);
      }
    }
  }

  #settle(): void {
    const entries = new Map<string, Entry[]>();
    const enter = (entry: Entry) => entries.set(entry.key, [...(entries.get(entry.key) ?? []), entry]);
    for (const binding of this.#awake()) {
      binding.keys.forEach((own, index) => {
        const { id, fixed } = binding;
        enter({ binding, id, own, index, key: fixed ? own : this.key(id, own) });
      });
    }
    const before = this.#generated;
    this.#generated = new Map();
    for (const binding of this.#awake()) {
      if (!binding.generate) continue;
      const keys = makeUp(binding.generate, before.get(binding) ?? [], new Set(entries.keys()));
      this.#generated.set(binding, keys);
      const { id } = binding;
      keys.forEach((key, index) => enter({ binding, id, own: key, index, key }));
    }
    this.#entries = entries;
    for (const listener of [...this.#listeners]) listener();
  }

  #awake(): Binding[] {
    const all = [...this.#bindings];
    return this.#resting > 0 ? all.filter(({ id, looks }) => looks || OF_PAGE.has(id)) : all;
  }

  #of(binding: Binding): Entry[] {
    const own = [...this.#entries.values()].flat().filter((entry) => entry.binding === binding);
    return own.sort((a, b) => a.index - b.index);
  }
}

/** Which of several actions a key means: the page's, then what applies now, then the worker's wish. */
function winner(entries: readonly Entry[], now = true): Entry | undefined {
  const lasting = entries.filter(({ binding }) => !binding.when);
  return (
    lasting.find(({ id }) => OF_PAGE.has(id)) ??
    (now ? entries.findLast(({ binding }) => binding.when?.() ?? false) : undefined) ??
    lasting.find(({ own, key }) => own !== key) ??
    lasting.at(-1)
  );
}

/** Keys for `count` choices: those that they had, where still free, then the next free ones. */
function makeUp(count: number, had: readonly string[], used: ReadonlySet<string>): string[] {
  const kept = had.slice(0, count).filter((key) => !used.has(key));
  if (kept.length === Math.min(count, had.length) && had.length >= count) return kept;
  const spare = POOL.filter((key) => !used.has(key));
  return spare.slice(0, count);
}

