/**
 * The worker's desk: the task in hand, the one fetched ahead, and the answers under way.
 *
 * Ending a task shows the next one at once; the answer is sent behind the scenes, again and again
 * with the same body until the server takes or refuses it. A refused answer comes back into hand.
 */

import { Refused, type Reply, type WorkerApi } from './api';
import { pause, retryDelay } from './backoff';
import { Drafts, type LocalStore } from './drafts';
import { Leases } from './leases';
import type { MessageKey, Params } from './messages';
import type { Act, Assignment, GoneReason, Me } from './wire';

const HELD_AT_MOST = 2;
const POLL_SECONDS = 30;
const BREATHER_MS = 1_000;

/** An answer, skip or flag on its way. */
export interface Sending {
  assignment: Assignment;
  act: Act;
  /** The first try failed; others follow. */
  retrying: boolean;
}

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
  notice: Notice | null;
}

const GONE: Record<GoneReason, MessageKey> = {
  lapsed: 'gone.lapsed',
  aborted: 'gone.aborted',
  withdrawn: 'gone.withdrawn',
};

export class Desk {
  readonly drafts: Drafts;
  readonly leases: Leases;
  #state: DeskState = {
    session: 'starting',
    connected: true,
    me: null,
    hand: null,
    lapsed: false,
    ahead: [],
    sending: [],
    refusal: null,
    notice: null,
  };
  #listeners = new Set<(state: DeskState) => void>();
  #stop = new AbortController();
  #wake = new AbortController();
  /** Ended here: a claim that crossed the answer on the line must not bring them back. */
  #ended = new Set<string>();

  constructor(
    private readonly api: WorkerApi,
    local: LocalStore | null,
  ) {
    this.drafts = new Drafts((assignment, draft) => api.saveDraft(assignment, draft), local);
    this.leases = new Leases(api, (assignment, reason) => this.lose(assignment, reason));
  }

  get state(): DeskState {
    return this.#state;
  }

  subscribe(listener: (state: DeskState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Take up what is held already, then keep work coming until `stop`. */
  async start(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const [me, held] = await Promise.all([this.api.me(), this.api.held()]);
        if (signal.aborted) return;
        this.#change({ me, session: 'open', connected: true });
        this.drafts.dropAllBut(held.map((assignment) => assignment.id));
        for (const assignment of held) this.#take(assignment);
        return await this.#fetchWork(signal);
      } catch (error) {
        if (this.#signedOut(error)) return;
        failures += 1;
        this.#change({ connected: false });
        await this.#rest(retryDelay(failures, error), signal);
      }
    }
  }

  stop(): void {
    this.#stop.abort();
    this.leases.stop();
  }

  /** Stop waiting out a pause: the network is back, or the server says there is work. */
  nudge(): void {
    this.#wake.abort();
  }

  /** End the task in hand and turn to the next; false when `id` is not in hand any more. */
  end(id: string, act: Act): boolean {
    const { hand } = this.#state;
    if (hand?.id !== id) return false;
    this.#ended.add(id);
    this.drafts.rest(id);
    this.leases.forget(id);
    const sending: Sending = { assignment: hand, act, retrying: false };
    this.#next({ sending: [...this.#state.sending, sending], refusal: null, notice: null });
    void this.#send(sending);
    return true;
  }

  /** The lease of an assignment has gone. Work begun when it merely lapsed may still be sent. */
  lose(id: string, reason: GoneReason): void {
    this.leases.forget(id);
    const { hand, ahead } = this.#state;
    if (hand?.id !== id) {
      this.#change({ ahead: ahead.filter((assignment) => assignment.id !== id) });
      return;
    }
    if (reason === 'lapsed' && this.drafts.has(id)) {
      this.#change({ lapsed: true });
      return;
    }
    this.#ended.add(id);
    this.drafts.drop(id);
    this.#next({ refusal: null, notice: { tone: 'warning', message: { key: GONE[reason] } } });
  }

  announce(notice: Notice | null): void {
    this.#change({ notice });
  }

  async #fetchWork(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      if (!this.#wantsMore()) {
        await this.#nextChange(signal);
        continue;
      }
      const asked = Date.now();
      try {
        const assignment = await this.api.claim(POLL_SECONDS, signal);
        failures = 0;
        if (!this.#state.connected) this.#change({ connected: true });
        const isNew = assignment !== null && this.#take(assignment);
        // Never ask in a tight loop, whatever the server does.
        if (!isNew && Date.now() - asked < BREATHER_MS) await this.#rest(BREATHER_MS, signal);
      } catch (error) {
        if (signal.aborted || this.#signedOut(error)) return;
        failures += 1;
        this.#change({ connected: false });
        await this.#rest(retryDelay(failures, error), signal);
      }
    }
  }

  async #send(sending: Sending): Promise<void> {
    const { assignment, act } = sending;
    for (let failures = 0; ; ) {
      try {
        this.#taken(sending, await this.api.end(assignment.id, act));
        return;
      } catch (error) {
        if (error instanceof Refused && !error.temporary) {
          this.#refused(sending, error);
          return;
        }
        failures += 1;
        const { sending: all } = this.#state;
        this.#change({
          connected: error instanceof Refused,
          sending: all.map((one) => (one.act === act ? { ...one, retrying: true } : one)),
        });
        await this.#rest(retryDelay(failures, error));
      }
    }
  }

  #taken({ assignment, act }: Sending, reply: Reply): void {
    this.drafts.drop(assignment.id);
    const { me } = this.#state;
    const counted = { answer: 'answered', skip: 'skipped', flag: 'flagged' } as const;
    const name = counted[act.verb];
    const late = act.verb === 'answer' && reply.counted === false;
    this.#change({
      sending: this.#state.sending.filter((one) => one.act !== act),
      connected: true,
      me: me && { ...me, counts: { ...me.counts, [name]: me.counts[name] + 1 } },
      ...(late ? { notice: { tone: 'info', message: { key: 'sent.late' } } as const } : {}),
    });
  }

  #refused({ assignment, act }: Sending, error: Refused): void {
    const sending = this.#state.sending.filter((one) => one.act !== act);
    if (error.status === 409 || error.status === 404) {
      const own = error.code === 'already_answered';
      const key = error.reason ? GONE[error.reason] : own ? 'gone.answered' : 'gone.ended';
      this.drafts.drop(assignment.id);
      this.#change({ sending, notice: { tone: 'warning', message: { key } } });
      return;
    }
    this.#ended.delete(assignment.id);
    const { hand, ahead } = this.#state;
    this.#change({
      sending,
      hand: assignment,
      lapsed: false,
      ahead: hand ? [hand, ...ahead] : ahead,
      refusal: { assignment: assignment.id, message: error.message, field: error.field },
    });
    this.leases.watch(assignment);
    this.#signedOut(error);
  }

  #take(assignment: Assignment): boolean {
    const { hand, ahead } = this.#state;
    const held = hand ? [hand, ...ahead] : ahead;
    if (this.#ended.has(assignment.id) || held.some((one) => one.id === assignment.id)) return false;
    this.leases.watch(assignment);
    this.#change(hand ? { ahead: [...ahead, assignment] } : { hand: assignment, lapsed: false });
    return true;
  }

  #wantsMore(): boolean {
    const { hand, lapsed, ahead, sending } = this.#state;
    const inHand = hand && !lapsed ? 1 : 0;
    return inHand + ahead.length + sending.length < HELD_AT_MOST;
  }

  #signedOut(error: unknown): boolean {
    if (!(error instanceof Refused) || error.status !== 401) return false;
    this.stop();
    this.#change({ session: 'closed' });
    return true;
  }

  #next(more: Partial<DeskState>): void {
    const [hand = null, ...ahead] = this.#state.ahead;
    this.#change({ hand, ahead, lapsed: false, ...more });
  }

  #change(part: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of [...this.#listeners]) listener(this.#state);
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const { state } = this;
      const unsubscribe = this.subscribe((now) => now !== state && done());
      signal.addEventListener('abort', done, { once: true });
      function done() {
        unsubscribe();
        signal.removeEventListener('abort', done);
        resolve();
      }
    });
  }

  async #rest(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
    const wake = this.#wake.signal;
    await pause(ms, signal ? AbortSignal.any([signal, wake]) : wake);
  }
}
