/** Heart-beats for the assignments held, as long as somebody is at the page. */

import { Refused, type WorkerApi } from './api';
import type { Assignment, GoneReason } from './wire';

interface Watched {
  assignment: Assignment;
  everyMs: number;
  lastBeat: number;
  timer: ReturnType<typeof setInterval>;
}

export class Leases {
  #watched = new Map<string, Watched>();
  #lastTouch = Date.now();

  constructor(
    private readonly api: Pick<WorkerApi, 'heartbeat'>,
    /** Who is told forgets it. */
    private readonly gone: (assignment: string, reason: GoneReason) => void,
  ) {}

  watch(assignment: Assignment): void {
    if (this.#watched.has(assignment.id)) return;
    const everyMs = (assignment.lease_seconds * 1_000) / 3;
    const timer = setInterval(() => {
      // A page that nobody looks at must not keep tasks from others for ever.
      if (Date.now() - this.#lastTouch < 3 * everyMs) void this.#beat(assignment.id);
    }, everyMs);
    this.#watched.set(assignment.id, { assignment, everyMs, lastBeat: Date.now(), timer });
  }

  /** Watch it no more, and tell what was watched. */
  forget(id: string): Assignment | undefined {
    const watched = this.#watched.get(id);
    clearInterval(watched?.timer);
    this.#watched.delete(id);
    return watched?.assignment;
  }

  /** The worker moved: after a long rest, find out at once what is still held. */
  touch(): void {
    const now = Date.now();
    this.#lastTouch = now;
    for (const [id, { everyMs, lastBeat }] of this.#watched) {
      if (now - lastBeat > 1.5 * everyMs) void this.#beat(id);
    }
  }

  /** Find out what is still held, whatever was heard or missed. */
  ask(): void {
    for (const id of this.#watched.keys()) void this.#beat(id);
  }

  stop(): void {
    for (const id of [...this.#watched.keys()]) this.forget(id);
  }

  async #beat(id: string): Promise<void> {
    const watched = this.#watched.get(id);
    if (!watched) return;
    watched.lastBeat = Date.now();
    try {
      await this.api.heartbeat(id);
    } catch (error) {
      // Anything but a clear no is left to the next beat.
      if (!(error instanceof Refused) || (error.status !== 409 && error.status !== 404)) return;
      if (!this.#watched.has(id)) return;
      this.gone(id, error.reason ?? 'lapsed');
    }
  }
}
