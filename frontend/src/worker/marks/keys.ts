/** The keys of the marks, whatever they are on. */

import type { Binding } from '../../core/hotkeys';
import { t } from '../setup';
import type { Past } from './stage';

export interface Board {
  /** Whether a mark is selected. */
  chosen(): boolean;
  past(): Past;
  remove(): void;
  /** Put the mark out of sight, or bring it back. */
  hide?(): void;
  /** On to the next mark that lacks its answer. */
  next(): void;
  leave(): void;
  step(by: 1 | -1): void;
  /** To another attachment, where there are several. */
  turn?(by: 1 | -1): void;
}

export function boardKeys(board: Board): Binding[] {
  const chosen = () => board.chosen();
  const { turn, hide } = board;
  return [
    { id: 'marks.undo', keys: ['Mod+z'], label: t('keys.undo'), repeats: true, run: () => board.past().undo() },
    {
      id: 'marks.redo',
      keys: ['Mod+Shift+z', 'Mod+y'],
      label: t('keys.redo'),
      repeats: true,
      run: () => board.past().redo(),
    },
    { id: 'marks.delete', keys: ['Delete', 'Backspace'], label: t('keys.deleteMark'), when: chosen, run: () => board.remove() },
    ...(hide ? [{ id: 'marks.hide', keys: ['Shift+h'], label: t('keys.hideMark'), when: chosen, run: hide }] : []),
    { id: 'marks.next', keys: ['Enter'], label: t('keys.nextMark'), when: chosen, run: () => board.next() },
    { id: 'marks.leave', keys: ['Escape'], label: t('keys.deselect'), unlisted: true, when: chosen, run: () => board.leave() },
    {
      id: 'marks.step',
      keys: ['n', 'p'],
      label: t('keys.stepMarks'),
      repeats: true,
      run: (key) => board.step(key === 'n' ? 1 : -1),
    },
    ...(turn
      ? [
          {
            id: 'marks.turn',
            keys: ['PageDown', 'PageUp'],
            label: t('keys.turn'),
            repeats: true,
            run: (key: string) => turn(key === 'PageDown' ? 1 : -1),
          },
        ]
      : []),
  ];
}
