/** The marks of an answer with their history, which of them are chosen, and what is done to them. */

import { History } from '../../annotate/history';
import type { Mark, Place } from '../../core/kinds/annotation';
import { movedPlace } from '../../core/marks/places';
import type { Json, Size } from '../../core/wire';
import type { Moved } from './stage';

/** A copy lies so far from what it was made of. */
const COPY_PX = 12;

export class Board {
  #history: History<Mark[]>;
  readonly #tell: (marks: Mark[]) => void;
  /** The chosen ones, in the order in which they were chosen. */
  chosen = $state.raw<readonly number[]>([]);
  /** Put away by the worker for a while, out of sight or out of reach; the answer has them all. */
  hidden = $state.raw<ReadonlySet<number>>(new Set());
  locked = $state.raw<ReadonlySet<number>>(new Set());
  /** The mark that has just been made, whose question is not nagged about yet. */
  fresh = $state<number | null>(null);

  constructor(marks: Mark[], tell: (marks: Mark[]) => void) {
    this.#history = $state.raw(new History(marks));
    this.#tell = tell;
  }

  get marks(): Mark[] {
    return this.#history.present;
  }

  get past() {
    return {
      canUndo: this.#history.canUndo,
      canRedo: this.#history.canRedo,
      undo: () => this.#travel(this.#history.undo()),
      redo: () => this.#travel(this.#history.redo()),
    };
  }

  choose(ids: readonly number[]): void {
    this.chosen = ids;
    if (ids.length !== 1 || ids[0] !== this.fresh) this.fresh = null;
  }

  add(attachment: number, place: Place, answer: Json = null): void {
    const [id] = this.#add([{ attachment, place, answer }]);
    this.chosen = [id as number];
    this.fresh = id as number;
  }

  /** As many copies as there is room for, each beside what it was made of. */
  copy(ids: readonly number[], room: number, media: readonly Size[]): void {
    const by = { x: COPY_PX, y: COPY_PX };
    const copies = this.marks
      .filter(({ id }) => ids.includes(id))
      .flatMap(({ attachment, place, answer }) => {
        const size = media[attachment];
        return size ? [{ attachment, place: { ...place, ...movedPlace(place, null, by, size) }, answer }] : [];
      })
      .slice(0, room);
    if (copies.length > 0) this.chosen = this.#add(copies);
  }

  change(moved: readonly Moved[], name?: string): void {
    const places = new Map(moved);
    const put = (mark: Mark) => {
      const place = places.get(mark.id);
      return place ? { ...mark, place } : mark;
    };
    this.#commit(this.marks.map(put), name);
  }

  answer(id: number, said: Json): void {
    const mark = this.marks.find((each) => each.id === id);
    if (JSON.stringify(mark?.answer) === JSON.stringify(said)) return;
    this.#commit(
      this.marks.map((each) => (each === mark ? { ...each, answer: said } : each)),
      `answer ${id}`,
    );
  }

  /** Locked ones stay. Of one, the next is chosen; of several, none. */
  remove(ids: readonly number[]): void {
    const gone = new Set(ids.filter((id) => !this.locked.has(id)));
    if (gone.size === 0) return;
    const index = this.marks.findIndex(({ id }) => gone.has(id));
    this.#commit(this.marks.filter(({ id }) => !gone.has(id)));
    const next = this.marks[Math.min(index, this.marks.length - 1)];
    this.choose(gone.size === 1 && next ? [next.id] : []);
  }

  reorder(id: number, by: number): void {
    const from = this.marks.findIndex((mark) => mark.id === id);
    const to = from + by;
    const moved = this.marks[from];
    if (!moved || to < 0 || to >= this.marks.length) return;
    const rest = this.marks.filter((mark) => mark !== moved);
    this.#commit([...rest.slice(0, to), moved, ...rest.slice(to)]);
  }

  hide(ids: readonly number[]): void {
    this.hidden = turned(this.hidden, ids);
  }

  lock(ids: readonly number[]): void {
    this.locked = turned(this.locked, ids);
  }

  #add(made: readonly Omit<Mark, 'id'>[]): number[] {
    const highest = this.marks.reduce((most, { id }) => Math.max(most, id), 0);
    const marks = made.map((mark, index) => ({ ...mark, id: highest + 1 + index }));
    this.#commit([...this.marks, ...marks]);
    return marks.map(({ id }) => id);
  }

  #commit(marks: Mark[], name?: string): void {
    this.#history = this.#history.push(marks, name ?? null);
    this.#tell(this.marks);
  }

  #travel(to: History<Mark[]>): void {
    this.#history = to;
    this.#tell(to.present);
    this.chosen = this.chosen.filter((id) => to.present.some((mark) => mark.id === id));
  }
}

/** The set with all of `ids` in it, or without them when it had them all. */
export function turned(set: ReadonlySet<number>, ids: readonly number[]): ReadonlySet<number> {
  const all = ids.every((id) => set.has(id));
  const rest = [...set].filter((id) => !ids.includes(id));
  return new Set(all ? rest : [...rest, ...ids]);
}
