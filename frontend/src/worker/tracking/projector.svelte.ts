/** Which frame is shown, how it got there, and whether the film is running. */

import type { Size } from '../../annotate/model';
import type { TrackingQuestion } from '../../core/wire';
import { Frames, type Standing } from '../../tracking/frames';
import { Pictures } from '../../tracking/pictures';
import { VideoFrames } from '../../tracking/video';

/** Frames that are pictures say nothing of their rate. */
const PICTURES_A_SECOND = 10;
const MOST_BYTES = 112_000_000;
const MOST_BYTES_SMALL = 64_000_000;
export const SPEEDS = [0.25, 0.5, 1, 2, 4];

export class Projector {
  at = $state(0);
  playing = $state(false);
  speed = $state(1);
  /** Grows with every frame that has come or failed, so that what shows frames looks again. */
  #arrivals = $state(0);
  #size: Size = { width: 1280, height: 720 };
  #frames: Frames;
  #rate: number;
  #tick = 0;
  #shownAt = 0;

  constructor(
    question: TrackingQuestion,
    sources: Record<string, string>,
    readonly count: number,
  ) {
    const { video, frames } = question;
    this.#rate = video?.fps ?? PICTURES_A_SECOND;
    const loader = video
      ? new VideoFrames(video, sources)
      : new Pictures(frames.map(({ src }) => src), sources);
    const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? 8;
    const most = memory < 4 ? MOST_BYTES_SMALL : MOST_BYTES;
    this.#frames = new Frames(loader, count, most, () => (this.#arrivals += 1));
    this.#frames.moveTo(0, 1);
  }

  /** What there is to see of the frame that is shown. */
  get standing(): Standing {
    void this.#arrivals;
    const standing = this.#frames.get(this.at);
    if (standing.is === 'ready') this.#size = standing.frame;
    return standing;
  }

  /** The size of the shown frame in pixels; of the one before, where this one cannot be shown. */
  get size(): Size {
    const { standing } = this;
    const { width, height } = standing.is === 'ready' ? standing.frame : this.#size;
    return { width, height };
  }

  get last(): number {
    return this.count - 1;
  }

  go(index: number): void {
    const goal = Math.min(this.last, Math.max(0, Math.round(index)));
    if (goal === this.at) return;
    const step = goal > this.at ? 1 : -1;
    this.at = goal;
    this.#frames.moveTo(goal, step);
  }

  /** One frame on or back; stops a running film. */
  step(by: number): void {
    this.pause();
    this.go(this.at + by);
  }

  retry(): void {
    this.#frames.retry(this.at);
  }

  toggle(): void {
    if (this.playing) return this.pause();
    if (this.at === this.last) this.go(0);
    this.playing = true;
    this.#shownAt = performance.now();
    this.#tick = requestAnimationFrame((now) => this.#run(now));
  }

  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.#tick);
  }

  faster(by: 1 | -1): void {
    const place = SPEEDS.indexOf(this.speed) + by;
    this.speed = SPEEDS[place] ?? this.speed;
  }

  destroy(): void {
    this.pause();
    this.#frames.destroy();
  }

  /** Shows the next frame when it is due and there; none is left out. */
  #run(now: number): void {
    const due = now - this.#shownAt >= 1000 / (this.#rate * this.speed) - 4;
    if (due && this.#frames.get(this.at).is !== 'waiting') {
      this.#shownAt = now;
      this.go(this.at + 1);
    }
    if (this.at === this.last) return this.pause();
    this.#tick = requestAnimationFrame((next) => this.#run(next));
  }
}
