/** Reads the geometry of an annotation, and writes it back with all else as it was. */

import type { Fraction, TrackerAnnotation, TrackerType } from '../core/wire';
import { backCorners, boxOf, ringOf } from './corners';
import type { Outline, OutlinePoint } from './model';

/** Coordinates nearer than this are the same: what passed through pixels keeps its digits. */
const SAME = 1e-9;
const DECIMALS = 1e6;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly label?: number;
}

const NOWHERE = { x: NaN, y: NaN };

const known = new WeakMap<TrackerAnnotation, Outline>();

/** The geometry of an annotation of a tracker of this type. */
export function outlineOf(type: TrackerType, note: TrackerAnnotation): Outline {
  let outline = known.get(note);
  if (!outline) known.set(note, (outline = read(type, note)));
  return outline;
}

function read(type: TrackerType, note: TrackerAnnotation): Outline {
  if (type === 'rectangle') return { points: boxOf(note.coordinates ?? []), edges: null };
  const named = Object.entries(note.points ?? {});
  let names = named.map(([name]) => name);
  const pairs = Object.values(note.edges ?? {});
  if (type === 'polygon') names = ringOf(names, pairs) ?? names;
  if (type === 'cuboid') names = backCorners(note, names);
  const points = names.map((name): OutlinePoint => {
    const { x, y, label } = note.points?.[name] ?? { x: 0, y: 0 };
    return { name, x, y, ...(label === undefined ? {} : { label }) };
  });
  return { points, edges: edgesOf(type, names, pairs) };
}

function edgesOf(type: TrackerType, names: string[], pairs: [string, string][]): Outline['edges'] {
  if (pairs.length === 0 || type === 'cuboid') return null;
  if (type === 'polygon' && ringOf(names, pairs)) return null;
  const edges = pairs.map(([a, b]) => [names.indexOf(a), names.indexOf(b)] as const);
  return edges.filter(([a, b]) => a >= 0 && b >= 0);
}

/**
 * The annotation with this geometry; `base` gives everything else, in its order. Coordinates that
 * have not moved keep their digits, others are rounded and kept inside the frame.
 */
export function withOutline(
  type: TrackerType,
  base: TrackerAnnotation,
  outline: Outline,
): TrackerAnnotation {
  const note = { ...base };
  delete note.interpolated;
  if (type === 'rectangle') return { ...note, coordinates: corners(base.coordinates, outline) };
  const before = base.points ?? {};
  const names = outline.points.map(({ name }) => name);
  const same = sameNames(Object.keys(before), names);
  const place = new Map(outline.points.map((point) => [point.name, point]));
  const order = same ? Object.keys(before) : names;
  const points = order.map((name): [string, Fraction] => {
    const point: Place = place.get(name) ?? { x: 0, y: 0 };
    const label = point.label === undefined ? {} : { label: point.label };
    return [name, moved(before[name] ?? { ...NOWHERE, ...label }, point)];
  });
  const written: TrackerAnnotation = { ...note, points: Object.fromEntries(points) };
  if (same) return written;
  return { ...written, ...structure(type, base, outline) };
}

/** The edges and faces of a shape whose points are others than before. */
function structure(type: TrackerType, base: TrackerAnnotation, outline: Outline) {
  const names = outline.points.map(({ name }) => name);
  const pick = (...places: number[]) => ({ coordinates: places.map((place) => names[place] ?? '') });
  if (type === 'cuboid') {
    return { front: pick(0, 1, 2, 3), side: pick(1, 5, 6, 2), back: pick(4, 5, 6, 7) };
  }
  const pairs: [number, number][] =
    type === 'landmark' || outline.edges
      ? (outline.edges ?? []).map(([a, b]) => [a, b])
      : names.map((_, place): [number, number] => [place, (place + 1) % names.length]);
  if (type === 'line' && !base.edges) return {};
  if (type === 'line' && !outline.edges) pairs.pop();
  if (pairs.length === 0 && !base.edges) return {};
  const edges = pairs.map(([a, b], place): [string, [string, string]] => [
    `e${place + 1}`,
    [names[a] ?? '', names[b] ?? ''],
  ]);
  return { edges: Object.fromEntries(edges) };
}

function corners(before: Fraction[] | undefined, { points }: Outline): Fraction[] {
  const [first, last] = points;
  if (!first || !last) return before ?? [];
  const round: [number, number][] = [
    [first.x, first.y],
    [last.x, first.y],
    [last.x, last.y],
    [first.x, last.y],
  ];
  const plain = round.map(([x, y]) => moved(NOWHERE, { x, y }));
  if (before?.length !== 4) return plain;
  const [least, most] = boxOf(before);
  if (!least || !most) return plain;
  const isRight = (corner: Fraction) => corner.x - least.x > most.x - corner.x;
  const isLow = (corner: Fraction) => corner.y - least.y > most.y - corner.y;
  const places = before.map((corner) => `${isRight(corner)} ${isLow(corner)}`);
  if (new Set(places).size !== 4) return plain;
  return before.map((corner) =>
    moved(corner, {
      x: isRight(corner) ? last.x : first.x,
      y: isLow(corner) ? last.y : first.y,
    }),
  );
}

function moved(before: Fraction, to: Place): Fraction {
  return { ...before, x: coordinate(before.x, to.x), y: coordinate(before.y, to.y) };
}

function coordinate(before: number, value: number): number {
  if (Math.abs(before - value) < SAME) return before;
  return Math.round(Math.min(1, Math.max(0, value)) * DECIMALS) / DECIMALS;
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  if (some.every((name, at) => name === others[at])) return true;
  const there = new Set(others);
  return some.every((name) => there.has(name));
}

/** Whether two outlines cannot be told apart once they are rounded. */
export function alike(some: Outline, other: Outline): boolean {
  const near = 0.6 / DECIMALS;
  return (
    some.points.length === other.points.length &&
    some.points.every((point, place) => {
      const twin = other.points[place];
      if (!twin || twin.name !== point.name) return false;
      return Math.abs(point.x - twin.x) <= near && Math.abs(point.y - twin.y) <= near;
    })
  );
}

/**
 * The outline after the surface moved, added or took away points: points that stayed keep their
 * names, new ones get free ones.
 */
export function reshaped(outline: Outline, places: readonly Place[]): Outline {
  const { points } = outline;
  if (places.length === points.length) {
    return { ...outline, points: points.map((point, at) => ({ ...point, ...xy(places[at]) })) };
  }
  const stays = (point: OutlinePoint | undefined, place: Place | undefined) =>
    point && place && Math.abs(point.x - place.x) < SAME && Math.abs(point.y - place.y) < SAME;
  const fewer = Math.min(points.length, places.length);
  let head = 0;
  while (head < fewer && stays(points[head], places[head])) head += 1;
  let tail = 0;
  while (tail < fewer - head && stays(points.at(-1 - tail), places.at(-1 - tail))) tail += 1;
  const taken = new Set(points.map(({ name }) => name));
  const named = places.map((place, at): OutlinePoint => {
    const old = at < head ? points[at] : points[points.length - (places.length - at)];
    if (old && (at < head || at >= places.length - tail)) return { ...old, ...xy(place) };
    return { name: freeName(taken), ...xy(place) };
  });
  return { points: named, edges: null };
}

function xy(place: Place | undefined): { x: number; y: number } {
  return { x: place?.x ?? 0, y: place?.y ?? 0 };
}

function freeName(taken: Set<string>): string {
  let number = taken.size + 1;
  while (taken.has(`p${number}`)) number += 1;
  taken.add(`p${number}`);
  return `p${number}`;
}
