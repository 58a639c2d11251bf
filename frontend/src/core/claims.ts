/** Asking for work: one request after the other, as long as more is wanted. */

import type { WorkerApi } from './api';
import { pause, retryDelay } from './backoff';
import type { Assignment } from './wire';

const POLL_SECONDS = 30;
const BREATHER_MS = 1_000;

export interface ClaimsHost {
  wantsMore(): boolean;
  /** Resolves when more may be wanted. */
  changed(signal: AbortSignal): Promise<void>;
  /** False when it was there already, or is not wanted. */
  take(assignment: Assignment): boolean;
  /** Whether the server answered. */
  reached(yes: boolean): void;
  signedOut(error: unknown): boolean;
}

export class Claims {
  #wake = new AbortController();
  #asking = new AbortController();

  constructor(
    private readonly api: Pick<WorkerApi, 'claim'>,
    private readonly host: ClaimsHost,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      if (!this.host.wantsMore()) {
        await this.host.changed(signal);
        continue;
      }
      const asked = Date.now();
      const { signal: given } = (this.#asking = new AbortController());
      try {
        const assignment = await this.api.claim(POLL_SECONDS, AbortSignal.any([signal, given]));
        failures = 0;
        this.host.reached(true);
        const isNew = assignment !== null && this.host.take(assignment);
        // Never ask in a tight loop, whatever the server does.
        if (!isNew && Date.now() - asked < BREATHER_MS) await this.rest(BREATHER_MS, signal);
      } catch (error) {
        if (signal.aborted || this.host.signedOut(error)) return;
        if (given.aborted) continue;
        failures += 1;
        this.host.reached(false);
        await this.rest(retryDelay(failures, error), signal);
      }
    }
  }

  /** Ask no further for now: what is asked for is not wanted any more. */
  drop(): void {
    this.#asking.abort();
  }

  /** End a rest. */
  nudge(): void {
    this.#wake.abort();
  }

  async rest(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
    await pause(ms, AbortSignal.any([signal, this.#wake.signal]));
  }
}
