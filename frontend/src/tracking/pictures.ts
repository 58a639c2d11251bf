/** Frames that are pictures, each at an address of its own. */

import { isOurs } from '../core/faults';
import { loadPicture } from '../core/picture';
import { candidates } from '../core/resources';
import type { Frame, Loader } from './frames';

const FETCHES_AHEAD = 2;

export class Pictures implements Loader {
  readonly parallel = 4;
  #wanted: readonly number[] = [];
  /** Those whose bytes the browser keeps, or could not get. */
  #asked = new Set<number>();
  #fetching = 0;
  #stop = new AbortController();

  constructor(
    private readonly addresses: readonly string[],
    private readonly sources: Record<string, string>,
  ) {}

  async load(index: number, signal: AbortSignal): Promise<Frame> {
    const picture = await loadPicture(this.#candidates(index), { signal });
    return { image: picture.drawable, ...picture.size };
  }

  ahead(indexes: readonly number[]): void {
    this.#wanted = indexes;
    this.#fetchNext();
  }

  destroy(): void {
    this.#stop.abort();
  }

  #candidates(index: number): string[] {
    return candidates(this.addresses[index] ?? '', this.sources);
  }

  #fetchNext(): void {
    while (this.#fetching < FETCHES_AHEAD) {
      const index = this.#wanted.find((one) => !this.#asked.has(one));
      if (index === undefined || this.#stop.signal.aborted) return;
      this.#asked.add(index);
      const [address = ''] = this.#candidates(index);
      if (isOurs(address)) void this.#fetch(address);
    }
  }

  /** Into the browser's own cache, from where the frame is decoded when its turn comes. */
  async #fetch(address: string): Promise<void> {
    this.#fetching += 1;
    try {
      const reply = await fetch(address, { signal: this.#stop.signal, priority: 'low' });
      await reply.body?.pipeTo(new WritableStream(), { signal: this.#stop.signal });
    } catch {
      // Said when it is the frame's turn.
    }
    this.#fetching -= 1;
    this.#fetchNext();
  }
}
