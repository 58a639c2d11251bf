/**
 * The frames of a film as pictures: fetched and decoded ahead on both sides of where the worker
 * is, and let go when they are far, so that a long film takes no more memory than a short one.
 */

import { MediaFailed, type FaultName } from '../core/faults';

export interface Frame {
  readonly image: ImageBitmap;
  /** Of the original, in pixels; the picture itself may be smaller. */
  readonly width: number;
  readonly height: number;
}

/** Brings one frame; rejects when it is missing or broken. */
export interface Loader {
  /** How many frames may be asked for at a time. */
  readonly parallel: number;
  load(index: number, signal: AbortSignal): Promise<Frame>;
  /** Frames that will be wanted after those that are loaded. */
  ahead?(indexes: readonly number[]): void;
  destroy(): void;
}

export type Standing = { is: 'waiting' } | { is: 'broken'; fault: FaultName } | { is: 'ready'; frame: Frame };

const WAITING: Standing = { is: 'waiting' };
/** What a frame is taken to need until one has been seen. */
const FIRST_GUESS_BYTES = 8_000_000;
const MOST_AHEAD = 60;
const FETCHED_AHEAD = 120;

export class Frames {
  #standing = new Map<number, Standing>();
  #running = new Map<number, AbortController>();
  #bytes = 0;
  #largest = 0;
  #at = 0;
  #step: 1 | -1 = 1;
  #gone = false;

  /** `changed` is told of every frame that has come or failed. */
  constructor(
    private readonly loader: Loader,
    private readonly count: number,
    private readonly mostBytes: number,
    private readonly changed: (index: number) => void,
  ) {}

  /** The worker is at `index` now, and came there going forwards (1) or backwards (-1). */
  moveTo(index: number, step: 1 | -1): void {
    this.#at = index;
    this.#step = step;
    this.#work();
  }

  get(index: number): Standing {
    return this.#standing.get(index) ?? WAITING;
  }

  /** Try a broken frame again. */
  retry(index: number): void {
    if (this.get(index).is !== 'broken') return;
    this.#standing.delete(index);
    this.#work();
    this.changed(index);
  }

  get bytes(): number {
    return this.#bytes;
  }

  destroy(): void {
    this.#gone = true;
    for (const running of this.#running.values()) running.abort();
    for (const index of [...this.#standing.keys()]) this.#drop(index);
    this.loader.destroy();
  }

  /** Where to look for frames, the most wanted first. */
  #wanted(): number[] {
    const room = Math.floor(this.mostBytes / (this.#largest || FIRST_GUESS_BYTES)) - 1;
    const most = Math.max(2, Math.min(MOST_AHEAD, room));
    const behind = Math.max(1, Math.floor(most / 4));
    const list = [this.#at];
    for (let away = 1; away <= most - behind; away += 1) {
      list.push(this.#at + away * this.#step);
      if (away <= behind) list.push(this.#at - away * this.#step);
    }
    return list.filter((index) => index >= 0 && index < this.count);
  }

  #work(): void {
    if (this.#gone) return;
    const wanted = this.#wanted();
    const keep = new Set(wanted);
    for (const index of [...this.#standing.keys()]) if (!keep.has(index)) this.#drop(index);
    for (const [index, running] of this.#running) if (!keep.has(index)) running.abort();
    for (const index of wanted) {
      if (this.#running.size >= this.loader.parallel) return;
      if (!this.#standing.has(index) && !this.#running.has(index)) void this.#load(index);
    }
    this.#fetchAhead(wanted);
  }

  #fetchAhead(wanted: readonly number[]): void {
    const last = this.#step > 0 ? Math.max(...wanted) : Math.min(...wanted);
    const next = Array.from({ length: FETCHED_AHEAD }, (_, away) => last + (away + 1) * this.#step);
    this.loader.ahead?.(next.filter((index) => index >= 0 && index < this.count));
  }

  async #load(index: number): Promise<void> {
    const stop = new AbortController();
    this.#running.set(index, stop);
    let standing: Standing;
    try {
      standing = { is: 'ready', frame: await this.loader.load(index, stop.signal) };
    } catch (error) {
      standing = { is: 'broken', fault: error instanceof MediaFailed ? error.fault : 'wrongType' };
    }
    this.#running.delete(index);
    if (stop.signal.aborted || this.#gone) {
      if (standing.is === 'ready') standing.frame.image.close();
    } else {
      this.#standing.set(index, standing);
      if (standing.is === 'ready') this.#count(standing.frame);
      this.changed(index);
    }
    this.#work();
  }

  #count({ image }: Frame): void {
    const bytes = image.width * image.height * 4;
    this.#bytes += bytes;
    this.#largest = Math.max(this.#largest, bytes);
  }

  #drop(index: number): void {
    const standing = this.#standing.get(index);
    this.#standing.delete(index);
    if (standing?.is !== 'ready') return;
    const { image } = standing.frame;
    this.#bytes -= image.width * image.height * 4;
    image.close();
  }
}
