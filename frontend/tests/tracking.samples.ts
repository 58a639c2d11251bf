/** Random documents for the tests of tracking, the same at every run. */

import type { Fraction, Tracker, TrackerAnnotation, TrackerType, TrackingQuestion } from '../src/core/wire';

export type Random = () => number;

/** Numbers from 0 to 1 that a seed gives (mulberry32). */
export function random(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const TYPES: TrackerType[] = ['rectangle', 'polygon', 'line', 'cuboid', 'landmark'];

export function whole(next: Random, least: number, most: number): number {
  return least + Math.floor(next() * (most - least + 1));
}

function place(next: Random): Fraction {
  // Some with more digits than the workspace writes, some on the edge.
  const digits = next() < 0.5 ? 1e5 : 1e12;
  const one = () => (next() < 0.1 ? Math.round(next()) : Math.round(next() * digits) / digits);
  return { x: one(), y: one() };
}

function named(next: Random, count: number, labels: boolean): Record<string, Fraction> {
  const points = Array.from({ length: count }, (_, at): [string, Fraction] => [
    `p${at + 1}`,
    labels ? { ...place(next), label: at + 1 } : place(next),
  ]);
  return Object.fromEntries(points);
}

/** An annotation of a type, as odd as callers may send it. */
export function annotation(next: Random, type: TrackerType, points = whole(next, 3, 7)): TrackerAnnotation {
  const note: TrackerAnnotation & { vendor?: string } = {};
  if (next() < 0.8) note._id = next() < 0.3 ? '' : `id-${Math.floor(next() * 1e9)}`;
  if (next() < 0.3) note.label = '';
  if (next() < 0.3) note.vendor = 'kept';
  if (next() < 0.5) note.attributes = { pose: { value: next() < 0.5 ? 'sitting' : ['left', 'back'] } };
  if (type === 'rectangle') {
    const [x, y] = [next() * 0.5, next() * 0.5];
    const [x2, y2] = [x + 0.01 + next() * 0.4, y + 0.01 + next() * 0.4];
    const corners = [{ x, y }, { x: x2, y }, { x: x2, y: y2 }, { x, y: y2 }];
    const first = whole(next, 0, 3);
    note.coordinates = [...corners.slice(first), ...corners.slice(0, first)];
    if (next() < 0.5) note.coordinates.reverse();
    return note;
  }
  note.points = named(next, type === 'cuboid' ? 8 : points, type === 'landmark');
  if (type === 'polygon' && next() < 0.5) note.edges = { e1: ['p1', 'p2'], e2: ['p2', 'p2'] };
  if (type === 'cuboid') {
    const [x, y, wide, high] = [next() * 0.4, next() * 0.4, 0.05 + next() * 0.2, 0.05 + next() * 0.2];
    const depth = 0.02 + next() * 0.1;
    Object.values(note.points).forEach((point, at) => {
      point.x = x + ([1, 2].includes(at % 4) ? wide : 0) + (at > 3 ? depth : 0);
      point.y = y + ([0, 1].includes(at % 4) ? high : 0) + (at > 3 ? depth / 2 : 0);
    });
    note.front = { coordinates: ['p1', 'p2', 'p3', 'p4'] };
    note.back = { coordinates: ['p7', 'p8', 'p5', 'p6'] };
  }
  return note;
}

export function tracker(next: Random, frames: number, type = TYPES[whole(next, 0, 4)] ?? 'line'): Tracker {
  const made: Tracker = { _id: next() < 0.3 ? '' : `t-${Math.floor(next() * 1e9)}`, type, label: 'Cat', frames: {} };
  if (next() < 0.3) made.attributes = { breed: { value: 'Persian' } };
  const points = whole(next, 3, 6);
  let seen = next() < 0.7;
  let key = true;
  for (let frame = 0; frame < frames; frame += 1) {
    if (next() < 0.15) [seen, key] = [!seen, true];
    if (!seen) continue;
    const note = annotation(next, type, next() < 0.8 ? points : whole(next, 3, 6));
    if (!key) note.interpolated = true;
    made.frames[`frame${frame + 1}`] = note;
    key = next() < 0.4;
  }
  if (Object.keys(made.frames).length === 0) made.frames['frame1'] = annotation(next, type, points);
  return made;
}

export function question(annotations: Tracker[], frames: number): TrackingQuestion {
  return {
    frames: Array.from({ length: frames }, (_, at) => ({ frame_id: `frame${at + 1}`, src: `https://a.example/${at}.png` })),
    video: null,
    shapes: [],
    labels: [],
    annotations,
  };
}

export function sample(seed: number, frames = 30): TrackingQuestion {
  const next = random(seed);
  return question(Array.from({ length: whole(next, 1, 4) }, () => tracker(next, frames)), frames);
}
