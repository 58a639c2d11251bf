/** A document as the drawing surface shows it in one frame, and what is drawn there as outlines. */

import type { Point, Shape, ShapeType, Size, Skeleton } from '../annotate/model';
import type { TrackerType, TrackingAttribute, TrackingLabel, TrackingQuestion } from '../core/wire';
import { seenAt, type Seen } from './course';
import type { Attributes, Document, Outline, Track } from './model';

/** Colours that are told apart on pictures, also by most who do not see all colours. */
const PALETTE = [
  '#2f9bff', '#ff8a1f', '#19b96b', '#f0468c', '#a97bff',
  '#e3c100', '#12bfc4', '#ff6a5c', '#8fbf2f', '#c58a5a',
];

export const ALL_TYPES: readonly TrackerType[] = ['rectangle', 'polygon', 'line', 'cuboid', 'landmark'];

/** The shapes that may be drawn with a label (any, when it is not one of the question's). */
export function typesFor(question: TrackingQuestion, label: string): readonly TrackerType[] {
  const shape = labelled(question, label)?.shape;
  if (shape) return [shape];
  return question.shapes.length > 0 ? question.shapes : ALL_TYPES;
}

export function labelled(question: TrackingQuestion, label: string): TrackingLabel | undefined {
  return question.labels.find(({ name }) => name === label);
}

/** The colour of a label: the question's, or one by its place among all labels in use. */
export function colorOf(question: TrackingQuestion, labels: readonly string[], label: string): string {
  const given = new Set(question.labels.map(({ color }) => color?.toLowerCase()));
  const free = PALETTE.filter((color) => !given.has(color));
  const without = labels.filter((one) => !labelled(question, one)?.color);
  const place = Math.max(0, without.indexOf(label));
  return labelled(question, label)?.color ?? free[place % free.length] ?? '#2f9bff';
}

/** The question's labels, then those that are in use besides, in the order in which they came. */
export function labelsOf(question: TrackingQuestion, document: Document): string[] {
  const used = document.tracks.map(({ label }) => label).filter(Boolean);
  return [...new Set([...question.labels.map(({ name }) => name), ...used])];
}

export interface Look {
  color(track: Track): string;
  name(track: Track): string;
  locked: ReadonlySet<string>;
  hidden: ReadonlySet<string>;
}

export function shapesAt(document: Document, frame: number, size: Size, look: Look): Shape[] {
  return document.tracks.flatMap((track): Shape[] => {
    const seen = seenAt(track, frame);
    if (!seen) return [];
    const { points, edges } = seen.outline;
    const named = track.type === 'landmark' || track.type === 'cuboid';
    return [
      {
        id: track.key,
        type: track.type,
        points: points.map(({ x, y }) => ({ x: x * size.width, y: y * size.height })),
        label: look.name(track),
        color: look.color(track),
        locked: look.locked.has(track.key),
        hidden: look.hidden.has(track.key),
        computed: !seen.isKey,
        ...(edges ? { edges } : {}),
        ...(named ? { names: points.map(({ name, label }) => String(label ?? name)) } : {}),
      },
    ];
  });
}

export function fractions(points: readonly Point[], size: Size): Point[] {
  return points.map(({ x, y }) => ({ x: x / size.width, y: y / size.height }));
}

/** What was drawn, as an outline; null for shapes that are not tracked. */
export function outlineOfDrawn(
  drawn: {
    type: ShapeType;
    points: readonly Point[];
    edges?: readonly (readonly [number, number])[] | undefined;
    names?: readonly string[] | undefined;
  },
  size: Size,
): Outline | null {
  if (drawn.type === 'point') return null;
  const isBox = drawn.type === 'rectangle';
  const isLandmark = drawn.type === 'landmark';
  const points = fractions(drawn.points, size).map((place, at) => ({
    name: isBox ? '' : (drawn.names?.[at] ?? `p${at + 1}`),
    ...place,
    ...(isLandmark ? { label: at + 1 } : {}),
  }));
  return { points, edges: isLandmark && drawn.edges?.length ? drawn.edges : null };
}

/** The points of a landmark with this label: the question's, or those of one that is there. */
export function skeletonOf(
  question: TrackingQuestion,
  document: Document,
  label: string,
): Skeleton | undefined {
  const known = labelled(question, label);
  if (known && known.points.length > 0) {
    const at = (name: string) => known.points.indexOf(name);
    return { names: known.points, edges: known.edges.map(([a, b]) => [at(a), at(b)] as const) };
  }
  const like = document.tracks.find((track) => track.type === 'landmark' && track.label === label);
  const outline = like && seenAt(like, like.keys[0]?.frame ?? 0)?.outline;
  return outline && { names: outline.points.map(({ name }) => name), edges: outline.edges ?? [] };
}

/** The attributes to ask for: the label's, and those that a pre-label has besides. */
export function attributesOf(
  question: TrackingQuestion,
  track: Track,
  seen: Seen | null,
): TrackingAttribute[] {
  const asked = labelled(question, track.label)?.attributes ?? [];
  const known = (per: 'frame' | 'tracker') =>
    new Set(asked.filter((attribute) => attribute.per === per).map(({ name }) => name));
  return [
    ...asked,
    ...others('tracker', track.attributes, known('tracker')),
    ...others('frame', seen?.attributes, known('frame')),
  ];
}

function others(
  per: 'frame' | 'tracker',
  attributes: Attributes | undefined,
  known: ReadonlySet<string>,
): TrackingAttribute[] {
  return Object.entries(attributes ?? {})
    .filter(([name]) => !known.has(name))
    .map(([name, { value }]) => ({
      name,
      per,
      type: Array.isArray(value) ? 'multiple' : 'text',
      choices: Array.isArray(value) ? value : [],
    }));
}
