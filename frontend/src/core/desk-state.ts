/** What a desk shows. */

import type { MessageKey, Params } from './messages';
import type { Sending } from './outbox';
import type { Act, Assignment, Me } from './wire';

const HELD_AT_MOST = 2;

/** What the server said against an answer, shown with the task it came back to. */
export interface Refusal {
  assignment: string;
  message: string;
  /** The path of what is wrong, if the server named one. */
  field: string | null;
}

export interface Notice {
  tone: 'good' | 'info' | 'warning';
  /** A message of ours, or the words that an operator sent. */
  message: { key: MessageKey; params?: Params } | { text: string };
  /** The task that went away under the worker's hands, where what they had done is kept. */
  lost?: string;
}

export interface DeskState {
  session: 'starting' | 'open' | 'closed';
  connected: boolean;
  me: Me | null;
  hand: Assignment | null;
  /** The lease of the task in hand ran out; its answer may still count. */
  lapsed: boolean;
  ahead: readonly Assignment[];
  sending: readonly Sending[];
  refusal: Refusal | null;
  /** The task in hand has another draft, from another window or device. */
  parted: boolean;
  /** The worker takes a break; what is in hand was begun before. */
  paused: boolean;
  /** Grows when what is in hand is to be shown anew. */
  turn: number;
  notice: Notice | null;
}

/** What is on the desk, as the browser keeps it. */
export interface OnDesk {
  me: Me;
  held: Assignment[];
  paused: boolean;
}

/** What is in hand, then what is ahead. */
export function heldBy({ hand, ahead }: DeskState): Assignment[] {
  return hand ? [hand, ...ahead] : [...ahead];
}

/** Whether another task should be asked for. */
export function wantsMore({ hand, lapsed, ahead, sending, paused }: DeskState): boolean {
  const inHand = hand && !lapsed ? 1 : 0;
  return !paused && inHand + ahead.length + sending.length < HELD_AT_MOST;
}

/** The worker's own counts after an act more. */
export function counted(me: Me | null, verb: Act['verb']): Me | null {
  const name = ({ answer: 'answered', skip: 'skipped', flag: 'flagged' } as const)[verb];
  return me && { ...me, counts: { ...me.counts, [name]: me.counts[name] + 1 } };
}

/** A desk before it is opened. */
export const EMPTY: DeskState = {
  session: 'starting',
  connected: true,
  me: null,
  hand: null,
  lapsed: false,
  ahead: [],
  sending: [],
  refusal: null,
  parted: false,
  paused: false,
  turn: 0,
  notice: null,
};

interface Watchable {
  readonly state: DeskState;
  subscribe(listener: (state: DeskState) => void): () => void;
}

/** Resolves when the desk shows something else, or as soon as `signal` aborts. */
export function nextChange(desk: Watchable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const { state } = desk;
    const unsubscribe = desk.subscribe((now) => now !== state && done());
    signal.addEventListener('abort', done, { once: true });
    function done() {
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
