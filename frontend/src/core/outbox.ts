/**
 * Answers, skips and flags on their way: kept in the browser until the server has taken or refused
 * them, and sent one after the other, again and again with the same body.
 */

import { Refused, type Reply, type WorkerApi } from './api';
import { pause, retryDelay } from './backoff';
import type { Keep } from './keep';
import type { Act, Assignment, Json } from './wire';

const KEY = 'sending';

/** An answer, skip or flag on its way. */
export interface Sending {
  assignment: Assignment;
  act: Act;
  /** The first try failed; others follow. */
  retrying: boolean;
}

export interface OutboxHost {
  taken(sending: Sending, reply: Reply): void;
  refused(sending: Sending, error: Refused): void;
  /** A try failed, or something was added or has gone. */
  changed(sending: readonly Sending[], reached?: boolean): void;
}

export class Outbox {
  #waiting: readonly Sending[] = [];
  #running = false;
  #stop = new AbortController();
  #wake = new AbortController();

  constructor(
    private readonly api: Pick<WorkerApi, 'end'>,
    private readonly keep: Keep,
    private readonly host: OutboxHost,
  ) {}

  /** Take up what an earlier page left unsent. */
  restore(): readonly Sending[] {
    const kept = (this.keep.get(KEY) ?? []) as unknown as Sending[];
    const known = new Set(this.#waiting.map(({ assignment }) => assignment.id));
    const left = kept.filter(({ assignment }) => !known.has(assignment.id));
    if (left.length > 0) this.#set([...left.map((one) => ({ ...one, retrying: true })), ...this.#waiting]);
    return left;
  }

  add(assignment: Assignment, act: Act): void {
    this.#set([...this.#waiting, { assignment, act, retrying: false }]);
  }

  /** Send what waits, in order, until all of it has gone or `stop`. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; ) {
      const [sending] = this.#waiting;
      if (!sending) break;
      try {
        const reply = await this.api.end(sending.assignment.id, sending.act);
        failures = 0;
        this.#drop(sending);
        this.host.taken(sending, reply);
      } catch (error) {
        if (error instanceof Refused && error.status === 401) {
          this.#running = false;
          this.host.refused(sending, error);
          return;
        }
        if (error instanceof Refused && !error.temporary) {
          failures = 0;
          this.#drop(sending);
          this.host.refused(sending, error);
          continue;
        }
        failures += 1;
        this.#set(
          this.#waiting.map((one) => (one.act === sending.act ? { ...one, retrying: true } : one)),
          error instanceof Refused,
        );
        if (this.#wake.signal.aborted) this.#wake = new AbortController();
        await pause(retryDelay(failures, error), AbortSignal.any([signal, this.#wake.signal]));
      }
    }
    this.#running = false;
  }

  /** What another worker left is not sent. */
  clear(): void {
    this.#set([]);
  }

  /** Try again now: the network is back. */
  nudge(): void {
    this.#wake.abort();
  }

  stop(): void {
    this.#stop.abort();
  }

  #drop(sending: Sending): void {
    this.#set(this.#waiting.filter((one) => one.act !== sending.act));
  }

  #set(waiting: readonly Sending[], reached?: boolean): void {
    const before = this.#waiting.length;
    this.#waiting = waiting;
    if (waiting.length === 0) this.keep.delete(KEY);
    else if (waiting.length !== before) this.keep.set(KEY, waiting as unknown as Json);
    this.host.changed(waiting, reached);
  }
}
