/** The keys for tracking, besides those of the drawing surface. */

import type { Surface } from '../../annotate/surface';
import type { Binding } from '../../core/hotkeys';
import type { MessageKey } from '../../core/messages';
import { typesFor } from '../../tracking/scene';
import { t } from '../setup';
import type { Session } from './session.svelte';
import { cycle, toKey, toUnlabelled } from './ways';

export const TOOL_KEYS = {
  select: 'Escape',
  rectangle: 'r',
  polygon: 'y',
  line: 't',
  cuboid: 'q',
  landmark: 'm',
} as const;

/** Page Up and Page Down leave out so many frames. */
const FAR = 10;
const MOST_LABEL_KEYS = 9;

function key(id: string, keys: string[], run: Binding['run'], more: Partial<Binding> = {}): Binding {
  return { id: `tracking.${id}`, keys, label: t(`tracking.${id}` as MessageKey), run, ...more };
}

/** The drawing area, as it is when a key is pressed. */
interface Stage {
  surface(): Surface | null;
  /** Whether a shape is half drawn. */
  unfinished(): boolean;
  /** Whether something that is chosen is in this frame, so that the area's own keys act on it. */
  chosen(): boolean;
}

export function bindings(session: Session, stage: Stage): Binding[] {
  return [...moving(session), ...editing(session, stage), ...drawing(session, stage), ...choosing(session, stage)];
}

function moving(session: Session): Binding[] {
  const { projector } = session;
  const held = { repeats: true };
  const bindings = [
    key('back', ['a'], () => projector.step(-1), held),
    key('forth', ['d', '.'], () => projector.step(1), held),
    key('far', ['PageUp', 'PageDown'], (own) => projector.step(own === 'PageUp' ? -FAR : FAR), held),
    key('ends', ['Home', 'End'], (own) => projector.step(own === 'Home' ? -projector.count : projector.count)),
    key('play', [' '], () => projector.toggle()),
    key('speeds', ['<', '>'], (own) => projector.faster(own === '<' ? -1 : 1)),
    key('keyBack', ['z'], () => toKey(session, -1), held),
    key('keyForth', ['x'], () => toKey(session, 1), held),
    key('unlabelled', ['u'], () => toUnlabelled(session)),
    key('retry', ['Shift+u'], () => projector.retry(), { when: () => projector.standing.is === 'broken' }),
  ];
  return bindings.map((binding) => ({ ...binding, looks: true }));
}

function editing(session: Session, stage: Stage): Binding[] {
  const when = () => session.selection.length > 0;
  return [
    key('key', ['k'], () => session.toggleKey(), { when }),
    key('endOrReopen', ['e'], () => session.toggleEnd(), { when, id: 'tracking.end' }),
    key('cut', ['b'], () => session.cut(), { when }),
    key('join', ['j'], () => session.join(), { when }),
    key('hideHere', ['Shift+e'], () => session.hideHere(), { when }),
    key('spreadBack', ['i'], () => session.spread(-1), { when }),
    key('spreadForth', ['p'], () => session.spread(1), { when }),
    key('copy', ['c'], () => session.copy(), { when }),
    key('pasteAll', ['w'], () => session.paste(), { id: 'tracking.paste', when: () => session.copied.length > 0 }),
    key('remove', ['Delete', 'Backspace'], () => session.remove(), { when: () => when() && !stage.chosen() }),
    key('restoreFrame', ['Shift+r'], () => session.restoreFrame(), { when }),
    key('restoreTrack', ['Shift+t'], () => session.restoreChosen(), { when }),
  ];
}

function drawing(session: Session, { unfinished }: Stage): Binding[] {
  const { question } = session;
  const types = question.labels.flatMap(({ name }) => typesFor(question, name));
  const tools = new Set(types.length > 0 ? types : typesFor(question, ''));
  return [
    key('draw', ['n'], () => session.use(session.tool === 'select' ? session.lastTool : 'select')),
    key('tool.select', [TOOL_KEYS.select], () => session.use('select'), {
      when: () => session.tool !== 'select' && !unfinished(),
      unlisted: true,
    }),
    ...[...tools].map((tool) =>
      key(`tool.${tool}`, [TOOL_KEYS[tool]], () => session.use(tool), {
        when: () => typesFor(question, session.label).includes(tool),
      }),
    ),
  ];
}

function choosing(session: Session, { surface }: Stage): Binding[] {
  const { labels } = session.question;
  const focus = (id: string) => document.getElementById(id)?.focus();
  return [
    key('label', [], (_, index) => session.pickLabel(labels[index]?.name ?? ''), {
      generate: Math.min(labels.length, MOST_LABEL_KEYS),
      label: t('tracking.labelKeys'),
    }),
    key('labelFind', ['/'], () => focus('track-label')),
    key('search', ['Shift+f'], () => focus('track-search')),
    key('nextHere', ['Shift+d'], () => cycle(session, 1), { repeats: true }),
    key('backHere', ['Shift+a'], () => cycle(session, -1), { repeats: true }),
    key('centre', ['Shift+c'], () => surface()?.centre(session.selection), {
      when: () => session.selection.length > 0,
    }),
    key('hide', ['Shift+h'], () => session.toggleSet('hidden', session.selection), {
      when: () => session.selection.length > 0,
    }),
  ];
}
