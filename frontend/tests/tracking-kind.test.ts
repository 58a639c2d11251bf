import { describe, expect, it } from 'vitest';
import type { Shape } from '../src/annotate/model';
import { trackingForm } from '../src/core/kinds/tracking';
import type { Json, TrackingLabel, TrackingQuestion } from '../src/core/wire';
import * as commands from '../src/tracking/commands';
import { annotationsOf, begun, filmOf, untouched } from '../src/tracking/document';
import type { Document, Outline } from '../src/tracking/model';
import { pack } from '../src/tracking/packed';
import * as scene from '../src/tracking/scene';
import { question, sample } from './tracking.samples';

const BOX: Outline = { edges: null, points: [{ name: '', x: 0.1, y: 0.2 }, { name: '', x: 0.3, y: 0.6 }] };
const SIZE = { width: 200, height: 100 };

function label(name: string, more: Partial<TrackingLabel> = {}): TrackingLabel {
  return { name, shape: null, color: null, attributes: [], points: [], edges: [], ...more };
}

function asked(labels: TrackingLabel[], frames = 10): TrackingQuestion {
  return { ...question([], frames), labels };
}

function problem(of: TrackingQuestion, document: Document) {
  return trackingForm.problem(of, pack(document))?.key ?? null;
}

describe('the form', () => {
  it('sends the pre-labels back as they came', () => {
    const of = sample(11);
    const value = trackingForm.start(of, undefined);
    expect(trackingForm.problem(of, value)).toBeNull();
    const response = trackingForm.response(of, value) as { annotations: Json };
    expect(JSON.stringify(response.annotations)).toBe(JSON.stringify(of.annotations));
  });

  it('wants a label, one of the question’s, drawn as that is drawn', () => {
    const of = asked([label('Car', { shape: 'rectangle' }), label('Lane', { shape: 'line' })]);
    const made = (name: string): Document => ({ tracks: [begun('rectangle', name, BOX, 0, 3)] });
    expect(problem(of, made('Car'))).toBeNull();
    expect(problem(of, made(' '))).toBe('tracking.noLabel');
    expect(problem(of, made('Cat'))).toBe('tracking.otherLabel');
    expect(problem(of, made('Lane'))).toBe('tracking.drawnAs.line');
    expect(problem(asked([]), made('anything'))).toBeNull();
  });

  it('says when it is more than the server takes', () => {
    const of = asked([], 2_000);
    const many = (count: number, frames: number): Document => ({
      tracks: Array.from({ length: count }, () => begun('rectangle', 'Car', BOX, 0, frames - 1)),
    });
    expect(problem(of, many(25, 2_000))).toBeNull();
    expect(problem(of, many(26, 2_000))).toBe('tracking.tooMany');
    expect(problem(of, many(500, 1))).toBeNull();
    expect(problem(of, many(501, 1))).toBe('tracking.crowded');
    const wide = Array.from({ length: 900 }, (_, at) => ({ name: `p${at}`, x: at / 900, y: 0.5 }));
    const long = begun('line', 'Car', { edges: null, points: wide }, 0, 1_999);
    expect(problem(of, { tracks: [long] })).toBe('tracking.tooLarge');
  });
});

describe('several objects at a time', () => {
  const two = (): Document => ({
    tracks: [begun('rectangle', 'Car', BOX, 0, 4), begun('rectangle', 'Car', BOX, 6, 9)],
  });
  const keys = (document: Document) => document.tracks.map(({ key }) => key);

  it('are joined to the one that begins first, if they are of one shape', () => {
    const document = two();
    const [first = '', second = ''] = keys(document);
    const joined = commands.allJoined(document, [second, first]);
    expect(joined?.into).toBe(first);
    expect(joined?.document.tracks).toHaveLength(1);
    expect(joined?.document.tracks[0]?.spans).toEqual([{ from: 0, to: 4 }, { from: 6, to: 9 }]);
    const line = begun('line', 'Car', BOX, 0, 4);
    expect(commands.allJoined({ tracks: [...document.tracks, line] }, [first, line.key])).toBeNull();
    expect(commands.allJoined(document, [first])).toBeNull();
  });

  it('are cut where they can be, the later part being another object', () => {
    const document = two();
    const { document: after, later } = commands.allCut(document, keys(document), 2);
    expect(after.tracks.map(({ spans }) => spans)).toEqual([
      [{ from: 0, to: 1 }],
      [{ from: 2, to: 4 }],
      [{ from: 6, to: 9 }],
    ]);
    expect(later).toEqual([after.tracks[1]?.key]);
    expect(new Set(after.tracks.map(({ id }) => id)).size).toBe(3);
  });

  it('are copied into other frames, into their own tracks or new ones', () => {
    const document = two();
    const [first = ''] = keys(document);
    const taken = commands.copies(document, keys(document), 2);
    expect(taken).toHaveLength(1);
    const { document: own } = commands.pasted(document, taken, 8);
    expect(own.tracks[0]?.spans).toEqual([{ from: 0, to: 4 }, { from: 8, to: 8 }]);
    const { document: fresh } = commands.pasted(commands.without(document, [first]), taken, 8);
    expect(fresh.tracks).toHaveLength(2);
    expect(fresh.tracks[1]?.spans).toEqual([{ from: 8, to: 8 }]);
    expect(fresh.tracks[1]?.key).not.toBe(first);
  });

  it('are gone when they are seen nowhere any more', () => {
    const document = two();
    const after = commands.changed(document, keys(document), (track) => ({ ...track, keys: [], spans: [] }));
    expect(after.tracks).toEqual([]);
    expect(commands.changed(document, keys(document), (track) => track)).toBe(document);
  });
});

describe('the scene', () => {
  const look = { color: () => 'red', name: () => 'Car 1', locked: new Set<string>(), hidden: new Set<string>() };

  it('is in pixels of the frame, and goes back to fractions', () => {
    const track = begun('rectangle', 'Car', BOX, 2, 4);
    const [shape] = scene.shapesAt({ tracks: [track] }, 3, SIZE, look) as [Shape];
    expect(shape).toMatchObject({ id: track.key, computed: true, points: [{ x: 20, y: 20 }, { x: 60, y: 60 }] });
    expect(scene.fractions(shape.points, SIZE)).toEqual([{ x: 0.1, y: 0.2 }, { x: 0.3, y: 0.6 }]);
    expect(scene.shapesAt({ tracks: [track] }, 5, SIZE, look)).toEqual([]);
  });

  it('gives a landmark the points of its label, numbered', () => {
    const of = asked([label('Face', { points: ['eye', 'nose'], edges: [['eye', 'nose']] })]);
    const skeleton = scene.skeletonOf(of, untouched(filmOf(of)), 'Face');
    expect(skeleton).toEqual({ names: ['eye', 'nose'], edges: [[0, 1]] });
    const drawn = { type: 'landmark', points: [{ x: 20, y: 20 }, { x: 60, y: 60 }], ...skeleton } as const;
    const outline = scene.outlineOfDrawn(drawn, SIZE) as Outline;
    const [sent] = annotationsOf(filmOf(of), { tracks: [begun('landmark', 'Face', outline, 0, 0)] });
    expect(sent?.frames['frame1']).toMatchObject({
      points: { eye: { x: 0.1, y: 0.2, label: 1 }, nose: { x: 0.3, y: 0.6, label: 2 } },
      edges: { e1: ['eye', 'nose'] },
    });
    // Without one, those that are there are the model for the next.
    const like = scene.skeletonOf(asked([]), { tracks: [begun('landmark', 'Face', outline, 0, 0)] }, 'Face');
    expect(like?.names).toEqual(['eye', 'nose']);
  });

  it('gives a cuboid its faces', () => {
    const places = Array.from({ length: 8 }, (_, at) => ({ x: 20 + at * 10, y: 10 + at * 5 }));
    const outline = scene.outlineOfDrawn({ type: 'cuboid', points: places }, SIZE) as Outline;
    const [sent] = annotationsOf(filmOf(asked([], 1)), { tracks: [begun('cuboid', 'Car', outline, 0, 0)] });
    expect(sent?.frames['frame1']).toMatchObject({
      front: { coordinates: ['p1', 'p2', 'p3', 'p4'] },
      side: { coordinates: ['p2', 'p6', 'p7', 'p3'] },
      back: { coordinates: ['p5', 'p6', 'p7', 'p8'] },
    });
  });

  it('offers the shapes that go with a label, and keeps given colours apart from its own', () => {
    const of = { ...asked([label('Car', { shape: 'rectangle', color: '#2f9bff' }), label('Cat')]), shapes: ['polygon', 'rectangle'] } as TrackingQuestion;
    expect(scene.typesFor(of, 'Car')).toEqual(['rectangle']);
    expect(scene.typesFor(of, 'Cat')).toEqual(['polygon', 'rectangle']);
    expect(scene.colorOf(of, ['Car', 'Cat'], 'Car')).toBe('#2f9bff');
    expect(scene.colorOf(of, ['Car', 'Cat'], 'Cat')).not.toBe('#2f9bff');
  });

  it('asks for the attributes of the label, and shows those that came besides', () => {
    const attribute = { name: 'pose', type: 'single', choices: ['sitting'], per: 'frame' } as const;
    const of = asked([label('Cat', { attributes: [{ ...attribute, choices: ['sitting'] }] })]);
    const track = { ...begun('rectangle', 'Cat', BOX, 0, 0), attributes: { breed: { value: 'Persian' } } };
    const names = scene.attributesOf(of, track, null).map(({ name, per, type }) => [name, per, type]);
    expect(names).toEqual([['pose', 'frame', 'single'], ['breed', 'tracker', 'text']]);
  });
});
