/**
 * Work whose task went away before it was sent. It stays a draft, for the task may come again; what
 * is kept here is the task as it was and why it went, so that the work can be looked at.
 */

import type { Notice } from './desk-state';
import type { Drafts } from './drafts';
import type { Keep } from './keep';
import type { MessageKey } from './messages';
import type { Assignment, Json } from './wire';

const PREFIX = 'lost.';
/** Each holds its task, whose tracks to correct may be large. */
const MOST = 30;

/** Why it was not sent; `correction`: it was one, and the task has ended. */
const WORDS = {
  lapsed: 'gone.lapsed',
  aborted: 'gone.aborted',
  withdrawn: 'gone.withdrawn',
  ended: 'gone.ended',
  answered: 'gone.answered',
  correction: 'gone.correction',
} as const satisfies Record<string, MessageKey>;
export type Why = keyof typeof WORDS;

interface Stored {
  assignment: Assignment;
  why: Why;
  at: number;
}

export interface LostWork extends Stored {
  value: Json;
}

export class Lost {
  constructor(
    private readonly keepsake: Keep,
    private readonly drafts: Pick<Drafts, 'left' | 'lay' | 'drop'>,
  ) {}

  /** The task has gone, and what was done for it has not been sent: words for it, and a place. */
  add(assignment: Assignment, why: Why): Notice {
    const notice: Notice = { tone: 'warning', message: { key: wordsOf(why) } };
    const { id, task } = assignment;
    this.drafts.lay(id);
    if (this.drafts.left(assignment) === undefined) return notice;
    const stored: Stored = { assignment, why, at: Date.now() };
    this.keepsake.set(PREFIX + task.id, stored as unknown as Json);
    for (const old of this.list().slice(MOST)) this.discard(old);
    return { ...notice, lost: task.id };
  }

  /** All of it, newest first, as long as drafts are kept. */
  list(): LostWork[] {
    const found = this.keepsake.keys(PREFIX).flatMap((key): LostWork[] => {
      const stored = this.keepsake.get(key) as unknown as Stored;
      const value = this.drafts.left(stored.assignment);
      return value === undefined ? [] : [{ ...stored, value }];
    });
    return found.sort((a, b) => b.at - a.at);
  }

  /** Its task has come again, and the draft with it. */
  found(task: string): void {
    this.keepsake.delete(PREFIX + task);
  }

  discard({ assignment }: Pick<LostWork, 'assignment'>): void {
    this.found(assignment.task.id);
    this.drafts.drop(assignment);
  }

  /** Forget the tasks whose drafts were dropped in time. */
  tidy(): void {
    const listed = new Set(this.list().map(({ assignment }) => PREFIX + assignment.task.id));
    for (const key of this.keepsake.keys(PREFIX)) if (!listed.has(key)) this.keepsake.delete(key);
  }
}

/** What is told of it; the server may know reasons that this page does not. */
export function wordsOf(why: string): MessageKey {
  return why in WORDS ? WORDS[why as Why] : WORDS.ended;
}
