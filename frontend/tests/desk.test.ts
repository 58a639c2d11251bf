import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refused, Unreachable, type Reply, type WorkerApi } from '../src/core/api';
import { Desk } from '../src/core/desk';
import { Keep } from '../src/core/keep';
import type { Act, Assignment, Draft, Json, Me } from '../src/core/wire';

const answer = (response: string): Act => ({ verb: 'answer', body: { response, seconds: 1 } });

function assignment(id: string): Assignment {
  return {
    id,
    expires_at: '2030-01-01T00:00:00Z',
    lease_seconds: 600,
    draft: null,
    task: {
      id: `task-${id}`,
      project: 'p',
      type: 'free-text',
      kind: 'text',
      question: { validation: 'none' },
      instruction: '?',
      attachments: [],
      sources: {},
      created_at: '2030-01-01T00:00:00Z',
    },
  };
}

/** A server that hands out tasks as it is told, and whose replies can be held back or spoilt. */
class Server implements WorkerApi {
  waiting: Assignment[] = [];
  holds: Assignment[] = [];
  ended: [string, Act][] = [];
  claims = 0;
  fail: (() => unknown) | null = null;
  reply: Reply = { accepted: true, counted: true };
  beat: () => Reply = () => ({ accepted: true });

  me = async (): Promise<Me> => ({
    name: 'Ada',
    number: 1,
    projects: [],
    counts: { answered: 3, skipped: 0, flagged: 0 },
  });

  held = async () => this.holds;
  saveDraft = vi.fn(async (_id: string, _draft: Draft, _base: number) => {});
  theirs: Draft = { version: 9, body: 'theirs' };
  readDraft = async () => this.theirs;
  heartbeat = vi.fn(async () => this.beat());
  release = vi.fn(async (_id: string) => {});

  async claim(seconds: number, signal: AbortSignal): Promise<Assignment | null> {
    this.claims += 1;
    for (let left = seconds * 10; left > 0 && !signal.aborted; left -= 1) {
      const next = this.waiting.shift();
      if (next) return next;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return null;
  }

  async end(id: string, act: Act): Promise<Reply> {
    this.ended.push([id, act]);
    const failure = this.fail?.();
    if (failure) throw failure;
    return this.reply;
  }
}

let stored: Map<string, Json>;
/** A browser's memory, as the next page finds it. */
const memory = () =>
  new Keep({
    all: async () => [...stored],
    put: async (key, value) => void stored.set(key, value),
    remove: async (key) => void stored.delete(key),
  });
let server: Server;
let desk: Desk;
const ids = () => ({
  hand: desk.state.hand?.id ?? null,
  ahead: desk.state.ahead.map((one) => one.id),
  sending: desk.state.sending.map((one) => one.assignment.id),
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function open(...tasks: string[]) {
  server.waiting.push(...tasks.map(assignment));
  void desk.start();
  await pass(10);
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  stored = new Map();
  desk = new Desk(server, memory());
});

afterEach(() => {
  desk.stop();
  vi.useRealTimers();
});

describe('arrival', () => {
  it('keeps one task in hand and one ahead, and asks for no third', async () => {
    await open('a', 'b', 'c');
    await pass(60_000);
    expect(ids()).toEqual({ hand: 'a', ahead: ['b'], sending: [] });
    expect(server.waiting).toHaveLength(1);
  });

  it('takes up what was held before the page was opened', async () => {
    server.holds = [assignment('x'), assignment('y')];
    await open('a');
    expect(ids()).toEqual({ hand: 'x', ahead: ['y'], sending: [] });
    expect(server.claims).toBe(0);
  });

  it('does not ask in a tight loop when the same task is given again', async () => {
    server.claim = vi.fn(async () => assignment('a'));
    await open();
    await pass(10_000);
    expect(ids()).toEqual({ hand: 'a', ahead: [], sending: [] });
    expect(vi.mocked(server.claim).mock.calls.length).toBeLessThan(15);
  });

  it('backs off while the server is away and goes on at once when nudged', async () => {
    const claim = server.claim.bind(server);
    server.claim = vi.fn(() => Promise.reject(new Unreachable()));
    await open('a');
    await pass(120_000);
    expect(desk.state.connected).toBe(false);
    const tries = vi.mocked(server.claim).mock.calls.length;
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(12);
    server.claim = claim;
    desk.nudge();
    await pass(10);
    expect(desk.state.connected).toBe(true);
    expect(ids().hand).toBe('a');
  });

  it('stops when the session has ended', async () => {
    server.claim = vi.fn(() => Promise.reject(new Refused(401, 'unauthorized', '')));
    await open();
    await pass(60_000);
    expect(desk.state.session).toBe('closed');
    expect(server.claim).toHaveBeenCalledOnce();
  });
});

describe('ending a task', () => {
  it('shows the next one before the answer has arrived', async () => {
    await open('a', 'b');
    expect(desk.end('a', answer('1'))).toBe(true);
    expect(ids()).toEqual({ hand: 'b', ahead: [], sending: ['a'] });
    await pass(10);
    expect(ids().sending).toEqual([]);
    expect(desk.state.me?.counts.answered).toBe(4);
  });

  it('happens once, however often it is asked for', async () => {
    await open('a', 'b');
    desk.end('a', answer('1'));
    expect(desk.end('a', answer('2'))).toBe(false);
    await pass(10);
    expect(server.ended).toEqual([['a', answer('1')]]);
    expect(ids().hand).toBe('b');
  });

  it('is not undone by a claim that crossed it', async () => {
    await open('a');
    desk.end('a', answer('1'));
    server.waiting.push(assignment('a'), assignment('b'));
    await pass(3_000);
    expect(ids()).toEqual({ hand: 'b', ahead: [], sending: [] });
  });

  it('tries again with the same body until the server is back', async () => {
    await open('a', 'b');
    server.fail = () => new Unreachable();
    desk.end('a', answer('1'));
    await pass(5_000);
    expect(desk.state.sending[0]?.retrying).toBe(true);
    expect(desk.state.connected).toBe(false);
    server.fail = () => new Refused(503, 'unavailable', '', null, null, 1);
    await pass(30_000);
    server.fail = null;
    await pass(30_000);
    expect(ids().sending).toEqual([]);
    expect(desk.state.connected).toBe(true);
    expect(server.ended.length).toBeGreaterThan(2);
    for (const [id, act] of server.ended) expect([id, act]).toEqual(['a', answer('1')]);
  });

  it('brings a refused answer back into hand with the reason, and keeps the next one', async () => {
    await open('a', 'b');
    server.fail = () => new Refused(422, 'invalid_answer', 'No such choice.', 'response');
    desk.drafts.keep(assignment('a'), 'half');
    desk.end('a', answer('1'));
    await pass(10);
    expect(ids()).toEqual({ hand: 'a', ahead: ['b'], sending: [] });
    expect(desk.state.refusal).toEqual({
      assignment: 'a',
      message: 'No such choice.',
      field: 'response',
    });
    expect(desk.drafts.open(assignment('a'))).toBe('half');
    server.fail = null;
    expect(desk.end('a', answer('2'))).toBe(true);
    await pass(10);
    expect(ids()).toEqual({ hand: 'b', ahead: [], sending: [] });
    expect(desk.state.refusal).toBeNull();
  });

  it('says what happened when the lease had gone, and moves on', async () => {
    await open('a', 'b');
    server.fail = () => new Refused(409, 'lease_gone', '', null, 'aborted');
    desk.end('a', answer('1'));
    await pass(10);
    expect(ids()).toEqual({ hand: 'b', ahead: [], sending: [] });
    expect(desk.state.notice?.message).toEqual({ key: 'gone.aborted' });
  });

  it('tells when an answer came too late to count', async () => {
    await open('a');
    server.reply = { accepted: true, counted: false };
    desk.end('a', answer('1'));
    await pass(10);
    expect(desk.state.notice?.message).toEqual({ key: 'sent.late' });
  });
});

describe('leases', () => {
  it('are kept by a beat each third of their time, while somebody is there', async () => {
    await open('a', 'b');
    await pass(200_000);
    expect(server.heartbeat).toHaveBeenCalledTimes(2);
    await pass(2_000_000);
    const quiet = server.heartbeat.mock.calls.length;
    expect(quiet).toBeLessThan(8);
    desk.leases.touch();
    await pass(10);
    expect(server.heartbeat.mock.calls.length).toBe(quiet + 2);
  });

  it('that are gone take their task away and say why', async () => {
    await open('a', 'b');
    desk.lose('b', 'withdrawn');
    expect(ids()).toEqual({ hand: 'a', ahead: [], sending: [] });
    expect(desk.state.notice).toBeNull();
    desk.lose('a', 'aborted');
    expect(ids().hand).toBeNull();
    expect(desk.state.notice?.message).toEqual({ key: 'gone.aborted' });
  });

  it('that lapse leave the task to who has begun it, as a late answer may count', async () => {
    await open('a', 'b');
    desk.drafts.keep(assignment('a'), 'begun');
    server.beat = () => {
      throw new Refused(409, 'lease_gone', '', null, 'lapsed');
    };
    await pass(200_000);
    expect(ids().hand).toBe('a');
    expect(desk.state.lapsed).toBe(true);
    desk.end('a', answer('1'));
    await pass(10);
    expect(server.ended).toEqual([['a', answer('1')]]);
  });
});

describe('drafts', () => {
  it('are saved when the hands rest, with growing versions', async () => {
    await open('a');
    const held = assignment('a');
    desk.drafts.keep(held, 'o');
    desk.drafts.keep(held, 'on');
    expect(server.saveDraft).not.toHaveBeenCalled();
    await pass(1_000);
    expect(server.saveDraft).toHaveBeenCalledExactlyOnceWith('a', { version: 2, body: 'on' }, 0);
    desk.drafts.keep(held, 'one');
    desk.drafts.flush(['a']);
    expect(server.saveDraft).toHaveBeenLastCalledWith('a', { version: 3, body: 'one' }, 2);
  });

  it('outlive the page in the browser, unless the server has a newer one', async () => {
    await open('a', 'b');
    desk.drafts.keep(assignment('a'), 'mine');
    desk.drafts.keep(assignment('b'), 'mine');
    desk.stop();
    const newer = { ...assignment('b'), draft: { version: 2, body: 'from elsewhere' } };
    server.holds = [assignment('a'), newer];
    stored.set('draft.gone', { version: 1, base: 0, body: 'old', at: Date.now() - 40 * 86_400_000 });
    desk = new Desk(server, memory());
    void desk.start();
    await pass(10);
    expect(desk.drafts.open(assignment('a'))).toBe('mine');
    expect(desk.drafts.open(newer)).toBe('from elsewhere');
    expect([...stored.keys()]).not.toContain('draft.gone');
    desk.end('a', answer('mine'));
    await pass(10);
    expect([...stored.keys()].filter((key) => key.startsWith('draft.'))).toEqual(['draft.task-b']);
  });

  it('are not saved once the answer is under way', async () => {
    await open('a');
    desk.drafts.keep(assignment('a'), 'done');
    desk.end('a', answer('done'));
    await pass(10_000);
    expect(server.saveDraft).not.toHaveBeenCalled();
  });

  it('are tried again when the network failed, not when another tab is ahead', async () => {
    await open('a');
    server.saveDraft.mockRejectedValueOnce(new Unreachable());
    desk.drafts.keep(assignment('a'), 'x');
    await pass(7_000);
    expect(server.saveDraft).toHaveBeenCalledTimes(2);
    server.saveDraft.mockRejectedValueOnce(new Refused(409, 'stale_draft', ''));
    desk.drafts.keep(assignment('a'), 'y');
    await pass(20_000);
    expect(server.saveDraft).toHaveBeenCalledTimes(3);
  });
});

describe('what the browser keeps', () => {
  it('goes on after a reload without a server, and sends once it is back, in order', async () => {
    await open('a', 'b', 'c');
    server.fail = () => new Unreachable();
    desk.end('a', answer('1'));
    desk.end('b', answer('2'));
    await pass(2_000);
    desk.stop();
    expect(server.ended.every(([id]) => id === 'a')).toBe(true);

    const { me } = server;
    server.me = () => Promise.reject(new Unreachable());
    desk = new Desk(server, memory());
    void desk.start();
    await pass(10);
    expect(desk.state.connected).toBe(false);
    expect(ids().sending).toEqual(['a', 'b']);
    expect(desk.state.me?.name).toBe('Ada');

    server.me = me;
    server.fail = null;
    server.ended = [];
    desk.nudge();
    await pass(60_000);
    expect(server.ended).toEqual([
      ['a', answer('1')],
      ['b', answer('2')],
    ]);
    expect(stored.has('sending')).toBe(false);
  });

  it('shows the task in hand with its draft while the server is away', async () => {
    await open('a');
    desk.drafts.keep(assignment('a'), 'half');
    desk.stop();
    server.me = () => Promise.reject(new Unreachable());
    desk = new Desk(server, memory());
    void desk.start();
    await pass(10);
    expect(ids().hand).toBe('a');
    expect(desk.drafts.open(assignment('a'))).toBe('half');
    expect(desk.atRisk).toBe(false);
  });

  it('is not shown to somebody else, nor sent for them', async () => {
    await open('a', 'b');
    server.fail = () => new Unreachable();
    desk.end('a', answer('1'));
    await pass(10);
    desk.stop();
    server.fail = null;
    server.ended = [];
    server.me = async () => ({ ...desk.state.me!, name: 'Ben', number: 2 });
    desk = new Desk(server, memory());
    void desk.start();
    await pass(5_000);
    expect(server.ended).toEqual([]);
    expect(ids()).toEqual({ hand: null, ahead: [], sending: [] });
  });

  it('is at risk where the browser forbids to keep anything', async () => {
    desk = new Desk(server, new Keep(null));
    await open('a');
    expect(desk.atRisk).toBe(false);
    desk.drafts.keep(assignment('a'), 'half');
    expect(desk.atRisk).toBe(true);
    await pass(1_000);
    expect(desk.atRisk).toBe(false);
  });
});

describe('a draft from another window', () => {
  it('is told, and the worker takes either', async () => {
    await open('a');
    server.saveDraft.mockRejectedValueOnce(new Refused(409, 'stale_draft', ''));
    desk.drafts.keep(assignment('a'), 'mine');
    await pass(1_000);
    expect(desk.state.parted).toBe(true);
    desk.choose('mine');
    expect(server.saveDraft).toHaveBeenLastCalledWith('a', { version: 10, body: 'mine' }, 9);
    server.theirs = { version: 30, body: 'newer' };
    server.saveDraft.mockRejectedValueOnce(new Refused(409, 'stale_draft', ''));
    desk.drafts.keep(assignment('a'), 'mine again');
    await pass(1_000);
    desk.choose('theirs');
    expect(desk.state.parted).toBe(false);
    expect(desk.drafts.open(assignment('a'))).toBe('newer');
  });

  it('is none when it is ours, whose reply was lost', async () => {
    await open('a');
    server.theirs = { version: 1, body: 'mine' };
    server.saveDraft.mockRejectedValueOnce(new Refused(409, 'stale_draft', ''));
    desk.drafts.keep(assignment('a'), 'mine');
    await pass(1_000);
    expect(desk.state.parted).toBe(false);
    expect(desk.drafts.saved).toBe(true);
  });
});

describe('a task that goes away under the hands', () => {
  const lost = () => desk.lost.list().map(({ assignment, value, why }) => [assignment.id, value, why]);
  /** The same task, taken anew. */
  const again = (id: string) => ({ ...assignment(id), id: `${id}-again` });

  it.each(['a', 'b'])('leaves what was done to be looked at, be it in hand or not', async (gone) => {
    await open('a', 'b');
    desk.drafts.keep(assignment(gone), 'half');
    desk.lose(gone, 'aborted');
    expect(ids()).toEqual({ hand: gone === 'a' ? 'b' : 'a', ahead: [], sending: [] });
    expect(desk.state.notice).toMatchObject({ message: { key: 'gone.aborted' }, lost: `task-${gone}` });
    expect(lost()).toEqual([[gone, 'half', 'aborted']]);
  });

  it('leaves nothing where nothing was done', async () => {
    await open('a', 'b');
    desk.lose('b', 'withdrawn');
    desk.lose('a', 'withdrawn');
    expect(desk.state.notice).toEqual({ tone: 'warning', message: { key: 'gone.withdrawn' } });
    expect(lost()).toEqual([]);
  });

  it('leaves an answer that was refused for it', async () => {
    await open('a', 'b');
    desk.drafts.keep(assignment('a'), 'whole');
    server.fail = () => new Refused(409, 'lease_gone', '', null, 'withdrawn');
    desk.end('a', answer('whole'));
    await pass(10);
    expect(desk.state.notice).toMatchObject({ message: { key: 'gone.withdrawn' }, lost: 'task-a' });
    expect(lost()).toEqual([['a', 'whole', 'withdrawn']]);
    desk.lost.discard(desk.lost.list()[0]!);
    expect([...stored.keys()].filter((key) => key !== 'desk')).toEqual([]);
  });

  it('leaves no skip, and nothing that was answered in another window', async () => {
    await open('a', 'b');
    for (const id of ['a', 'b']) desk.drafts.keep(assignment(id), 'half');
    server.fail = () => new Refused(409, 'lease_gone', '', null, 'lapsed');
    desk.end('a', { verb: 'skip', body: {} });
    await pass(10);
    server.fail = () => new Refused(409, 'already_answered', '');
    desk.end('b', answer('half'));
    await pass(10);
    expect(desk.state.notice).toEqual({ tone: 'warning', message: { key: 'gone.answered' } });
    expect(lost()).toEqual([]);
  });

  it('while the page was closed is told when it opens, and its work is back with the task', async () => {
    await open('a');
    desk.drafts.keep(assignment('a'), 'half');
    await pass(2_000);
    desk.stop();
    server.beat = () => {
      throw new Refused(409, 'lease_gone', '', null, 'lapsed');
    };
    desk = new Desk(server, memory());
    void desk.start();
    await pass(10);
    expect(desk.state.notice).toMatchObject({ message: { key: 'gone.lapsed' }, lost: 'task-a' });
    expect(lost()).toEqual([['a', 'half', 'lapsed']]);
    server.waiting.push(again('a'));
    await pass(2_000);
    expect(ids().hand).toBe('a-again');
    expect(desk.drafts.open(desk.state.hand!)).toBe('half');
    expect(lost()).toEqual([]);
  });

  it('is shown for two weeks, and the latest thirty of them', async () => {
    await open();
    for (let number = 0; number < 40; number += 1) {
      await pass(1_000);
      const one = assignment(String(number));
      desk.drafts.keep(one, number);
      desk.lost.add(one, 'aborted');
    }
    expect(lost().map(([id]) => id).slice(0, 2)).toEqual(['39', '38']);
    expect(lost()).toHaveLength(30);
    desk.stop();
    await pass(15 * 86_400_000);
    desk = new Desk(server, memory());
    void desk.start();
    await pass(10);
    expect([...stored.keys()].filter((key) => key !== 'desk')).toEqual([]);
  });

  it('is there again with its draft when it comes again', async () => {
    await open('a');
    desk.drafts.keep(assignment('a'), 'half');
    await pass(10);
    const again = { ...assignment('later'), task: assignment('a').task };
    expect(desk.drafts.open(again)).toBe('half');
  });
});

describe('a break', () => {
  it('gives back what was not begun, and brings nothing until it ends', async () => {
    await open('a', 'b', 'c');
    await pass(60_000);
    desk.turnPause();
    expect(ids()).toEqual({ hand: null, ahead: [], sending: [] });
    expect(server.release.mock.calls).toEqual([['a'], ['b']]);
    const asked = server.claims;
    await pass(120_000);
    expect(server.claims).toBe(asked);
    expect(server.waiting).toHaveLength(1);
    desk.turnPause();
    await pass(60_000);
    expect(ids().hand).toBe('c');
  });

  it('lets the worker finish what they have begun, and gives back the rest', async () => {
    await open('a', 'b');
    await pass(2_000);
    desk.drafts.keep(assignment('a'), 'half');
    desk.turnPause();
    expect(ids()).toEqual({ hand: 'a', ahead: [], sending: [] });
    expect(server.release.mock.calls).toEqual([['b']]);
    desk.end('a', answer('whole'));
    await pass(2_000);
    expect(server.ended).toEqual([['a', answer('whole')]]);
    expect(ids().hand).toBeNull();
    expect(desk.state.paused).toBe(true);
  });

  it('takes no claim that crossed it on the line', async () => {
    await open();
    let grant = (_: Assignment) => {};
    server.claim = () => new Promise((resolve) => (grant = resolve));
    await pass(60_000);
    desk.turnPause();
    grant(assignment('a'));
    await pass(2_000);
    expect(ids().hand).toBeNull();
    expect(server.release.mock.calls).toEqual([['a']]);
  });

  it('outlives the page, also where the server still lists what was given back', async () => {
    await open('a');
    await pass(2_000);
    desk.turnPause();
    await pass(2_000);
    desk.stop();
    server.holds = [assignment('a')];
    server.release.mockImplementation(async () => void (server.holds = []));
    desk = new Desk(server, memory());
    void desk.start();
    await pass(2_000);
    expect(desk.state.paused).toBe(true);
    expect(ids().hand).toBeNull();
    expect(server.release).toHaveBeenCalledTimes(2);
  });

  it('gives back as well what a dropped claim got at the last moment', async () => {
    await open('a');
    await pass(2_000);
    server.release.mockImplementation(async (id) => void (server.holds = id === 'a' ? [assignment('c')] : []));
    desk.turnPause();
    await pass(2_000);
    expect(server.release.mock.calls).toEqual([['a'], ['c']]);
    expect(ids().hand).toBeNull();
  });

  it('begins without a network as well', async () => {
    await open('a', 'b');
    await pass(2_000);
    server.release.mockRejectedValue(new Unreachable());
    desk.turnPause();
    await pass(2_000);
    expect(desk.state.paused).toBe(true);
    expect(ids().hand).toBeNull();
  });
});
