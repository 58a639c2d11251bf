/** What every medium is given to be marked on, and what it tells. */

import type { Mark, Place } from '../../core/kinds/annotation';
import type { Attachment, Size } from '../../core/wire';

/** Where something is on the screen, in CSS pixels of the window. */
export type Anchor = Pick<DOMRect, 'left' | 'top' | 'right' | 'bottom'>;

/** A mark, and where it is now. */
export type Moved = readonly [id: number, place: Place];

export interface StageProps {
  attachment: Attachment;
  sources: Record<string, string>;
  /** What a screen reader calls the medium. */
  name: string;
  shape: 'point' | 'rectangle';
  /** Those on this attachment. */
  marks: readonly Mark[];
  /** What is written beside a mark. */
  label: (mark: Mark) => string;
  color: (mark: Mark) => string;
  /** The one that is chosen; null when none is, or several are. */
  selected: number | null;
  /** All that are chosen; left out where there is never more than one. */
  chosen?: readonly number[];
  /** As many marks as there may be: no more are taken. */
  full: boolean;
  add: (place: Place) => void;
  /** What is moved at once is one edit; edits with one `name` in a row are undone together. */
  change: (moved: readonly Moved[], name?: string) => void;
  /** Make others like them, beside them; left out where there is one of each. */
  copy?: (ids: readonly number[]) => void;
  /** Let marks not be changed by hand, or let them again. */
  lock?: (ids: readonly number[]) => void;
  /** Take several away at once; the list takes away one. */
  remove?: (ids: readonly number[]) => void;
  hidden?: ReadonlySet<number>;
  locked?: ReadonlySet<number>;
  select: (ids: readonly number[]) => void;
  sized: (size: Size) => void;
  /** Where the selected mark is now; null when it cannot be seen. */
  anchored: (anchor: Anchor | null) => void;
  past: Past;
}

/** Undo and redo, for stages that have buttons of their own for them. */
export interface Past {
  canUndo: boolean;
  canRedo: boolean;
  undo: () => void;
  redo: () => void;
}

/**
 * Tell where something is for as long as it may move: by scrolling, zooming, or as the page is laid
 * out. Returns the end of it.
 */
export function followed(where: () => Anchor | null, tell: (anchor: Anchor | null) => void): () => void {
  let last = '';
  let frame = 0;
  const look = () => {
    const now = where();
    const said = now ? [now.left, now.top, now.right, now.bottom].map(Math.round).join() : '';
    if (said !== last) tell(now);
    last = said;
    frame = requestAnimationFrame(look);
  };
  look();
  return () => cancelAnimationFrame(frame);
}
