/**
 * A form with fields of several types. It holds a value for each field, in their order: a text as
 * typed, the index of a choice, a place as `(0.45,0.06)`; the four corners of a box hold one each.
 */

import type { FormField, FormQuestion, Json, Size } from '../wire';
import type { Form, Problem } from './form';
import { LONGEST_BYTES } from './text';

/** What a field holds; null while it is empty. */
export type Said = string | number | null;

/** What fills a field: what its type says, or as a corner the box that it belongs to. */
export type Filling = 'text' | 'number' | 'choice' | 'place' | 'corner';

interface Spot {
  x: number;
  y: number;
}

/** Two opposite corners, in fractions of the picture. */
export interface Box {
  from: Spot;
  to: Spot;
}

/** Clockwise from the top left. */
export const CORNERS = ['top-left', 'top-right', 'bottom-right', 'bottom-left'] as const;
const UNIT = 1_000_000;
const PLACE = /^\(([01](?:\.\d{1,6})?),([01](?:\.\d{1,6})?)\)$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

export const fieldsForm = {
  start(question, draft) {
    const kept = Array.isArray(draft) && draft.length === question.fields.length ? draft : [];
    return question.fields.map((field, index) => fitting(question, field, kept[index]));
  },

  problem(question, value) {
    return faults(question, value).find((fault) => fault !== null) ?? null;
  },

  again(question, response) {
    const given = (response ?? {}) as { [name: string]: Json };
    return [question, question.fields.map((field) => saidOf(question, field, given[field.name] ?? null))];
  },

  response(question, value) {
    const said = question.fields.map((field, index): [string, Json] => [
      field.name,
      answerOf(question, field, value[index] ?? null),
    ]);
    // Not by assignment: a field may be called `__proto__`.
    return Object.fromEntries(said);
  },
} satisfies Form<FormQuestion, Said[]>;

/** What is wrong with each field, or null, in their order. */
export function faults(question: FormQuestion, value: readonly Said[]): (Problem | null)[] {
  return question.fields.map((field, index) => {
    const key = faultOf(fillingOf(question, field), value[index] ?? null);
    return key && { key, params: { field: field.name } };
  });
}

/** How many things are still to be filled in; the four corners are one box. */
export function leftOf(question: FormQuestion, value: readonly Said[]): number {
  const found = faults(question, value);
  const open = question.fields.filter((_, index) => found[index]);
  const corners = open.filter((field) => fillingOf(question, field) === 'corner').length;
  return open.length - Math.max(corners - 1, 0);
}

export function fillingOf(question: FormQuestion, field: FormField): Filling {
  if (hasBox(question) && isCorner(field)) return 'corner';
  if (field.type === 'POINT') return 'place';
  if (field.type === 'NUMBER') return 'number';
  return field.type === 'STRING' ? 'text' : 'choice';
}

/** Whether the four corners are asked for: they are drawn as one box. */
export function hasBox({ fields }: FormQuestion): boolean {
  return CORNERS.every((name) => fields.some((field) => field.name === name && isCorner(field)));
}

/** Whether something is to be shown on the picture. */
export function isDrawn(question: FormQuestion): boolean {
  return hasBox(question) || question.fields.some(({ type }) => type === 'POINT');
}

/** The box, if it has been drawn. */
export function boxOf(question: FormQuestion, value: readonly Said[]): Box | null {
  const at = (name: string) => spotOf(value[question.fields.findIndex((field) => field.name === name)]);
  const [from, to] = [at('top-left'), at('bottom-right')];
  return from && to ? { from, to } : null;
}

/** The value with another box, or without one. */
export function withBox(question: FormQuestion, value: readonly Said[], box: Box | null): Said[] {
  const corner = (index: number): Said => {
    if (!box) return null;
    const x = index === 0 || index === 3 ? box.from.x : box.to.x;
    return placeText({ x, y: index < 2 ? box.from.y : box.to.y });
  };
  return question.fields.map((field, index) => {
    if (fillingOf(question, field) !== 'corner') return value[index] ?? null;
    return corner(CORNERS.indexOf(field.name as (typeof CORNERS)[number]));
  });
}

/** A place as the answer has it: at most six decimals, no space. */
export function placeText({ x, y }: Spot): string {
  const fraction = (part: number) =>
    (Math.round(Math.min(1, Math.max(0, part)) * UNIT) / UNIT).toFixed(6).replace(/\.?0+$/, '');
  return `(${fraction(x)},${fraction(y)})`;
}

/** The place that a text tells, in fractions. */
export function spotOf(said: Json | undefined): Spot | null {
  const found = typeof said === 'string' ? PLACE.exec(said) : null;
  const [x, y] = [Number(found?.[1]), Number(found?.[2])];
  return found && x <= 1 && y <= 1 ? { x, y } : null;
}

/** Pixels of a picture, from and to fractions. */
export function inPixels({ x, y }: Spot, { width, height }: Size): Spot {
  return { x: x * width, y: y * height };
}

export function inFractions({ x, y }: Spot, { width, height }: Size): Spot {
  return { x: x / width, y: y / height };
}

function isCorner({ name, type }: FormField): boolean {
  return (CORNERS as readonly string[]).includes(name) && (type === 'STRING' || type === 'POINT');
}

/** How many choices a field has: yes and no, or those of an ENUM. */
export function choiceCount(field: FormField): number {
  return field.type === 'BOOLEAN' ? 2 : field.choices.length;
}

function fitting(question: FormQuestion, field: FormField, kept: Json | undefined): Said {
  const filling = fillingOf(question, field);
  if (filling === 'choice') {
    const fits = Number.isInteger(kept) && Number(kept) >= 0 && Number(kept) < choiceCount(field);
    return fits ? Number(kept) : null;
  }
  if (filling === 'text' || filling === 'number') return typeof kept === 'string' ? kept : null;
  return spotOf(kept) && typeof kept === 'string' ? kept : null;
}

function faultOf(filling: Filling, said: Said): Problem['key'] | null {
  const text = typeof said === 'string' ? said.trim() : '';
  switch (filling) {
    case 'choice':
      return said === null ? 'fields.noChoice' : null;
    case 'place':
      return said === null ? 'fields.noPlace' : null;
    case 'corner':
      return said === null ? 'fields.noBox' : null;
    case 'number':
      if (text === '') return 'fields.empty';
      return NUMBER.test(text) && Number.isFinite(Number(text)) ? null : 'fields.notNumber';
    case 'text':
      if (text === '') return 'fields.empty';
      return new TextEncoder().encode(text).length > LONGEST_BYTES ? 'fields.tooLong' : null;
  }
}

/** What the field holds when this was answered. */
function saidOf(question: FormQuestion, field: FormField, answer: Json): Said {
  switch (fillingOf(question, field)) {
    case 'choice':
      return field.type === 'BOOLEAN' ? (answer === true ? 0 : 1) : field.choices.indexOf(String(answer));
    default:
      return String(answer);
  }
}

function answerOf(question: FormQuestion, field: FormField, said: Said): Json {
  switch (fillingOf(question, field)) {
    case 'choice':
      return field.type === 'BOOLEAN' ? said === 0 : (field.choices[Number(said)] ?? '');
    case 'number':
      return Number(said);
    default:
      return String(said ?? '').trim();
  }
}
