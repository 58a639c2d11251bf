/** The outline of a sound, for a waveform. */

/** A waveform is drawn from so many samples a second; enough to see words and pauses. */
export const SAMPLE_RATE = 8_000;
/** Longer or larger sounds get a plain bar: decoded, they would fill a phone's memory. */
export const LONGEST_SECONDS = 30 * 60;
export const LARGEST_BYTES = 64 * 1024 * 1024;

/** The loudest sample of each of `count` equal stretches, 0 to 1, the loudest of all being 1. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const peaks = Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * samples.length) / count);
    const to = Math.max(Math.floor(((index + 1) * samples.length) / count), from + 1);
    let peak = 0;
    for (let at = from; at < to; at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return peak;
  });
  const loudest = peaks.reduce((most, peak) => Math.max(most, peak), 0);
  return loudest > 0 ? peaks.map((peak) => peak / loudest) : peaks;
}

/** How long one frame lasts, judged by the times at which frames were shown; null: not known. */
export function frameSeconds(shown: readonly number[]): number | null {
  const times = [...shown].sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const likely = gaps.filter((gap) => gap > 1 / 250 && gap < 1 / 4);
  return likely.length > 0 ? Math.min(...likely) : null;
}
