/**
 * Half-done work: kept in the browser at once, and on the server as soon as the worker's hands
 * rest. It belongs to the task, so that it is there again when the task comes again. A save names
 * the one it was made from: what another window or device saved in between is not written over,
 * but shown to the worker, who takes either.
 */

import { Refused, type WorkerApi } from './api';
import type { Keep } from './keep';
import type { Assignment, Draft, Json } from './wire';

const PREFIX = 'draft.';
const QUIET_MS = 800;
const AGAIN_MS = 5_000;
const KEPT_MS = 14 * 86_400_000;

interface Kept {
  assignment: Assignment;
  version: number;
  /** The version on the server that this was made from; 0: none. */
  base: number;
  value: Json | undefined;
  saved: boolean;
  /** What somebody else saved meanwhile. */
  theirs: Draft | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

type Stored = Draft & { base: number; at: number };

export class Drafts {
  #kept = new Map<string, Kept>();

  constructor(
    private readonly api: Pick<WorkerApi, 'saveDraft' | 'readDraft'>,
    private readonly keepsake: Keep,
    /** Another window or device has saved something else for this assignment. */
    private readonly parted: (assignment: string) => void,
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
    this.#store(kept);
    if (!kept.theirs) this.#schedule(kept, QUIET_MS);
  }

  /** Whether the worker has done anything for this assignment. */
  has(assignment: string): boolean {
    return this.#kept.get(assignment)?.value !== undefined;
  }

  /** Whether all that was done has reached the server. */
  get saved(): boolean {
    return [...this.#kept.values()].every((kept) => kept.saved);
  }

  /** Go on with what is here, or with what was saved elsewhere. */
  choose(assignment: string, which: 'mine' | 'theirs'): void {
    const kept = this.#kept.get(assignment);
    if (!kept?.theirs) return;
    const { version, body } = kept.theirs;
    kept.theirs = null;
    kept.base = version;
    if (which === 'theirs') {
      Object.assign(kept, { value: body, version, saved: true });
      this.#store(kept);
      return;
    }
    kept.version = Math.max(kept.version, version) + 1;
    this.#store(kept);
    void this.#send(kept);
  }

  /** Stop saving: the answer itself is under way. The value stays until `drop`. */
  rest(assignment: string): void {
    clearTimeout(this.#kept.get(assignment)?.timer);
  }

  /** The task is over, for this worker or altogether. */
  drop(assignment: Assignment): void {
    this.rest(assignment.id);
    this.#kept.delete(assignment.id);
    this.keepsake.delete(PREFIX + assignment.task.id);
  }

  /** The assignment is gone, but its task may come again: what was done for it stays. */
  lay(assignment: string): void {
    this.rest(assignment);
    this.#kept.delete(assignment);
  }

  /** What was done for an assignment that has gone. */
  left({ task, draft }: Assignment): Json | undefined {
    const own = this.keepsake.get(PREFIX + task.id) as unknown as Stored | undefined;
    return own && own.version >= (draft?.version ?? 0) ? own.body : draft?.body;
  }

  /** Drop what nobody has come back to for two weeks. */
  tidy(): void {
    for (const key of this.keepsake.keys(PREFIX)) {
      const stored = this.keepsake.get(key) as unknown as Stored | undefined;
      if (stored && !(Date.now() - stored.at < KEPT_MS)) this.keepsake.delete(key);
    }
  }

  /** Save what waits, now: the page is being left. */
  flush(held: readonly string[]): void {
    for (const id of held) {
      const kept = this.#kept.get(id);
      if (kept && !kept.saved && !kept.theirs) void this.#send(kept);
    }
  }

  #of(assignment: Assignment): Kept {
    let kept = this.#kept.get(assignment.id);
    if (!kept) {
      const own = this.keepsake.get(PREFIX + assignment.task.id) as unknown as Stored | undefined;
      const server = assignment.draft;
      const newer = own && own.version > (server?.version ?? 0) ? own : null;
      const { version = 0, body } = newer ?? server ?? {};
      const base = newer ? newer.base : version;
      kept = { assignment, version, base, value: body, saved: !newer, theirs: null, timer: undefined };
      this.#kept.set(assignment.id, kept);
      if (newer && newer.version > newer.base) this.#schedule(kept, QUIET_MS);
    }
    return kept;
  }

  #store({ assignment, version, base, value }: Kept): void {
    if (value === undefined) return;
    const stored = { version, base, body: value, at: Date.now() };
    this.keepsake.set(PREFIX + assignment.task.id, stored);
  }

  #schedule(kept: Kept, delay: number): void {
    clearTimeout(kept.timer);
    kept.timer = setTimeout(() => void this.#send(kept), delay);
  }

  async #send(kept: Kept): Promise<void> {
    clearTimeout(kept.timer);
    const { id } = kept.assignment;
    const { version, value, base } = kept;
    if (value === undefined) return;
    try {
      await this.api.saveDraft(id, { version, body: value }, base);
      this.#arrived(kept, version);
    } catch (error) {
      const current = this.#kept.get(id) === kept;
      if (error instanceof Refused && error.code === 'stale_draft') {
        if (current) await this.#compare(kept, version, value);
        return;
      }
      // Refused for good: the task is over. Else try again later.
      const final = error instanceof Refused && !error.temporary;
      if (!final && current && kept.version === version) this.#schedule(kept, AGAIN_MS);
    }
  }

  #arrived(kept: Kept, version: number): void {
    kept.base = Math.max(kept.base, version);
    kept.saved = kept.version === version;
    if (this.#kept.get(kept.assignment.id) === kept) this.#store(kept);
    // What was done meanwhile was made from the version that has just arrived.
    if (!kept.saved) this.#schedule(kept, QUIET_MS);
  }

  /** Something else is on the server: ours, whose reply was lost, or another window's. */
  async #compare(kept: Kept, version: number, value: Json): Promise<void> {
    try {
      const theirs = await this.api.readDraft(kept.assignment.id);
      if (theirs.version === version && JSON.stringify(theirs.body) === JSON.stringify(value)) {
        this.#arrived(kept, version);
        return;
      }
      if (this.#kept.get(kept.assignment.id) !== kept) return;
      kept.theirs = theirs;
      this.parted(kept.assignment.id);
    } catch (error) {
      const gone = error instanceof Refused && !error.temporary;
      if (!gone) this.#schedule(kept, AGAIN_MS);
    }
  }
}
