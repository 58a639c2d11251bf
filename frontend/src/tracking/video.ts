/** Frames taken from a video: the player is set to the middle of each frame, and copied. */

import { diagnose, MediaFailed } from '../core/faults';
import type { TrackingVideo } from '../core/wire';
import { candidates } from '../core/resources';
import type { Frame, Loader } from './frames';

/** After a seek, how long to wait for the picture itself; it may have been there already. */
const PRESENTED_MS = 150;
const SEEK_MS = 15_000;

export class VideoFrames implements Loader {
  /** A player can be at one place only. */
  readonly parallel = 1;
  #player = document.createElement('video');
  #opening: Promise<void>;

  constructor(
    private readonly video: TrackingVideo,
    sources: Record<string, string>,
  ) {
    this.#player.muted = true;
    this.#player.playsInline = true;
    this.#player.preload = 'auto';
    this.#opening = this.#open(candidates(video.src, sources));
    this.#opening.catch(() => undefined); // told by each frame
  }

  async load(index: number, signal: AbortSignal): Promise<Frame> {
    await this.#opening;
    const player = this.#player;
    const time = (index + 0.5) / this.video.fps;
    if (time > player.duration + 1 / this.video.fps) throw new MediaFailed('missing');
    if (signal.aborted) throw signal.reason;
    const seeked = event(player, 'seeked', SEEK_MS);
    const presented = this.#presented();
    player.currentTime = Math.min(time, player.duration);
    await seeked;
    await presented;
    const { videoWidth: width, videoHeight: height } = player;
    return { image: await createImageBitmap(player), width, height };
  }

  destroy(): void {
    this.#player.removeAttribute('src');
    this.#player.load();
  }

  async #open(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      try {
        this.#player.src = address;
        await event(this.#player, 'loadeddata', 0);
        if (this.#player.videoWidth > 0) return;
      } catch {
        // The next address may do; if none does, the first one's fault is told.
      }
    }
    const fault = addresses[0] && (await diagnose(addresses[0], 'video'));
    throw new MediaFailed(fault || 'unplayable');
  }

  /** When the picture of a seek is there to be copied. */
  #presented(): Promise<void> {
    const player = this.#player;
    if (!('requestVideoFrameCallback' in player)) return Promise.resolve();
    return new Promise((resolve) => {
      player.requestVideoFrameCallback(() => resolve());
      player.addEventListener('seeked', () => setTimeout(resolve, PRESENTED_MS), { once: true });
    });
  }
}

/** Waits for an event of the player; rejects when the video breaks or `ms` (0: any) have passed. */
function event(player: HTMLVideoElement, name: string, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (after: () => void) => () => {
      clearTimeout(timer);
      player.removeEventListener(name, good);
      player.removeEventListener('error', bad);
      after();
    };
    const good = done(resolve);
    const bad = done(() => reject(player.error ?? new Error('The video could not be played.')));
    const timer = ms > 0 ? setTimeout(bad, ms) : undefined;
    player.addEventListener(name, good);
    player.addEventListener('error', bad);
  });
}
