/** Marking places on the material. The form holds the marks in the order in which they are sent. */

import type { MessageKey, Params } from '../messages';
import type { AnnotationQuestion, Attachment, InnerQuestion, Json, ResourceType, Task } from '../wire';
import { choiceForm } from './choice';
import type { Form, Problem } from './form';
import { ratingForm } from './rating';
import { textForm } from './text';

export type Part = 'x' | 'y' | 'x2' | 'y2' | 'start' | 'end' | 't';
/** Pixels of the original, code points, seconds: those parts that the attachment asks for. */
export type Place = { [part in Part]?: number };

// A type, not an interface: only so does it count as JSON.
export type Mark = {
  /** Its own for as long as it is there; never sent. */
  id: number;
  attachment: number;
  place: Place;
  /** What the form of the inner question holds; null as long as nothing was said. */
  answer: Json;
};

/** What the server would refuse, in the order in which it looks. */
export interface Fault {
  /** The place of the mark in the list; null: the list itself. */
  index: number | null;
  part: Part | 'attachment_index' | 'response' | null;
  key: MessageKey;
  params?: Params;
}

/** The most marks that an answer may have. */
export const MARKS_MAX = 500;
const COORDINATE_MAX = 2 ** 31 - 1;
const PARTS: readonly Part[] = ['x', 'y', 'x2', 'y2', 'start', 'end', 't'];
const AREAS: Record<AnnotationQuestion['shape'], Part[]> = {
  point: ['x', 'y'],
  rectangle: ['x', 'y', 'x2', 'y2'],
};
const ORDERED: readonly (readonly [Part, Part])[] = [
  ['x', 'x2'],
  ['y', 'y2'],
  ['start', 'end'],
];

export const annotationForm = {
  start(question, draft, task) {
    if (!Array.isArray(draft)) return [];
    return draft.flatMap((each) => kept(question, each, task) ?? []);
  },

  problem(question, value, task) {
    const fault = faultIn(question, value, task);
    return fault && { key: fault.key, ...(fault.params ? { params: fault.params } : {}) };
  },

  again(question, response, task) {
    const given = Array.isArray(response) ? response : [];
    return [question, given.map((each, index) => markOf(question, each, index + 1, task))];
  },

  response(question, value, task) {
    return value.map((mark) => answered(question, mark, task));
  },
} satisfies Form<AnnotationQuestion, Mark[]>;

/** The parts that place a mark on such an attachment. */
export function partsOf(question: AnnotationQuestion, type: ResourceType): readonly Part[] {
  if (type === 'text') return ['start', 'end'];
  if (type === 'audio') return ['t'];
  return type === 'video' ? [...AREAS[question.shape], 't'] : AREAS[question.shape];
}

/** How many marks there may be. */
export function mostMarks(question: AnnotationQuestion): number {
  return question.max > 0 ? question.max : MARKS_MAX;
}

/** The first thing that the server would refuse, or null. */
export function faultIn(question: AnnotationQuestion, marks: readonly Mark[], task: Task): Fault | null {
  const { min } = question;
  const most = mostMarks(question);
  if (marks.length < min) {
    const params = { count: min - marks.length, min };
    return { index: null, part: null, key: 'marks.tooFew', params };
  }
  if (marks.length > most) {
    return { index: null, part: null, key: 'marks.tooMany', params: { count: most } };
  }
  for (const [index, mark] of marks.entries()) {
    const fault = faultOf(question, mark, task);
    if (fault) return { index, ...fault };
  }
  return null;
}

/** What is wrong with one mark, wherever it stands. */
export function faultOf(
  question: AnnotationQuestion,
  mark: Mark,
  task: Task,
): Omit<Fault, 'index'> | null {
  const attachment = task.attachments[mark.attachment];
  if (!attachment) return { part: 'attachment_index', key: 'marks.misplaced' };
  const part = misplaced(partsOf(question, attachment.type), mark.place, attachment);
  if (part) return { part, key: 'marks.misplaced' };
  const inner = question.inner && innerProblem(question.inner, mark.answer, task);
  if (!inner) return null;
  if (isBlank(mark.answer)) return { part: 'response', key: 'marks.unanswered' };
  return { part: 'response', ...inner };
}

/** Where the server says that a fault is, as in `response[2].x2`. */
export function pathOf({ index, part }: Fault): string {
  const mark = index === null ? 'response' : `response[${index}]`;
  return part === null ? mark : `${mark}.${part}`;
}

/** The mark that the server means by a path such as `response[2].x2`. */
export function indexIn(path: string | null): number | null {
  const match = /^response\[(\d+)\]/.exec(path ?? '');
  return match ? Number(match[1]) : null;
}

export function innerProblem(inner: InnerQuestion, answer: Json, task: Task): Problem | null {
  return innerForm(inner).problem(inner, innerStart(inner, answer, task), task);
}

/** What the form of the inner question holds when it opens on an answer. */
export function innerStart(inner: InnerQuestion, answer: Json, task: Task): Json {
  return innerForm(inner).start(inner, answer ?? undefined, task);
}

type AnyForm = Form<InnerQuestion, Json>;

function innerForm(inner: InnerQuestion): AnyForm {
  const forms = { choice: choiceForm, text: textForm, rating: ratingForm };
  return forms[inner.kind] as unknown as AnyForm;
}

function isBlank(answer: Json): boolean {
  if (Array.isArray(answer)) return answer.length === 0;
  return answer === null || (typeof answer === 'string' && answer.trim() === '');
}

function misplaced(parts: readonly Part[], place: Place, attachment: Attachment): Part | null {
  for (const part of parts) {
    const value = place[part];
    if (value === undefined || !(value >= 0 && value <= COORDINATE_MAX)) return part;
    if (part !== 't' && !Number.isInteger(value)) return part;
  }
  for (const [low, high] of ORDERED) {
    if (parts.includes(high) && (place[low] ?? 0) >= (place[high] ?? 0)) return high;
  }
  const beyond = parts.includes('end') && (place.end ?? 0) > [...attachment.value].length;
  return beyond ? 'end' : null;
}

function answered(question: AnnotationQuestion, mark: Mark, task: Task): Json {
  const type = task.attachments[mark.attachment]?.type ?? 'image';
  const sent: { [name: string]: Json } = {};
  for (const part of partsOf(question, type)) {
    const value = mark.place[part];
    if (value !== undefined) sent[part] = value;
  }
  if (task.attachments.length > 1) sent['attachment_index'] = mark.attachment;
  const { inner } = question;
  if (inner) {
    sent['response'] = innerForm(inner).response(inner, innerStart(inner, mark.answer, task), task);
  }
  return sent;
}

/** The mark that was sent so. */
function markOf(question: AnnotationQuestion, given: Json, id: number, task: Task): Mark {
  const sent = isObject(given) ? given : {};
  const { inner } = question;
  const said = sent['response'] ?? null;
  return {
    id,
    attachment: Number(sent['attachment_index'] ?? 0),
    place: placeIn(sent),
    answer: inner ? innerForm(inner).again(inner, said, task)[1] : null,
  };
}

/** A mark of a draft, if it still fits the task. */
function kept(question: AnnotationQuestion, draft: Json, task: Task): Mark | null {
  if (!isObject(draft) || !isObject(draft['place'])) return null;
  const { id, attachment, answer = null } = draft;
  if (typeof id !== 'number' || typeof attachment !== 'number') return null;
  const material = task.attachments[attachment];
  const place = placeIn(draft['place']);
  if (!material || misplaced(partsOf(question, material.type), place, material)) return null;
  return { id, attachment, place, answer };
}

function placeIn(from: { [name: string]: Json }): Place {
  const place: Place = {};
  for (const part of PARTS) {
    const value = from[part];
    if (typeof value === 'number') place[part] = value;
  }
  return place;
}

function isObject(json: Json | undefined): json is { [name: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
