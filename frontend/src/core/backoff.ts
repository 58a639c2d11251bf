/** How long to wait before trying a failed call again. */

import { Refused } from './api';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** Doubling from one second up to half a minute, never sooner than the server asked for. */
export function retryDelay(failures: number, error: unknown): number {
  const own = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  const asked = error instanceof Refused ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
  return Math.max(own, asked);
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
