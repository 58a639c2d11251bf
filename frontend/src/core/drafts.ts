/**
 * Half-done work: kept in the browser at once, and on the server as soon as the worker's hands
 * rest. Whichever has the higher version is the newer one.
 */

import { Refused } from './api';
import type { Assignment, Draft, Json } from './wire';

/** What is used of the browser's local storage. */
export type LocalStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const PREFIX = 'humanwire.draft.';
const QUIET_MS = 800;
const AGAIN_MS = 5_000;

interface Kept {
  version: number;
  value: Json | undefined;
  saved: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Drafts {
  #kept = new Map<string, Kept>();

  constructor(
    private readonly save: (assignment: string, draft: Draft) => Promise<void>,
    private readonly local: LocalStore | null,
  ) {}

  /** The newest draft of an assignment, from here or as it came from the server. */
  open(assignment: Assignment): Json | undefined {
    return this.#of(assignment).value;
  }

  /** Keep `value`; it goes to the server after a moment without further changes. */
  keep(assignment: Assignment, value: Json): void {
    const kept = this.#of(assignment);
    kept.value = value;
    kept.version += 1;
    kept.saved = false;
    this.#store(assignment.id, { version: kept.version, body: value });
    this.#schedule(assignment.id, kept, QUIET_MS);
  }

  /** Whether the worker has done anything for this assignment. */
  has(assignment: string): boolean {
    return this.#kept.get(assignment)?.value !== undefined;
  }

  /** Stop saving: the answer itself is under way. The value stays until `drop`. */
  rest(assignment: string): void {
    clearTimeout(this.#kept.get(assignment)?.timer);
  }

  drop(assignment: string): void {
    this.rest(assignment);
    this.#kept.delete(assignment);
    this.local?.removeItem(PREFIX + assignment);
  }

  /** Drop what this browser keeps for assignments other than those held. */
  dropAllBut(held: readonly string[]): void {
    const { local } = this;
    if (!local) return;
    const keys = Array.from({ length: local.length }, (_, index) => local.key(index) ?? '');
    for (const key of keys) {
      const id = key.slice(PREFIX.length);
      if (key.startsWith(PREFIX) && !held.includes(id)) this.drop(id);
    }
  }

  /** Save what waits, now: the page is being left. */
  flush(held: readonly string[]): void {
    for (const id of held) {
      const kept = this.#kept.get(id);
      if (kept && !kept.saved) void this.#send(id, kept);
    }
  }

  #of(assignment: Assignment): Kept {
    let kept = this.#kept.get(assignment.id);
    if (!kept) {
      const own = this.#stored(assignment.id);
      const theirs = assignment.draft;
      const newer = own && own.version > (theirs?.version ?? 0) ? own : theirs;
      const { version = 0, body } = newer ?? {};
      kept = { version, value: body, saved: true, timer: undefined };
      this.#kept.set(assignment.id, kept);
    }
    return kept;
  }

  #stored(id: string): Draft | null {
    try {
      return JSON.parse(this.local?.getItem(PREFIX + id) ?? 'null') as Draft | null;
    } catch {
      return null; // not ours
    }
  }

  #store(id: string, draft: Draft): void {
    try {
      this.local?.setItem(PREFIX + id, JSON.stringify(draft));
    } catch {
      // Full, or forbidden in this browser: the server's copy has to do.
    }
  }

  #schedule(id: string, kept: Kept, delay: number): void {
    clearTimeout(kept.timer);
    kept.timer = setTimeout(() => void this.#send(id, kept), delay);
  }

  async #send(id: string, kept: Kept): Promise<void> {
    clearTimeout(kept.timer);
    const { version, value } = kept;
    if (value === undefined) return;
    try {
      await this.save(id, { version, body: value });
      kept.saved = kept.version === version;
    } catch (error) {
      // Refused for good: another tab is ahead, or the lease has gone. Else try again later.
      const final = error instanceof Refused && !error.temporary;
      const current = this.#kept.get(id) === kept && kept.version === version;
      if (!final && current) this.#schedule(id, kept, AGAIN_MS);
    }
  }
}
