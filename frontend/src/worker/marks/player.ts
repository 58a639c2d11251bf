/** The keys of whatever plays. */

import type { Binding } from '../../core/hotkeys';
import { t } from '../setup';

const SKIP_SECONDS = 5;

export interface Player {
  toggle(): void;
  /** On or back by one frame, or by as little as can be heard. */
  step(by: 1 | -1): void;
  skip(seconds: number): void;
}

export function playerKeys(player: Player): Binding[] {
  return [
    { id: 'marks.play', keys: [' '], label: t('keys.play'), run: () => player.toggle() },
    {
      id: 'marks.frame',
      keys: ['a', 'd'],
      label: t('keys.frame'),
      repeats: true,
      run: (key) => player.step(key === 'd' ? 1 : -1),
    },
    {
      id: 'marks.skipTime',
      keys: ['j', 'l'],
      label: t('keys.skipTime'),
      repeats: true,
      run: (key) => player.skip(key === 'l' ? SKIP_SECONDS : -SKIP_SECONDS),
    },
  ];
}
