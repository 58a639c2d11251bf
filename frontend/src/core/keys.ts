/** Keys by name: what a press is called, which controls need it for themselves, how it is written. */

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

/** The names by which a press may be bound: the character first, then the place on the board. */
export function names(press: KeyPress): string[] {
  const modifier = press.ctrlKey || press.metaKey ? 'Mod+' : '';
  const found: string[] = [];
  const isLetter = /^\p{L}$/u.test(press.key);
  if (!(press.shiftKey && (isLetter || press.key.length > 1))) found.push(press.key);
  else found.push(`Shift+${isLetter ? press.key.toLowerCase() : press.key}`);
  // Keyboards without Latin letters, or with digits behind Shift, still have the keys' places.
  const latinLetter = /^[a-z]$/i.test(press.key);
  const place = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(press.code);
  if (place && !latinLetter) {
    const letter = place[1]?.toLowerCase();
    if (!press.shiftKey) found.push(letter ?? place[2] ?? '');
    else if (letter) found.push(`Shift+${letter}`);
  }
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

/** Keys that leave a field or a dialog, walk the page, or belong to the browser. */
const NOT_OURS = /^(Shift\+)?(Escape|Tab|F\d+|Dead|Unidentified|Process|CapsLock|ContextMenu)$/;
const BROWSERS = new Set([...'wtnrlqpjohuf0123456789+-='].map((key) => `Mod+${key}`));
const MODIFIERS = new Set(['Shift', 'Control', 'Meta', 'Alt', 'AltGraph']);

/** What a worker may press to choose a key: its name, null while only a modifier is held. */
export function chosenKey(press: KeyPress): { key: string; free: boolean } | null {
  if (MODIFIERS.has(press.key)) return null;
  const named = names(press);
  // The place stands for the letter on boards that have no Latin ones.
  const key = named.find((name) => /^[\x20-\x7e]+$/.test(name)) ?? named[0] ?? '';
  const browsers = BROWSERS.has(key) || key.startsWith('Mod+Shift+') && key !== 'Mod+Shift+z';
  return { key, free: key !== '' && !press.altKey && !NOT_OURS.test(key) && !browsers };
}

const SIGNS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
  Mod: 'Ctrl',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Backspace: '⌫',
};

/** A key as it is printed on the board: `Mod+Shift+z` is Ctrl Shift Z. */
export function written(key: string): string {
  const parts = key.length > 1 ? key.split(/\+(?=.)/) : [key];
  return parts.map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ');
}

/** A key as `aria-keyshortcuts` wants it. */
export function ariaKey(key: string): string {
  return key.replace('Mod', 'Control').replace(/^ $/, 'Space');
}
