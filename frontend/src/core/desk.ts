/**
 * The worker's desk: the task in hand, the one fetched ahead, and the answers under way.
 * All of it is kept in the browser, so that a page that is opened without a network goes on.
 *
 * Ending a task shows the next one at once; the answer is sent behind the scenes, again and again
 * with the same body until the server takes or refuses it. A refused answer comes back into hand.
 */

import { Refused, type Reply, type WorkerApi } from './api';
import { retryDelay } from './backoff';
import { Claims, type ClaimsHost } from './claims';
import { Drafts } from './drafts';
import type { Keep } from './keep';
import { Leases } from './leases';
import { counted, EMPTY, heldBy, nextChange, wantsMore } from './desk-state';
import type { DeskState, Notice, OnDesk } from './desk-state';
import { Lost } from './lost';
import { Outbox, type Sending } from './outbox';
import type { Act, Assignment, GoneReason, Json, Me } from './wire';

const DESK = 'desk';
export type { DeskState, Notice, Refusal } from './desk-state';

export class Desk {
  readonly drafts: Drafts;
  readonly leases: Leases;
  readonly lost: Lost;
  #state: DeskState = EMPTY;
  readonly #outbox: Outbox;
  readonly #claims: Claims;
  #listeners = new Set<(state: DeskState) => void>();
  #stop = new AbortController();
  /** Ended here: a claim that crossed the answer on the line must not bring them back. */
  #ended = new Set<string>();

  constructor(
    private readonly api: WorkerApi,
    private readonly keep: Keep,
  ) {
    this.drafts = new Drafts(api, keep, (id) => {
      if (this.#state.hand?.id === id) this.#change({ parted: true });
    });
    this.lost = new Lost(keep, this.drafts);
    this.#outbox = new Outbox(api, keep, {
      taken: (sending, reply) => this.#taken(sending, reply),
      refused: (sending, error) => this.#refused(sending, error),
      changed: (sending, reached) =>
        this.#change(reached === undefined ? { sending } : { sending, connected: reached }),
    });
    this.leases = new Leases(api, (assignment, reason) => this.lose(assignment, reason));
    this.#claims = new Claims(api, this.#claimsHost());
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
    await this.keep.open();
    this.drafts.tidy();
    this.lost.tidy();
    for (let failures = 0; !signal.aborted; ) {
      try {
        const [me, held] = await Promise.all([this.api.me(), this.api.held()]);
        if (signal.aborted) return;
        this.#arrive(me, held);
        void this.#outbox.run();
        for (const assignment of held) this.#take(assignment);
        return await this.#claims.run(signal);
      } catch (error) {
        if (this.#signedOut(error)) return;
        failures += 1;
        this.#change({ connected: false });
        this.#goOn();
        await this.#claims.rest(retryDelay(failures, error), signal);
      }
    }
  }

  /** Whether something would be lost if the page went now. */
  get atRisk(): boolean {
    return !this.keep.safe && (this.#state.sending.length > 0 || !this.drafts.saved);
  }

  /** Go on with the draft that is here, or with the one from elsewhere. */
  choose(which: 'mine' | 'theirs'): void {
    const { hand, turn } = this.#state;
    if (hand) this.drafts.choose(hand.id, which);
    this.#change({ parted: false, turn: which === 'theirs' ? turn + 1 : turn });
  }

  /** Forget what this browser keeps: somebody else may use it next. */
  forget(): void {
    this.stop();
    this.keep.clear();
  }

  stop(): void {
    this.#stop.abort();
    this.#outbox.stop();
    this.leases.stop();
  }

  /** Stop waiting out a pause: the network is back, or the server says there is work. */
  nudge(): void {
    this.#outbox.nudge();
    this.#claims.nudge();
  }

  /** Begin or end a break: what is not begun goes back, and nothing more comes until it ends. */
  turnPause(): void {
    if (this.#state.paused) {
      this.#change({ paused: false });
      this.nudge();
      return;
    }
    const held = heldBy(this.#state);
    const [begun = null, ...others] = held.filter((one) => this.#begun(one));
    this.#change({ paused: true, hand: begun, ahead: others });
    this.#claims.drop();
    void this.#giveBack(held.filter((one) => !this.#begun(one)));
  }

  /** End the task in hand and turn to the next; false when `id` is not in hand any more. */
  end(id: string, act: Act): boolean {
    const { hand } = this.#state;
    if (hand?.id !== id) return false;
    this.#ended.add(id);
    this.drafts.rest(id);
    this.leases.forget(id);
    this.#outbox.add(hand, act);
    this.#next({ refusal: null, notice: null });
    void this.#outbox.run();
    return true;
  }

  /** The lease of an assignment has gone. Work begun when it merely lapsed may still be sent. */
  lose(id: string, reason: GoneReason): void {
    const { hand, ahead } = this.#state;
    const inHand = hand?.id === id;
    const gone = this.leases.forget(id) ?? (inHand ? hand : null);
    if (!gone) return;
    const begun = this.#begun(gone);
    if (!inHand) {
      const notice = begun ? { notice: this.lost.add(gone, reason) } : {};
      this.#change({ ahead: ahead.filter((one) => one.id !== id), ...notice });
    } else if (reason === 'lapsed' && begun) {
      this.#change({ lapsed: true });
    } else {
      this.#ended.add(id);
      this.#next({ refusal: null, notice: this.lost.add(gone, reason) });
    }
  }

  announce(notice: Notice | null): void {
    this.#change({ notice });
  }

  #claimsHost(): ClaimsHost {
    return {
      wantsMore: () => wantsMore(this.#state),
      changed: (signal) => nextChange(this, signal),
      take: (assignment) => this.#take(assignment),
      reached: (connected) => {
        if (connected !== this.#state.connected) this.#change({ connected });
      },
      signedOut: (error) => this.#signedOut(error),
    };
  }

  #begun(assignment: Assignment): boolean {
    return this.drafts.open(assignment) !== undefined;
  }

  /** Somebody else may do them. Where that does not reach the server, the leases run out. */
  async #giveBack(assignments: readonly Assignment[]): Promise<void> {
    for (const { id } of assignments) {
      this.leases.forget(id);
      this.drafts.lay(id);
    }
    try {
      await Promise.all(assignments.map(({ id }) => this.api.release(id)));
      // A claim that was dropped at this moment may have got one of them.
      for (const assignment of await this.api.held()) this.#take(assignment);
    } catch {
      // away, or gone already
    }
  }

  #taken({ assignment, act }: Sending, reply: Reply): void {
    this.drafts.drop(assignment);
    const late = act.verb === 'answer' && reply.counted === false;
    this.#change({
      connected: true,
      me: counted(this.#state.me, act.verb),
      ...(late ? { notice: { tone: 'info', message: { key: 'sent.late' } } as const } : {}),
    });
  }

  #refused({ assignment, act }: Sending, error: Refused): void {
    if (this.#signedOut(error)) return;
    if (error.status === 409 || error.status === 404) {
      const why = error.reason ?? (error.code === 'already_answered' ? 'answered' : 'ended');
      if (act.verb !== 'answer' || why === 'answered') this.drafts.drop(assignment);
      this.#change({ notice: this.lost.add(assignment, why) });
      return;
    }
    this.#ended.delete(assignment.id);
    const { hand, ahead } = this.#state;
    this.#change({
      hand: assignment,
      lapsed: false,
      ahead: hand ? [hand, ...ahead] : ahead,
      refusal: { assignment: assignment.id, message: error.message, field: error.field },
    });
    this.leases.watch(assignment);
  }

  #take(assignment: Assignment): boolean {
    const { hand, ahead } = this.#state;
    const known = heldBy(this.#state).some((one) => one.id === assignment.id);
    if (known || this.#ended.has(assignment.id)) return false;
    if (this.#state.paused && !this.#begun(assignment)) {
      void this.#giveBack([assignment]);
      return false;
    }
    this.leases.watch(assignment);
    this.lost.found(assignment.task.id);
    this.#change(hand ? { ahead: [...ahead, assignment] } : { hand: assignment, lapsed: false });
    return true;
  }

  #signedOut(error: unknown): boolean {
    if (!(error instanceof Refused) || error.status !== 401) return false;
    this.stop();
    this.#change({ session: 'closed' });
    return true;
  }

  #next(more: Partial<DeskState>): void {
    const [hand = null, ...ahead] = this.#state.ahead;
    this.#change({ hand, ahead, lapsed: false, parted: false, ...more });
  }

  /** Who works here is known: take up what they left, or clear away what another one did. */
  #arrive(me: Me, held: readonly Assignment[]): void {
    const kept = this.keep.get(DESK) as unknown as OnDesk | undefined;
    if (kept && kept.me.number !== me.number) {
      this.#outbox.clear();
      this.keep.clear();
      this.#change({ hand: null, ahead: [] });
    }
    // What was held and is not any more says why, when it is asked.
    const gone = this.#restore().filter(({ id }) => !held.some((one) => one.id === id));
    this.#change({ me, session: 'open', connected: true });
    const unsent = gone.filter((one) => !this.#ended.has(one.id) && this.#begun(one));
    for (const one of unsent) this.leases.watch(one);
    if (gone.length > 0) this.leases.ask();
  }

  /** Without a server: go on with what the browser keeps. */
  #goOn(): void {
    const kept = this.keep.get(DESK) as unknown as OnDesk | undefined;
    if (!kept || this.#state.session === 'open') return;
    const held = this.#restore();
    this.#change({ me: kept.me, session: 'open' });
    for (const assignment of held) this.#take(assignment);
  }

  /** Take up what the browser keeps, and tell what was held. */
  #restore(): readonly Assignment[] {
    for (const { assignment } of this.#outbox.restore()) this.#ended.add(assignment.id);
    const kept = this.keep.get(DESK) as unknown as OnDesk | undefined;
    if (kept?.paused) this.#change({ paused: true });
    return kept?.held ?? [];
  }

  #change(part: Partial<DeskState>): void {
    const before = this.#state;
    this.#state = { ...before, ...part };
    const { me, hand, ahead, session, paused } = this.#state;
    const same = me === before.me && hand === before.hand && ahead === before.ahead;
    const moved = !same || paused !== before.paused;
    if (moved && me && session === 'open') {
      const onDesk: OnDesk = { me, held: heldBy(this.#state), paused };
      this.keep.set(DESK, onDesk as unknown as Json);
    }
    for (const listener of [...this.#listeners]) listener(this.#state);
  }
}
