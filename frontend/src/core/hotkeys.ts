/**
 * The page's keys in one registry: who listens to what, when keys rest, and the list that the
 * shortcut sheet shows. A key belongs to one binding at a time; taking it twice is an error.
 * Only a binding that says `when` it applies may stand before another one, such as Enter while a
 * shape is half drawn, and leaves the key to the other, or to the browser, at all other times.
 */

/** What is needed of a KeyboardEvent. */
export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  repeat: boolean;
  isComposing: boolean;
}

/** The focused control, as far as keys are concerned. */
export interface Focused {
  tagName: string;
  type?: string;
  isContentEditable?: boolean;
}

export interface Binding {
  /**
   * `Enter`, `s`, `?`, `ArrowLeft`; before it `Mod+` means Control or Command, then `Shift+` a held
   * Shift, for letters and named keys: `Mod+Shift+z`.
   */
  keys: string[];
  /** What the sheet says about it. */
  label: string;
  /** Whether holding the key down repeats the action. */
  repeats?: boolean;
  /** Left out of the sheet, as its label would only repeat another one. */
  unlisted?: boolean;
  /** Whether it applies now; without it, always. */
  when?(): boolean;
  run(key: string): void;
}

export class Hotkeys {
  #bindings = new Set<Binding>();

  /** Add bindings; the returned function takes them away again. */
  add(bindings: Binding[]): () => void {
    const lasting = bindings.filter((binding) => !binding.when);
    for (const key of lasting.flatMap((binding) => binding.keys)) {
      if (this.#find(key, (binding) => !binding.when)) throw new Error(`the key ${key} is taken`);
    }
    for (const binding of bindings) this.#bindings.add(binding);
    return () => {
      for (const binding of bindings) this.#bindings.delete(binding);
    };
  }

  /** Run what the key stands for; false when it means nothing here or belongs to `focused`. */
  press(press: KeyPress, focused: Focused | null): boolean {
    if (press.isComposing || press.altKey) return false;
    for (const key of names(press)) {
      if (focused && usesKey(focused, key)) {
        if (this.#find(key)) return false;
        continue;
      }
      const binding =
        this.#find(key, (each) => each.when?.() ?? false) ?? this.#find(key, (each) => !each.when);
      if (!binding) continue;
      if (!press.repeat || binding.repeats) binding.run(key);
      return true;
    }
    return false;
  }

  list(): Binding[] {
    return [...this.#bindings].filter((binding) => !binding.unlisted);
  }

  /** The latest binding of a key that is `fit`. */
  #find(key: string, fit: (binding: Binding) => boolean = () => true): Binding | undefined {
    return [...this.#bindings].findLast((binding) => binding.keys.includes(key) && fit(binding));
  }
}

/** The names by which a press may be bound: the character first, then the place on the board. */
function names(press: KeyPress): string[] {
  const modifier = press.ctrlKey || press.metaKey ? 'Mod+' : '';
  const found: string[] = [];
  const isLetter = /^\p{L}$/u.test(press.key);
  if (!(press.shiftKey && (isLetter || press.key.length > 1))) found.push(press.key);
  else found.push(`Shift+${isLetter ? press.key.toLowerCase() : press.key}`);
  // Keyboards without Latin letters, or with digits behind Shift, still have the keys' places.
  const latinLetter = /^[a-z]$/i.test(press.key);
  const place = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(press.code);
  if (place && !latinLetter && !press.shiftKey) found.push((place[1] ?? place[2] ?? '').toLowerCase());
  return found.map((key) => modifier + key);
}

const TEXTUAL = /^(text|number|url|search|email|tel|password|date|time|datetime-local|month|week)$/;
const MOVES = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'];
/** With these a text under the cursor is edited. */
const EDITS = [...'zyacxvd'].map((key) => `Mod+${key}`).concat('Mod+Shift+z');

/** Whether the focused control has its own use for a key, so that a shortcut must rest. */
export function usesKey(focused: Focused, key: string): boolean {
  const tag = focused.tagName.toLowerCase();
  if (key.startsWith('Mod+')) return EDITS.includes(key) && writes(focused, tag);
  key = key.replace('Shift+', '');
  if (writes(focused, tag) || tag === 'select') return true;
  if (tag === 'input') {
    const type = focused.type ?? 'text';
    if (type === 'range' || type === 'radio') return MOVES.includes(key) || key === ' ';
    return key === ' ';
  }
  if (tag === 'button' || tag === 'a' || tag === 'summary') return key === 'Enter' || key === ' ';
  if (tag === 'video' || tag === 'audio') return MOVES.includes(key) || key === ' ';
  return false;
}

function writes(focused: Focused, tag: string): boolean {
  if (focused.isContentEditable || tag === 'textarea') return true;
  return tag === 'input' && TEXTUAL.test(focused.type ?? 'text');
}

/** Letters kept for the page itself, and for the drawing surface: hide, lock, vertex. */
const RESERVED = new Set(['s', 'f', 'o', 'h', 'l', 'v']);
const CHOICE_KEYS = [...'123456789', ...'abcdefghijklmnopqrstuvwxyz'].filter(
  (key) => !RESERVED.has(key),
);

/** The key of the choice at `index`: 1 to 9, then free letters; null when they have run out. */
export function choiceKey(index: number): string | null {
  return CHOICE_KEYS[index] ?? null;
}
