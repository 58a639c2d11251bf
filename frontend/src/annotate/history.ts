/**
 * What was before, and before that, without limit. Snapshots are immutable and share what they
 * have in common, so a long history costs little more than its differences.
 */

/** A stack as a linked list: pushing shares all that was there. */
type Stack<T> = { readonly value: T; readonly under: Stack<T> } | null;

export class History<T> {
  readonly present: T;
  readonly #past: Stack<T>;
  readonly #future: Stack<T>;
  /** What kind of edit made the present; edits of one name in a row count as one. */
  readonly #name: string | null;

  constructor(present: T, past: Stack<T> = null, future: Stack<T> = null, name: string | null = null) {
    this.present = present;
    this.#past = past;
    this.#future = future;
    this.#name = name;
  }

  get canUndo(): boolean {
    return this.#past !== null;
  }

  get canRedo(): boolean {
    return this.#future !== null;
  }

  /**
   * A new present; what was undone is forgotten. Edits in a row with the same `name`, such as
   * nudges of one shape by key, are undone together, until `sealed`.
   */
  push(present: T, name: string | null = null): History<T> {
    if (Object.is(present, this.present)) return this;
    const joins = name !== null && name === this.#name && this.#past !== null;
    const past = joins ? this.#past : { value: this.present, under: this.#past };
    return new History(present, past, null, name);
  }

  /** The next edit is undone on its own, whatever its name. */
  sealed(): History<T> {
    return this.#name === null ? this : new History(this.present, this.#past, this.#future);
  }

  /** Another present in place of this one, without a step to undo, such as what a server added. */
  replace(present: T): History<T> {
    return new History(present, this.#past, this.#future);
  }

  undo(): History<T> {
    if (!this.#past) return this;
    const future = { value: this.present, under: this.#future };
    return new History(this.#past.value, this.#past.under, future);
  }

  redo(): History<T> {
    if (!this.#future) return this;
    const past = { value: this.present, under: this.#past };
    return new History(this.#future.value, past, this.#future.under);
  }
}
