/** In what order the points of a box, a ring and a cuboid go round, as callers write them. */

import type { Fraction, TrackerAnnotation } from '../core/wire';
import type { OutlinePoint } from './model';

/** Top left and bottom right of corners in any order. */
export function boxOf(corners: readonly Fraction[]): OutlinePoint[] {
  if (corners.length === 0) return [];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return [
    { name: '', x: Math.min(...xs), y: Math.min(...ys) },
    { name: '', x: Math.max(...xs), y: Math.max(...ys) },
  ];
}

/** The names in the order in which edges lead once round all of them; null when they do not. */
export function ringOf(names: readonly string[], pairs: readonly [string, string][]): string[] | null {
  const first = names[0];
  if (first === undefined || names.length < 3 || pairs.length !== names.length) return null;
  const beside = new Map<string, string[]>();
  for (const [a, b] of pairs) {
    beside.set(a, [...(beside.get(a) ?? []), b]);
    beside.set(b, [...(beside.get(b) ?? []), a]);
  }
  const ring = [first];
  for (let last = first; ring.length < names.length; ) {
    const next = beside.get(last)?.find((name) => !ring.includes(name));
    if (next === undefined) return null;
    ring.push((last = next));
  }
  if (!beside.get(ring.at(-1) ?? '')?.includes(first)) return null;
  // Go round as the names were given, where both ways are as good.
  const backwards = ring.at(-1) === names[1] && ring[1] !== names[1];
  return backwards ? [first, ...ring.slice(1).reverse()] : ring;
}

/**
 * A cuboid's names, the front face first and each corner of the back face in the place of the one
 * before it. Callers list the back from any corner and either way round: the pairing whose four
 * depth edges are most alike is the right one.
 */
export function backCorners(note: TrackerAnnotation, names: readonly string[]): string[] {
  const points = note.points ?? {};
  const front = note.front?.coordinates ?? names.slice(0, 4);
  const rest = names.filter((name) => !front.includes(name));
  const listed = note.back?.coordinates ?? rest;
  const back = sameMembers(listed, rest) ? listed : rest;
  if (front.length !== 4 || back.length !== 4 || new Set(front).size !== 4) return [...names];
  let best = back;
  let least = Infinity;
  for (const ring of [rest, back, [...back].reverse()]) {
    for (let turn = 0; turn < 4; turn += 1) {
      const turned = ring.map((_, place) => ring[(place + turn) % 4] ?? '');
      const spread = unlike(front, turned, points);
      if (spread < least - 1e-12) [best, least] = [turned, spread];
    }
  }
  return [...front, ...best];
}

function unlike(front: string[], back: string[], points: Record<string, Fraction>): number {
  const depths = front.map((name, place) => {
    const near = points[name] ?? { x: 0, y: 0 };
    const far = points[back[place] ?? ''] ?? { x: 0, y: 0 };
    return { x: far.x - near.x, y: far.y - near.y };
  });
  const mean = (pick: (depth: { x: number; y: number }) => number) =>
    depths.reduce((sum, depth) => sum + pick(depth), 0) / 4;
  const [x, y] = [mean((depth) => depth.x), mean((depth) => depth.y)];
  return depths.reduce((sum, depth) => sum + (depth.x - x) ** 2 + (depth.y - y) ** 2, 0);
}

function sameMembers(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}
