import { describe, expect, it } from 'vitest';
import type { Tracker, TrackerType } from '../src/core/wire';
import { frameRestored, frameState, removedTracks, restored, trackState } from '../src/tracking/changes';
import { keyAt, lengthOf, nearestKey, nextUnlabelled, seenAt, spanAt } from '../src/tracking/course';
import { annotationsOf, begun, filmOf, untouched } from '../src/tracking/document';
import { reordered } from '../src/tracking/commands';
import * as edits from '../src/tracking/edits';
import { between } from '../src/tracking/interpolate';
import type { Document, Outline, Track } from '../src/tracking/model';
import { outlineOf, reshaped, withOutline } from '../src/tracking/outline';
import { opened, pack, unpack } from '../src/tracking/packed';
import { annotation, question, random, sample, tracker, TYPES, whole, type Random } from './tracking.samples';

const FRAMES = 30;
const SEEDS = Array.from({ length: 25 }, (_, seed) => seed);

/** A property that holds for every seed; the failing one is named. */
function always(name: string, holds: (next: Random) => void) {
  it(name, () => {
    for (const seed of SEEDS) {
      try {
        holds(random(seed));
      } catch (error) {
        throw new Error(`with seed ${seed}: ${String(error)}`, { cause: error });
      }
    }
  });
}

function oneOf<Item>(next: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(next() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

type Place = { x: number; y: number };

function someTrack(next: Random, type?: TrackerType): Track {
  const film = filmOf(question([tracker(next, FRAMES, type)], FRAMES));
  const [track] = film.originals;
  if (!track) throw new Error('no track');
  return track;
}

function box(x: number, y: number, size = 0.1): Outline {
  return { edges: null, points: [{ name: '', x, y }, { name: '', x: x + size, y: y + size }] };
}

/** Where the object is in each frame. */
function look(track: Track): (Outline | null)[] {
  return Array.from({ length: FRAMES }, (_, frame) => seenAt(track, frame)?.outline ?? null);
}

function sameLook(some: Track, other: Track) {
  const [now, before] = [look(some), look(other)];
  now.forEach((outline, frame) => {
    const was = before[frame];
    expect(outline === null, `frame ${frame}`).toBe(was === null);
    expect(outline?.points.length).toBe(was?.points.length);
    outline?.points.forEach(({ name, x, y }, at) => {
      const twin = was?.points.find((point, place) => (name ? point.name === name : place === at));
      // Six decimals are sent, so two roundings may be between them.
      expect(Math.abs(x - (twin?.x ?? NaN))).toBeLessThan(2e-6);
      expect(Math.abs(y - (twin?.y ?? NaN))).toBeLessThan(2e-6);
    });
  });
}

/** Every rule of a document that no edit may break. */
function sound(track: Track) {
  const { keys, spans } = track;
  keys.forEach(({ frame }, at) => expect(frame).toBeGreaterThan(keys[at - 1]?.frame ?? -1));
  keys.forEach(({ frame }) => expect(spanAt(track, frame)).toBeDefined());
  spans.forEach(({ from, to }, at) => {
    expect(from).toBeGreaterThan((spans[at - 1]?.to ?? -2) + 1);
    expect(to).toBeGreaterThanOrEqual(from);
    expect(to).toBeLessThan(FRAMES);
    expect(keys.some(({ frame }) => from <= frame && frame <= to)).toBe(true);
  });
}

/** Any one edit. */
function edited(next: Random, track: Track): Track {
  const frame = whole(next, 0, FRAMES - 1);
  const seen = seenAt(track, frame);
  const last = FRAMES - 1;
  const ways: (() => Track)[] = [
    () => (seen ? edits.placed(track, frame, seen.outline) : track),
    () => edits.withoutKey(track, oneOf(next, track.keys).frame),
    () => edits.withKeyAt(track, frame),
    () => edits.ended(track, frame),
    () => edits.hidden(track, { from: frame, to: frame + whole(next, 0, 4) }),
    () => edits.reopened(track, frame, last),
    () => edits.propagated(track, frame, whole(next, -9, 9), last),
    () => edits.cut(track, frame)?.[0] ?? track,
    () => edits.relabelled(track, 'Dog'),
    () => edits.describedFrame(track, frame, 'pose', 'lying'),
    () => edits.describedTrack(track, 'breed', ['a', 'b']),
    () => frameRestored(track, frame),
  ];
  const after = oneOf(next, ways)();
  return after.keys.length > 0 ? after : track;
}

describe('the way from pre-labels to the answer', () => {
  it('changes nothing when the worker changes nothing', () => {
    for (const seed of SEEDS) {
      const asked = sample(seed);
      const answer = annotationsOf(filmOf(asked), untouched(filmOf(asked)));
      expect(JSON.stringify(answer)).toBe(JSON.stringify(asked.annotations));
    }
  });

  always('gives an answer that comes back the same as the next pre-label', (next) => {
    const asked = question([tracker(next, FRAMES), tracker(next, FRAMES)], FRAMES);
    const film = filmOf(asked);
    const tracks = film.originals.map((track) => edited(next, edited(next, track)));
    const answer = JSON.parse(JSON.stringify(annotationsOf(film, { tracks })));
    const again = question(answer, FRAMES);
    const film2 = filmOf(again);
    expect(JSON.stringify(annotationsOf(film2, untouched(film2)))).toBe(JSON.stringify(answer));
    // And it is read as the worker left it.
    film2.originals.forEach((track, at) => {
      const before = tracks[at];
      if (before) sameLook(track, before);
    });
  });

  always('leaves the other trackers alone', (next) => {
    const asked = question([tracker(next, FRAMES), tracker(next, FRAMES)], FRAMES);
    const film = filmOf(asked);
    const [first, second] = film.originals as [Track, Track];
    const tracks = [edits.relabelled(edited(next, first), 'Dog'), second];
    expect(annotationsOf(film, { tracks })[1]).toBe(asked.annotations[1]);
  });

  it('sends every frame of a new track, the computed ones marked', () => {
    const asked = question([], 5);
    const film = filmOf(asked);
    let track = begun('rectangle', 'Cat', box(0, 0), 1, 4);
    track = edits.ended(edits.placed(track, 3, box(0.2, 0.4)), 4);
    const [sent] = annotationsOf(film, { tracks: [track] });
    expect(Object.keys(sent?.frames ?? {})).toEqual(['frame2', 'frame3', 'frame4']);
    expect(sent?.frames['frame2']).not.toHaveProperty('interpolated');
    expect(sent?.frames['frame3']).toMatchObject({
      label: 'Cat',
      interpolated: true,
      coordinates: [{ x: 0.1, y: 0.2 }, { x: 0.2, y: 0.2 }, { x: 0.2, y: 0.3 }, { x: 0.1, y: 0.3 }],
    });
    expect(sent?._id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });

  it('writes added frames as the others of their track are written', () => {
    const corners = [{ x: 0.3, y: 0.4 }, { x: 0.1, y: 0.4 }, { x: 0.1, y: 0.2 }, { x: 0.3, y: 0.2 }];
    const frames = { frame1: { _id: '', coordinates: corners, score: 1 } } as Tracker['frames'];
    const film = filmOf(question([{ _id: '', type: 'rectangle', label: 'Cat', frames }], 5));
    const track = edits.propagated(film.originals[0] as Track, 0, 2, 4);
    const [sent] = annotationsOf(film, { tracks: [track] });
    expect(sent?.frames['frame1']).toBe(frames['frame1']);
    for (const frame of ['frame2', 'frame3']) {
      expect(sent?.frames[frame]?.coordinates).toEqual(corners);
      expect(sent?.frames[frame]).not.toHaveProperty('score');
    }
  });

  it('names the frames of a video', () => {
    const video = { src: 'https://a.example/v.mp4', fps: 25, frame_count: 3 };
    expect(filmOf({ ...question([], 0), video }).ids).toEqual(['frame1', 'frame2', 'frame3']);
  });
});

describe('the geometry of an annotation', () => {
  always('is written back as it was read', (next) => {
    const type = oneOf(next, TYPES);
    const note = annotation(next, type);
    const written = withOutline(type, note, outlineOf(type, note));
    expect(JSON.stringify(written)).toBe(JSON.stringify(note));
  });

  always('moves without touching what stays: order of corners, names, unknown fields', (next) => {
    const type = oneOf(next, TYPES);
    const note = annotation(next, type);
    const outline = outlineOf(type, note);
    const points = outline.points.map((point) => ({ ...point, x: point.x * 0.9 + 0.01 }));
    const written = withOutline(type, note, { ...outline, points });
    const back = outlineOf(type, written);
    back.points.forEach((point, at) => {
      const meant = points.find(({ name }, place) => (name ? name === point.name : place === at));
      expect(point.x).toBeCloseTo(meant?.x ?? -1, 6);
    });
    const frame = (one: object) => JSON.stringify({ ...one, points: null, coordinates: null });
    expect(frame(written)).toBe(frame(note));
    expect(Object.keys(written.points ?? {})).toEqual(Object.keys(note.points ?? {}));
    const ys = (one: typeof note) => one.coordinates?.map(({ y }) => y);
    expect(ys(written)).toEqual(ys(note));
  });

  it('stays inside the frame, with six decimals', () => {
    const note = withOutline('rectangle', {}, box(-0.5, 0.123456789, 1));
    expect(note.coordinates?.[0]).toEqual({ x: 0, y: 0.123457 });
    expect(note.coordinates?.[2]).toEqual({ x: 0.5, y: 1 });
  });

  it('pairs the corners of a cuboid, wherever its back face begins', () => {
    const points = {
      p1: { x: 0.17, y: 0.58 }, p2: { x: 0.26, y: 0.58 }, p3: { x: 0.26, y: 0.49 }, p4: { x: 0.17, y: 0.49 },
      p5: { x: 0.24, y: 0.51 }, p6: { x: 0.35, y: 0.52 }, p7: { x: 0.35, y: 0.36 }, p8: { x: 0.25, y: 0.37 },
    };
    const front = { coordinates: ['p1', 'p2', 'p3', 'p4'] };
    const back = { coordinates: ['p7', 'p8', 'p5', 'p6'] };
    const names = outlineOf('cuboid', { points, front, back }).points.map(({ name }) => name);
    expect(names).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']);
  });

  it('goes round a polygon as its edges say', () => {
    const points = { a: { x: 0, y: 0 }, b: { x: 1, y: 1 }, c: { x: 1, y: 0 }, d: { x: 0, y: 1 } };
    const edges = { e1: ['a', 'c'], e2: ['c', 'b'], e3: ['b', 'd'], e4: ['d', 'a'] } as Record<string, [string, string]>;
    const outline = outlineOf('polygon', { points, edges });
    expect(outline.points.map(({ name }) => name)).toEqual(['a', 'c', 'b', 'd']);
    expect(outline.edges).toBeNull();
  });

  it('keeps the names of points when others come and go', () => {
    const note = withOutline('polygon', {}, { edges: null, points: ['p1', 'p2', 'p3'].map((name, at) => ({ name, x: at / 4, y: (at % 2) / 2 })) });
    const outline = outlineOf('polygon', note);
    const [a, b, c] = outline.points as unknown as [Place, Place, Place];
    const more = reshaped(outline, [a, b, { x: 0.9, y: 0.9 }, c]);
    expect(more.points.map(({ name }) => name)).toEqual(['p1', 'p2', 'p4', 'p3']);
    const fewer = reshaped(more, [b, { x: 0.9, y: 0.9 }, c]);
    expect(fewer.points.map(({ name }) => name)).toEqual(['p2', 'p4', 'p3']);
    expect(withOutline('polygon', note, fewer).edges).toEqual({ e1: ['p2', 'p4'], e2: ['p4', 'p3'], e3: ['p3', 'p2'] });
  });
});

describe('interpolation', () => {
  always('is exact at both ends, for every shape', (next) => {
    const type = oneOf(next, TYPES);
    const [a, b] = [annotation(next, type), annotation(next, type)].map((note) => outlineOf(type, note)) as [Outline, Outline];
    expect(between(type, a, b, 0)).toBe(a);
    expect(between(type, a, b, 1)).toBe(b);
  });

  always('moves each point one way all the time', (next) => {
    const type = oneOf(next, TYPES);
    const [a, b] = [annotation(next, type, 5), annotation(next, type, 5)].map((note) => outlineOf(type, note)) as [Outline, Outline];
    const steps = [0.1, 0.3, 0.5, 0.9].map((t) => between(type, a, b, t));
    for (const axis of ['x', 'y'] as const) {
      a.points.forEach((point, at) => {
        const twin = b.points.find(({ name }, place) => (name ? name === point.name : place === at));
        const way = Math.sign((twin?.[axis] ?? 0) - point[axis]);
        steps.reduce((before, step) => {
          expect(way * ((step.points[at]?.[axis] ?? 0) - before)).toBeGreaterThanOrEqual(-1e-12);
          return step.points[at]?.[axis] ?? 0;
        }, point[axis]);
      });
    }
  });

  always('comes near both ends also when the number of points differs', (next) => {
    const type = oneOf<TrackerType>(next, ['polygon', 'line']);
    const a = outlineOf(type, annotation(next, type, whole(next, 3, 5)));
    const b = outlineOf(type, annotation(next, type, whole(next, 6, 8)));
    for (const [end, t] of [[a, 1e-7], [b, 1 - 1e-7]] as const) {
      const near = between(type, a, b, t);
      for (const point of end.points) {
        const apart = near.points.map((other) => Math.hypot(other.x - point.x, other.y - point.y));
        expect(Math.min(...apart)).toBeLessThan(1e-5);
      }
      for (const { x, y } of near.points) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(x, y)).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });

  it('matches the points of a landmark by name', () => {
    const at = (points: Record<string, [number, number]>): Outline => ({
      edges: null,
      points: Object.entries(points).map(([name, [x, y]]) => ({ name, x, y })),
    });
    const half = between('landmark', at({ eye: [0, 0], ear: [1, 1] }), at({ ear: [0, 1], nose: [0, 0] }), 0.5);
    expect(half.points).toEqual([{ name: 'eye', x: 0, y: 0 }, { name: 'ear', x: 0.5, y: 1 }]);
  });
});

describe('edits of a track', () => {
  always('keep it sound, however many', (next) => {
    let track = someTrack(next);
    for (let count = 0; count < 12; count += 1) {
      track = edited(next, track);
      sound(track);
    }
  });

  always('cut and join give the track back', (next) => {
    // Shapes whose points keep their names; others are followed along their outline anew.
    const type = oneOf<TrackerType>(next, ['rectangle', 'cuboid']);
    const track = { ...someTrack(next, type), source: null };
    const parts = edits.cut(track, whole(next, 1, FRAMES - 1));
    if (!parts) return;
    parts.forEach(sound);
    expect(lengthOf(parts[0]) + lengthOf(parts[1])).toBe(lengthOf(track));
    const again = edits.joined(...parts);
    sound(again);
    expect(again.spans).toEqual(track.spans);
    sameLook(again, track);
  });

  always('joining keeps the first where both are seen', (next) => {
    const type = oneOf(next, TYPES);
    const [first, second] = [someTrack(next, type), someTrack(next, type)];
    const track = edits.joined(first, second);
    sound(track);
    const [one, other, both] = [look(first), look(second), look(track)];
    both.forEach((now, frame) => {
      if (one[frame] && keyAt(first, frame)) expect(now).toEqual(one[frame]);
      if (!one[frame]) expect(now === null).toBe(other[frame] === null);
    });
  });

  it('an end hides the object until it was placed again, and opening brings it back', () => {
    let track = begun('rectangle', 'Cat', box(0, 0), 0, 9);
    track = edits.placed(track, 8, box(0.8, 0.8));
    track = edits.ended(track, 4);
    expect(track.spans).toEqual([{ from: 0, to: 3 }, { from: 8, to: 9 }]);
    expect(seenAt(track, 3)?.outline.points[0]?.x).toBeCloseTo(0.3, 6);
    track = edits.reopened(track, 6, 9);
    expect(track.spans).toEqual([{ from: 0, to: 3 }, { from: 6, to: 9 }]);
    expect(seenAt(track, 6)?.outline.points[0]?.x).toBeCloseTo(0.3, 6);
    expect(edits.ended(begun('rectangle', 'Cat', box(0, 0), 2, 9), 2).spans).toEqual([]);
  });

  it('spreads a shape both ways', () => {
    const track = edits.placed(begun('rectangle', 'Cat', box(0, 0), 5, 5), 5, box(0.5, 0.5));
    const forth = edits.propagated(track, 5, 3, 9);
    expect(forth.spans).toEqual([{ from: 5, to: 8 }]);
    const back = edits.propagated(forth, 5, -30, 9);
    expect(back.spans).toEqual([{ from: 0, to: 8 }]);
    expect(new Set(look(back).slice(0, 9).map((one) => one?.points[0]?.x))).toEqual(new Set([0.5]));
    expect(back.keys.map(({ frame }) => frame)).toEqual([0, 5, 8]);
  });

  it('an attribute holds until the next key frame says otherwise', () => {
    let track = edits.placed(begun('rectangle', 'Cat', box(0, 0), 0, 9), 6, box(0.5, 0.5));
    track = edits.describedFrame(track, 3, 'pose', 'lying');
    const poses = [0, 2, 3, 5, 6].map((frame) => seenAt(track, frame)?.attributes['pose']?.value);
    expect(poses).toEqual([undefined, undefined, 'lying', 'lying', undefined]);
    track = edits.describedFrame(track, 3, 'pose', undefined);
    expect(seenAt(track, 3)?.attributes).toEqual({});
  });

  it('a new label goes to the annotations that repeat the old one', () => {
    const notes = ['a', '', 'x'].map((label, at) => [`frame${at + 1}`, { label, points: {} }]);
    const frames = Object.fromEntries(notes) as Tracker['frames'];
    const film = filmOf(question([{ type: 'line', label: 'a', frames }], 3));
    const track = edits.relabelled(film.originals[0] as Track, 'b');
    expect(track.keys.map(({ note }) => note.label)).toEqual(['b', '', 'x']);
  });
});

describe('the order of tracks', () => {
  const tracks = 'abcd'.split('').map((key) => ({ key }) as Track);
  const order = (chosen: string, step: 1 | -1) =>
    reordered({ tracks }, chosen.split(''), step).tracks.map(({ key }) => key).join('');

  it('moves one or several together by a place, and stops at the ends', () => {
    expect([order('a', 1), order('d', -1), order('b', -1)]).toEqual(['bacd', 'abdc', 'bacd']);
    expect([order('bc', 1), order('bc', -1), order('ac', 1)]).toEqual(['adbc', 'bcad', 'badc']);
    expect([order('cd', 1), order('ad', -1)]).toEqual(['abcd', 'abdc']);
  });

  it('is the same document when nothing moves', () => {
    const document = { tracks };
    expect(reordered(document, ['c', 'd'], 1)).toBe(document);
    expect(reordered(document, ['a', 'b'], -1)).toBe(document);
  });
});

describe('ways through the film', () => {
  it('finds key frames on both sides', () => {
    const track = edits.placed(begun('rectangle', 'Cat', box(0, 0), 2, 9), 6, box(0.5, 0.5));
    expect([nearestKey([track], 2, 1), nearestKey([track], 6, 1)]).toEqual([6, null]);
    expect([nearestKey([track], 6, -1), nearestKey([track], 2, -1)]).toEqual([2, null]);
  });

  it('finds the next frame without anything, going round', () => {
    const track = begun('rectangle', 'Cat', box(0, 0), 2, 4);
    expect(nextUnlabelled([track], 6, 1)).toBe(5);
    expect(nextUnlabelled([track], 6, 5)).toBe(0);
    expect(nextUnlabelled([{ ...track, spans: [{ from: 0, to: 5 }] }], 6, 0)).toBeNull();
  });
});

describe('what was changed', () => {
  always('is nothing at first, and nothing again after going back', (next) => {
    const film = filmOf(question([tracker(next, FRAMES)], FRAMES));
    const original = film.originals[0] as Track;
    expect(trackState(original)).toBe('same');
    const track = edited(next, original);
    const frames = Array.from({ length: FRAMES }, (_, frame) => frame);
    const mended = frames.reduce((now, frame) => frameRestored(now, frame), track);
    sound(mended);
    // Keys that others lean on are put back first to last, so a second round may be needed.
    const again = frames.reduce((now, frame) => frameRestored(now, frame), mended);
    for (const frame of frames) {
      expect(['same', 'none']).toContain(frameState(again, frame));
    }
    expect(restored(film, { tracks: [track] }, 0).tracks[0]).toBe(original);
  });

  it('is told for each frame and track', () => {
    const film = filmOf(sample(4));
    const original = film.originals[0] as Track;
    const { from, to } = original.spans[0] as { from: number; to: number };
    const outline = look(original)[from] as Outline;
    const away = outline.points.map(({ x, y }) => ({ x: x * 0.5 + 0.2, y }));
    const moved = edits.placed(original, from, reshaped(outline, away));
    expect(frameState(moved, from)).toBe('changed');
    expect(trackState(moved)).toBe('changed');
    expect(frameState(edits.hidden(original, { from, to }), from)).toBe('removed');
    expect(trackState(begun('rectangle', 'Cat', box(0, 0), 0, 2))).toBe('added');
    const without: Document = { tracks: film.originals.slice(1) };
    expect(removedTracks(film, without)).toEqual([original]);
    expect(restored(film, without, 0).tracks).toEqual(film.originals);
  });
});

describe('a draft', () => {
  always('brings the same document back', (next) => {
    const annotations = [tracker(next, FRAMES), tracker(next, FRAMES)];
    const film = filmOf(question(annotations, FRAMES));
    const made = begun('rectangle', 'Cat', box(0.1, 0.2), 3, 9);
    const [first, second] = film.originals as [Track, Track];
    const document = { tracks: [made, edited(next, edited(next, first)), second] };
    const stored = JSON.parse(JSON.stringify(pack(document)));
    const other = question(annotations, FRAMES);
    const back = unpack(other, opened(other, stored));
    const send = (one: Document, from = other) =>
      JSON.stringify(annotationsOf(filmOf(from), one)).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id');
    expect(send(back)).toBe(send(document));
    expect(annotationsOf(filmOf(other), back)[2]).toBe(annotations[1]);
  });

  it('is short when little was done, and never trusted', () => {
    const asked = sample(7, 30);
    expect(JSON.stringify(opened(asked, undefined)).length).toBeLessThan(30);
    for (const draft of ['x', 7, [], { tracks: 'no' }, { tracks: [{ keys: 1 }] }]) {
      expect(opened(asked, draft as never)).toEqual(opened(asked, undefined));
    }
  });
});
