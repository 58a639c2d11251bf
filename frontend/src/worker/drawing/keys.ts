/** The drawing surface's keys. Most of them apply only while there is something to apply them to. */

import type { Unfinished } from '../../annotate/drafting';
import type { Shape } from '../../annotate/model';
import type { Surface } from '../../annotate/surface';
import type { Binding } from '../../core/hotkeys';
import { t } from '../setup';

/** What the keys act on, as it is when a key is pressed. */
export interface Bench {
  readonly surface: Surface | null;
  readonly shapes: readonly Shape[];
  readonly selection: readonly string[];
  readonly unfinished: Unfinished | null;
  /** Whether the focus is on the surface or in it. */
  readonly focused: boolean;
  /** Whether the pointer is over it. */
  readonly pointed: boolean;
  /** Whether the space bar moves the view. */
  readonly spacePans: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  select(ids: readonly string[]): void;
  undo(): void;
  redo(): void;
  toggleLabels(): void;
  /** Absent where the host does not offer it. */
  readonly remove?: ((ids: readonly string[]) => void) | undefined;
  readonly duplicate?: ((ids: readonly string[]) => void) | undefined;
  readonly lock?: ((ids: readonly string[]) => void) | undefined;
  readonly reorder?: ((ids: readonly string[], step: 1 | -1) => void) | undefined;
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const ARROWS = Object.keys(STEPS);
/** An arrow moves the view by so many CSS pixels. */
const PAN = 40;
const ZOOM = 1.25;

export function bindings(bench: Bench): Binding[] {
  return [...editing(bench), ...drawing(bench), ...looking(bench), ...choosing(bench)];
}

function editing(bench: Bench): Binding[] {
  const chosen = () => bench.selection.length > 0 && bench.unfinished === null;
  const act = (
    name: 'delete' | 'duplicate' | 'lock' | 'lower' | 'raise',
    keys: string[],
    run: ((ids: readonly string[]) => void) | undefined,
  ): Binding[] =>
    run
      ? [{ id: `canvas.${name}`, keys, label: t(`canvas.key.${name}`), when: chosen, run: () => run(bench.selection) }]
      : [];
  const reorder = bench.reorder;
  return [
    {
      id: 'canvas.undo',
      keys: ['Mod+z'],
      label: t('canvas.key.undo'),
      repeats: true,
      when: () => bench.canUndo || bench.unfinished !== null,
      run: () => bench.undo(),
    },
    {
      id: 'canvas.redo',
      keys: ['Mod+Shift+z', 'Mod+y'],
      label: t('canvas.key.redo'),
      repeats: true,
      when: () => bench.canRedo,
      run: () => bench.redo(),
    },
    ...act('delete', ['Delete', 'Backspace'], bench.remove),
    ...act('duplicate', ['Mod+d'], bench.duplicate),
    ...act('lock', ['l'], bench.lock),
    ...act('lower', ['['], reorder && ((ids) => reorder(ids, -1))),
    ...act('raise', [']'], reorder && ((ids) => reorder(ids, 1))),
  ];
}

function drawing(bench: Bench): Binding[] {
  const drafting = () => bench.unfinished !== null;
  return [
    {
      id: 'canvas.finish',
      keys: ['Enter'],
      label: t('canvas.key.finish'),
      when: drafting,
      run: () => bench.surface?.finish(),
    },
    {
      id: 'canvas.undoPoint',
      keys: ['Backspace'],
      label: '',
      unlisted: true,
      repeats: true,
      when: drafting,
      run: () => bench.surface?.undoPoint(),
    },
    {
      id: 'canvas.escape',
      keys: ['Escape'],
      label: t('canvas.key.escape'),
      when: () => drafting() || bench.selection.length > 0 || bench.surface?.busy === true,
      run: () => {
        if (bench.surface?.cancel() || bench.surface?.keys.leaveHandle()) return;
        bench.select([]);
      },
    },
  ];
}

function looking(bench: Bench): Binding[] {
  const zoom = (factor: number) => () => bench.surface?.zoomBy(factor);
  const bindings: Binding[] = [
    { id: 'canvas.zoomIn', keys: ['+', '='], label: t('canvas.key.zoomIn'), repeats: true, run: zoom(ZOOM) },
    { id: 'canvas.zoomOut', keys: ['-'], label: t('canvas.key.zoomOut'), repeats: true, run: zoom(1 / ZOOM) },
    { id: 'canvas.fit', keys: ['0'], label: t('canvas.key.fit'), run: () => bench.surface?.fit() },
    { id: 'canvas.labels', keys: ['h'], label: t('canvas.key.labels'), run: () => bench.toggleLabels() },
    ...[1, 10].map((times) => nudging(bench, times)),
    {
      id: 'canvas.pan',
      keys: [' '],
      label: t('canvas.key.pan'),
      repeats: true,
      when: () => bench.spacePans && (bench.pointed || bench.focused),
      run: () => bench.surface?.holdPan(true),
    },
  ];
  return bindings.map((binding) => ({ ...binding, looks: true }));
}

function nudging(bench: Bench, times: number): Binding {
  const prefix = times > 1 ? 'Shift+' : '';
  return {
    id: times > 1 ? 'canvas.nudgeFar' : 'canvas.nudge',
    keys: ARROWS.map((arrow) => prefix + arrow),
    label: t(times > 1 ? 'canvas.key.nudgeFar' : 'canvas.key.nudge'),
    repeats: true,
    when: () => bench.selection.length > 0 || bench.focused,
    run: (key) => {
      const [dx, dy] = STEPS[key.replace('Shift+', '')] ?? [0, 0];
      if (bench.selection.length > 0) bench.surface?.keys.nudge(dx * times, dy * times);
      else bench.surface?.panBy(-dx * PAN * times, -dy * PAN * times);
    },
  };
}

function choosing(bench: Bench): Binding[] {
  const open = () => bench.shapes.filter((shape) => !shape.hidden && !shape.locked);
  const beside = (key: string) => {
    const all = open();
    const at = all.findIndex(({ id }) => bench.selection.includes(id));
    if (key === 'Tab') return all[at + 1];
    return at < 0 ? undefined : all[at - 1];
  };
  const cycle = (key: string): Binding => ({
    id: `canvas.cycle.${key}`,
    keys: [key],
    label: t('canvas.key.cycle'),
    unlisted: key !== 'Tab',
    repeats: true,
    // Past the last shape the key belongs to the page again, so that nobody is caught here.
    when: () => bench.focused && beside(key) !== undefined,
    run: () => {
      const next = beside(key);
      if (next) bench.select([next.id]);
    },
  });
  return [
    cycle('Tab'),
    cycle('Shift+Tab'),
    {
      id: 'canvas.all',
      keys: ['Mod+a'],
      label: t('canvas.key.all'),
      when: () => bench.focused,
      run: () => bench.select(open().map(({ id }) => id)),
    },
    {
      id: 'canvas.corner',
      keys: ['v', 'Shift+v'],
      label: t('canvas.key.corner'),
      repeats: true,
      when: () => bench.selection.length === 1,
      run: (key) => bench.surface?.keys.stepHandle(key === 'v' ? 1 : -1),
    },
  ];
}
