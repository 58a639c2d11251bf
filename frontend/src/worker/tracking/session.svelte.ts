/** One worker's work on one film: the document with its history, what is chosen, and the tools. */

import { History } from '../../annotate/history';
import type { Point, Shape, ShapeType, Tool } from '../../annotate/model';
import type { MessageKey, Params } from '../../core/messages';
import type { TrackerType, TrackingQuestion } from '../../core/wire';
import { frameRestored, removedTracks, restored } from '../../tracking/changes';
import * as commands from '../../tracking/commands';
import { keyAt, seenAt, spanAt } from '../../tracking/course';
import { begun, filmOf } from '../../tracking/document';
import * as edits from '../../tracking/edits';
import type { Document, Film, Track } from '../../tracking/model';
import { reshaped } from '../../tracking/outline';
import { colorOf, fractions, labelsOf, outlineOfDrawn, typesFor } from '../../tracking/scene';
import type { Projector } from './projector.svelte';

export interface Said {
  key: MessageKey;
  params?: Params;
}

export class Session {
  readonly film: Film;
  selection = $state.raw<readonly string[]>([]);
  locked = $state.raw<ReadonlySet<string>>(new Set());
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  tool = $state<Tool>('select');
  /** Of the next object. */
  label = $state('');
  /** How many frames a shape is spread over. */
  reach = $state(10);
  /** What the last action had to say. */
  said = $state.raw<Said | null>(null);
  copied = $state.raw<readonly commands.Copy[]>([]);
  #history = $state.raw<History<Document>>() as History<Document>;
  #lastTool = $state<TrackerType>('rectangle');
  #numbers = new Map<string, number>();

  constructor(
    readonly question: TrackingQuestion,
    readonly projector: Projector,
    document: Document,
    /** Told of each new document. */
    private readonly changed: (document: Document) => void,
  ) {
    this.film = filmOf(question);
    this.#history = new History(document);
    this.label = question.labels[0]?.name ?? labelsOf(question, document)[0] ?? '';
    this.#lastTool = typesFor(question, this.label)[0] ?? 'rectangle';
  }

  get document(): Document {
    return this.#history.present;
  }

  get frame(): number {
    return this.projector.at;
  }

  readonly labels = $derived.by(() => labelsOf(this.question, this.document));
  readonly chosen = $derived.by(() =>
    this.document.tracks.filter(({ key }) => this.selection.includes(key)),
  );
  /** Those that what is chosen may have. */
  readonly fitting = $derived.by(() =>
    this.labels.filter((label) => {
      const types = typesFor(this.question, label);
      return this.chosen.every(({ type }) => types.includes(type));
    }),
  );
  readonly removed = $derived.by(() => removedTracks(this.film, this.document));

  get lastTool(): TrackerType {
    return this.#lastTool;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  color(track: Track): string {
    return colorOf(this.question, this.labels, track.label);
  }

  /** The object's number, which it keeps, whatever is taken out. */
  number(track: Track): number {
    if (track.source) return track.source.index + 1;
    let number = this.#numbers.get(track.key);
    if (number === undefined) {
      number = this.film.originals.length + this.#numbers.size + 1;
      this.#numbers.set(track.key, number);
    }
    return number;
  }

  name(track: Track): string {
    return `${track.label} ${this.number(track)}`.trim();
  }

  undo(): void {
    this.#set(this.#history.undo());
  }

  redo(): void {
    this.#set(this.#history.redo());
  }

  select(keys: readonly string[]): void {
    this.selection = keys;
  }

  use(tool: Tool): void {
    if (tool !== 'select' && tool !== 'point') this.#lastTool = tool;
    this.projector.pause();
    this.tool = tool;
  }

  /** The label of the next object, drawn with the shape that goes with it. */
  useLabel(label: string): void {
    this.label = label;
    const types = typesFor(this.question, label);
    if (!types.includes(this.#lastTool)) this.#lastTool = types[0] ?? 'rectangle';
    if (this.tool !== 'select') this.use(this.#lastTool);
  }

  drawn(shape: {
    type: ShapeType;
    points: readonly Point[];
    edges?: readonly (readonly [number, number])[] | undefined;
    names?: readonly string[] | undefined;
  }): void {
    const outline = outlineOfDrawn(shape, this.projector.size);
    if (!outline) return;
    const type = shape.type as TrackerType;
    const track = begun(type, this.label, outline, this.frame, this.projector.last);
    this.#keep(commands.added(this.document, track));
    this.select([track.key]);
    this.tool = 'select';
  }

  moved(shapes: readonly Shape[]): void {
    const { size } = this.projector;
    const places = new Map(shapes.map(({ id, points }) => [id, fractions(points, size)]));
    this.#edit([...places.keys()], (track) => {
      const seen = seenAt(track, this.frame);
      const points = places.get(track.key);
      if (!seen || !points) return track;
      return edits.placed(track, this.frame, reshaped(seen.outline, points));
    });
  }

  /** A key frame here, or none any more. */
  toggleKey(): void {
    const all = this.chosen.every((track) => keyAt(track, this.frame) || !spanAt(track, this.frame));
    this.#editChosen((track) =>
      all ? edits.withoutKey(track, this.frame) : edits.withKeyAt(track, this.frame),
    );
  }

  /** Gone from here on, or back. */
  toggleEnd(): void {
    const isSeen = this.chosen.some((track) => spanAt(track, this.frame));
    this.#editChosen((track) =>
      isSeen ? edits.ended(track, this.frame) : edits.reopened(track, this.frame, this.projector.last),
    );
  }

  hideHere(): void {
    const range = { from: this.frame, to: this.frame };
    this.#editChosen((track) => edits.hidden(track, range));
  }

  spread(way: 1 | -1): void {
    const count = way * Math.max(1, Math.round(this.reach));
    this.#editChosen((track) => edits.propagated(track, this.frame, count, this.projector.last));
  }

  cut(): void {
    const { document, later } = commands.allCut(this.document, this.selection, this.frame);
    if (later.length === 0) return this.say('tracking.nothingToCut');
    this.#keep(document);
    this.select(later);
  }

  join(): void {
    const done = commands.allJoined(this.document, this.selection);
    if (!done) return this.say('tracking.nothingToJoin');
    this.#keep(done.document);
    this.select([done.into]);
  }

  copy(): void {
    this.copied = commands.copies(this.document, this.selection, this.frame);
    this.say('tracking.copied', { count: this.copied.length });
  }

  paste(): void {
    const { document, keys } = commands.pasted(this.document, this.copied, this.frame);
    this.#keep(document);
    this.select(keys);
  }

  duplicate(): void {
    const made = commands
      .copies(this.document, this.selection, this.frame)
      .map((copy) => commands.duplicated(copy, this.frame, this.projector.last));
    this.#keep({ tracks: [...this.document.tracks, ...made] });
    this.select(made.map(({ key }) => key));
  }

  remove(keys: readonly string[] = this.selection): void {
    this.#keep(commands.without(this.document, keys.filter((key) => !this.locked.has(key))));
  }

  reorder(keys: readonly string[], step: 1 | -1): void {
    this.#keep(commands.reordered(this.document, keys, step));
  }

  relabel(label: string): void {
    this.#editChosen((track) => edits.relabelled(track, label));
  }

  describe(per: 'frame' | 'tracker', name: string, value: edits.AttributeValue | undefined): void {
    this.#editChosen(
      (track) =>
        per === 'tracker'
          ? edits.describedTrack(track, name, value)
          : edits.describedFrame(track, this.frame, name, value),
      `describe ${per} ${name} ${this.frame}`,
    );
  }

  /** Of what is chosen, or of the next object. */
  pickLabel(label: string): void {
    const fits = this.chosen.every(({ type }) => typesFor(this.question, label).includes(type));
    if (!fits) return this.say('tracking.labelUnfit', { label });
    if (this.chosen.length > 0) this.relabel(label);
    this.useLabel(label);
  }

  restoreChosen(): void {
    for (const { source } of this.chosen) if (source) this.restoreTrack(source.index);
  }

  restoreTrack(index: number): void {
    this.#keep(restored(this.film, this.document, index));
  }

  restoreFrame(): void {
    this.#editChosen((track) => frameRestored(track, this.frame));
  }

  toggleSet(which: 'locked' | 'hidden', keys: readonly string[]): void {
    const set = new Set(this[which]);
    const all = keys.every((key) => set.has(key));
    for (const key of keys) all ? set.delete(key) : set.add(key);
    this[which] = set;
  }

  #editChosen(edit: (track: Track) => Track, name: string | null = null): void {
    this.#edit(this.selection, edit, name);
  }

  #edit(keys: readonly string[], edit: (track: Track) => Track, name: string | null = null): void {
    const open = keys.filter((key) => !this.locked.has(key));
    this.#keep(commands.changed(this.document, open, edit), name);
  }

  #keep(document: Document, name: string | null = null): void {
    this.#set(this.#history.push(document, name));
  }

  #set(history: History<Document>): void {
    if (history === this.#history) return;
    this.#history = history;
    this.said = null;
    const there = new Set(this.document.tracks.map(({ key }) => key));
    if (!this.selection.every((key) => there.has(key))) {
      this.selection = this.selection.filter((key) => there.has(key));
    }
    this.changed(this.document);
  }

  say(key: MessageKey, params?: Params): void {
    this.said = params ? { key, params } : { key };
  }
}

