/** What a desk shows. */

import type { MessageKey, Params } from './messages';
import type { Sending } from './outbox';
import type { Assignment, Json, Me } from './wire';

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
  /** What the worker had done, where the task went away under their hands. */
  work?: Json;
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
  /** Grows when what is in hand is to be shown anew. */
  turn: number;
  notice: Notice | null;
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
