/**
 * The medium as it is painted. Painting a picture of a hundred million pixels at a tenth of its
 * size takes seconds, so large ones get smaller copies, made aside, for the views that show all.
 */

import type { Size } from './model';

/** Pixels that can be painted in every frame. */
const LARGE = 12_000_000;

export class Picture {
  readonly source: CanvasImageSource;
  readonly #size: Size;
  readonly #ready: () => void;
  #small: ImageBitmap | null = null;
  #shrinking: 'no' | 'yes' | 'failed' = 'no';
  #gone = false;

  /** `ready` is called when a better copy has been made. */
  constructor(source: CanvasImageSource, size: Size, ready: () => void) {
    this.source = source;
    this.#size = size;
    this.#ready = ready;
  }

  /** What to paint at so many device pixels for one of the picture's; null while none is ready. */
  at(scale: number): CanvasImageSource | null {
    // A film's picture changes under the same name, so a copy of it would be an old one.
    const film = this.source instanceof HTMLVideoElement;
    if (film || this.#size.width * this.#size.height <= LARGE) return this.source;
    if (this.#shrinking === 'no') void this.#shrink();
    if (this.#small && scale <= (2 * this.#small.width) / this.#size.width) return this.#small;
    return this.#shrinking === 'yes' && !this.#small && scale < 1 / 4 ? null : this.source;
  }

  close(): void {
    this.#gone = true;
    this.#small?.close();
  }

  async #shrink(): Promise<void> {
    this.#shrinking = 'yes';
    const share = Math.sqrt(LARGE / 2 / (this.#size.width * this.#size.height));
    const resizeWidth = Math.max(Math.round(this.#size.width * share), 1);
    const options: ImageBitmapOptions = { resizeWidth, resizeQuality: 'medium' };
    const small = await createImageBitmap(this.source as ImageBitmapSource, options).catch(() => null);
    if (this.#gone) return small?.close();
    this.#small = small;
    if (!small) this.#shrinking = 'failed';
    this.#ready();
  }
}
