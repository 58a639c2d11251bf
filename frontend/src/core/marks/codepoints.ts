/**
 * Places in a text, counted in code points as the server counts them. Browsers count UTF-16 units,
 * of which an emoji has two or more.
 */

/** How many code points begin before this unit; within a pair, `up` counts the whole of it. */
export function toPoints(text: string, unit: number, up = false): number {
  let points = 0;
  let at = 0;
  for (const character of text) {
    if (at >= unit) return points;
    at += character.length;
    if (at > unit && !up) return points;
    points += 1;
  }
  return points;
}

/** The unit at which the code point at this place begins. */
export function toUnits(text: string, point: number): number {
  let units = 0;
  let seen = 0;
  for (const character of text) {
    if (seen >= point) break;
    units += character.length;
    seen += 1;
  }
  return units;
}

export function countPoints(text: string): number {
  return toPoints(text, text.length);
}

/** The words between two code points. */
export function slicePoints(text: string, start: number, end: number): string {
  return text.slice(toUnits(text, start), toUnits(text, end));
}

/** The next place between two characters as readers see them, of which one may have many code points. */
export function besidePoint(text: string, point: number, by: 1 | -1): number | null {
  const from = toUnits(text, point);
  const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
  const edges = [...[...characters].map(({ index }) => index), text.length];
  const to = by > 0 ? edges.find((unit) => unit > from) : edges.findLast((unit) => unit < from);
  return to === undefined ? null : toPoints(text, to);
}

export interface Range {
  id: number;
  start: number;
  end: number;
}

/** A stretch of text that lies in the same ranges from its first to its last character. */
export interface Piece {
  text: string;
  start: number;
  /** The ids of the ranges over it, as they came. */
  ids: number[];
  /** The ids of those that begin here. */
  opening: number[];
}

/** Cut a text where a range begins or ends, so that each piece can be shown on its own. */
export function pieces(text: string, ranges: readonly Range[]): Piece[] {
  const characters = [...text];
  const cuts = new Set([0, characters.length]);
  for (const { start, end } of ranges) cuts.add(start).add(end);
  const places = [...cuts].filter((cut) => cut <= characters.length).sort((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1] ?? characters.length;
    const over = ranges.filter((range) => range.start < end && range.end > start);
    return {
      text: characters.slice(start, end).join(''),
      start,
      ids: over.map(({ id }) => id),
      opening: over.filter((range) => range.start === start).map(({ id }) => id),
    };
  });
}
