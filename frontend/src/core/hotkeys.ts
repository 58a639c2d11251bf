/**
 * The page's keys in one registry: who listens to what, when keys rest, and the list that the
 * shortcut sheet shows. A key belongs to one binding at a time; taking it twice is an error.
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
  /** `Enter`, `s`, `?`, `ArrowLeft`; `Mod+` before it means Control or Command. */
  keys: string[];
  /** What the sheet says about it. */
  label: string;
  /** Whether holding the key down repeats the action. */
  repeats?: boolean;
  /** Left out of the sheet, as its label would only repeat another one. */
  unlisted?: boolean;
  run(key: string): void;
}

export class Hotkeys {
  #bindings = new Set<Binding>();

  /** Add bindings; the returned function takes them away again. */
  add(bindings: Binding[]): () => void {
    for (const key of bindings.flatMap((binding) => binding.keys)) {
      if (this.#find(key)) throw new Error(`the key ${key} is taken`);
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
      const binding = this.#find(key);
      if (!binding) continue;
      if (focused && usesKey(focused, key)) return false;
      if (!press.repeat || binding.repeats) binding.run(key);
      return true;
    }
    return false;
  }

  list(): Binding[] {
    return [...this.#bindings].filter((binding) => !binding.unlisted);
  }

  #find(key: string): Binding | undefined {
    return [...this.#bindings].find((binding) => binding.keys.includes(key));
  }
}

/** The names by which a press may be bound: the character first, then the place on the board. */
function names(press: KeyPress): string[] {
  const modifier = press.ctrlKey || press.metaKey ? 'Mod+' : '';
  const found: string[] = [];
  const isLetter = /^\p{L}$/u.test(press.key);
  if (!(press.shiftKey && (isLetter || press.key.length > 1))) found.push(press.key);
  // Keyboards without Latin letters, or with digits behind Shift, still have the keys' places.
  const latinLetter = /^[a-z]$/i.test(press.key);
  const place = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(press.code);
  if (place && !latinLetter && !press.shiftKey) found.push((place[1] ?? place[2] ?? '').toLowerCase());
  return found.map((key) => modifier + key);
}

const TEXTUAL = /^(text|number|url|search|email|tel|password|date|time|datetime-local|month|week)$/;
const MOVES = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'];

/** Whether the focused control has its own use for a key, so that a shortcut must rest. */
export function usesKey(focused: Focused, key: string): boolean {
  if (key.startsWith('Mod+')) return false;
  const tag = focused.tagName.toLowerCase();
  if (focused.isContentEditable || tag === 'textarea' || tag === 'select') return true;
  if (tag === 'input') {
    const type = focused.type ?? 'text';
    if (TEXTUAL.test(type)) return true;
    if (type === 'range' || type === 'radio') return MOVES.includes(key) || key === ' ';
    return key === ' ';
  }
  if (tag === 'button' || tag === 'a' || tag === 'summary') return key === 'Enter' || key === ' ';
  if (tag === 'video' || tag === 'audio') return MOVES.includes(key) || key === ' ';
  return false;
}

/** Letters kept for the page itself. */
const RESERVED = new Set(['s', 'f', 'o']);
const CHOICE_KEYS = [...'123456789', ...'abcdefghijklmnopqrstuvwxyz'].filter(
  (key) => !RESERVED.has(key),
);

/** The key of the choice at `index`: 1 to 9, then free letters; null when they have run out. */
export function choiceKey(index: number): string | null {
  return CHOICE_KEYS[index] ?? null;
}
