/** The browser's own selection in a text that cannot be changed: read, moved by keys, shown. */

import { toPoints } from '../../core/marks/codepoints';

export interface Caret {
  x: number;
  y: number;
  height: number;
}

/** What is selected in `page`, whose whole text is `text`, in code points; null when nothing is. */
export function selectedRange(page: HTMLElement, text: string): { start: number; end: number } | null {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  const start = pointOf(page, text, startContainer, startOffset, false);
  const end = pointOf(page, text, endContainer, endOffset, true);
  return start === null || end === null || start >= end ? null : { start, end };
}

/** The code point before which a place of the document lies; null outside the text. */
function pointOf(page: HTMLElement, text: string, node: Node, offset: number, up: boolean): number | null {
  if (!page.contains(node)) return null;
  const before = document.createRange();
  before.setStart(page, 0);
  before.setEnd(node, offset);
  return toPoints(text, before.toString().length, up);
}

const STEPS: Record<string, readonly [string, string]> = {
  ArrowRight: ['right', 'character'],
  ArrowLeft: ['left', 'character'],
  ArrowDown: ['forward', 'line'],
  ArrowUp: ['backward', 'line'],
  Home: ['backward', 'lineboundary'],
  End: ['forward', 'lineboundary'],
};

/** Do what the key does to a caret, within `page`; false when it does nothing. */
export function moveSelection(page: HTMLElement, event: KeyboardEvent): boolean {
  const step = STEPS[event.key];
  const selection = getSelection();
  if (!step || !selection || event.altKey) return false;
  if (!selection.anchorNode || !page.contains(selection.anchorNode)) selection.collapse(page, 0);
  const [direction, unit] = step;
  const byWord = (event.ctrlKey || event.metaKey) && unit === 'character';
  const { focusNode, focusOffset } = selection;
  selection.modify(event.shiftKey ? 'extend' : 'move', direction, byWord ? 'word' : unit);
  const left = selection.focusNode && !page.contains(selection.focusNode);
  if (left && focusNode) {
    if (event.shiftKey) selection.extend(focusNode, focusOffset);
    else selection.collapse(focusNode, focusOffset);
  }
  return true;
}

/** Where the caret is, for browsers that show none here; null when it is elsewhere. */
export function caretIn(page: HTMLElement): Caret | null {
  const selection = getSelection();
  if (!selection?.focusNode || !page.contains(selection.focusNode)) return null;
  const at = document.createRange();
  at.setStart(selection.focusNode, selection.focusOffset);
  const rect = at.getClientRects()[0] ?? at.getBoundingClientRect();
  const home = page.getBoundingClientRect();
  const { lineHeight, paddingLeft, paddingTop } = getComputedStyle(page);
  if (rect.height === 0) {
    return { x: page.offsetLeft + parseFloat(paddingLeft), y: parseFloat(paddingTop), height: parseFloat(lineHeight) };
  }
  return { x: page.offsetLeft + rect.left - home.left, y: rect.top - home.top, height: rect.height };
}
