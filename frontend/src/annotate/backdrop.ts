/**
 * The medium as it is painted. Painting a picture of a hundred million pixels at a tenth of its
 * size takes seconds, so large ones get smaller copies, made aside, for the views that show all.
 */

/** Pictures of no more pixels are painted in every frame as they are. */
const LARGE = 5_000_000;
/** Pixels of a copy: at least a window's. */
const SMALL = 4_000_000;

export class Backdrop {
  readonly source: CanvasImageSource;
  readonly #width: number;
  readonly #pixels: number;
  readonly #ready: () => void;
  #small: ImageBitmap | null = null;
  #shrinking: 'no' | 'yes' | 'failed' = 'no';
  #gone = false;

  /** `ready` is called when a better copy has been made. */
  constructor(source: CanvasImageSource, ready: () => void) {
    this.source = source;
    // A film's picture changes under the same name, so a copy of it would be an old one.
    const still = source instanceof HTMLImageElement || source instanceof ImageBitmap;
    this.#width = source instanceof HTMLImageElement ? source.naturalWidth : still ? source.width : 0;
    this.#pixels = still ? this.#width * (source instanceof HTMLImageElement ? source.naturalHeight : source.height) : 0;
    this.#ready = ready;
  }

  /** What to paint at a width of so many device pixels; null while what is needed is being made. */
  at(width: number): CanvasImageSource | null {
    if (this.#pixels <= LARGE) return this.source;
    if (this.#shrinking === 'no') void this.#shrink();
    if (this.#small && width <= this.#small.width) return this.#small;
    const dear = this.#shrinking === 'yes' && !this.#small && this.#pixels > 4 * LARGE;
    return dear ? null : this.source;
  }

  close(): void {
    this.#gone = true;
    this.#small?.close();
  }

  async #shrink(): Promise<void> {
    this.#shrinking = 'yes';
    const resizeWidth = Math.max(Math.round(this.#width * Math.sqrt(SMALL / this.#pixels)), 1);
    const options: ImageBitmapOptions = { resizeWidth, resizeQuality: 'medium' };
    const small = await createImageBitmap(this.source as ImageBitmapSource, options).catch(() => null);
    if (this.#gone) return small?.close();
    this.#small = small;
    if (!small) this.#shrinking = 'failed';
    this.#ready();
  }
}
