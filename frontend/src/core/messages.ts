/** Messages in a language: looked up by key, filled in with parameters, plurals by Intl. */

import type { en } from '../locales/en';

export type MessageKey = keyof typeof en;
export type Params = Record<string, string | number>;
/** A text, or one for each plural form that the language has. */
export type Message = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
/** A language's messages; what one lacks is said in English. */
export type Catalogue = Partial<Record<MessageKey, Message>>;
export type Translate = (key: MessageKey, params?: Params) => string;

/** Around words of another direction, so that they do not turn those beside them. */
const ISOLATE = '\u2068';
const END = '\u2069';

/** A translator for one catalogue and its fallback; `{count}` chooses the plural form. */
export function translator(catalogue: Catalogue, tag: string, fallback: Catalogue = catalogue): Translate {
  const plurals = new Intl.PluralRules(tag);
  const numbers = new Intl.NumberFormat(tag, { maximumFractionDigits: 20 });
  const isolates = direction(tag) === 'rtl';
  return (key, params = {}) => {
    const message = catalogue[key] ?? fallback[key] ?? key;
    const text = typeof message === 'string' ? message : form(message, plurals, params['count']);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      const words = typeof value === 'number' ? numbers.format(value) : value;
      return isolates ? ISOLATE + words + END : words;
    });
  };
}

function form(message: Exclude<Message, string>, plurals: Intl.PluralRules, count: unknown): string {
  return message[plurals.select(Number(count))] ?? message.other;
}

/** Which way a language is written. */
export function direction(tag: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur)\b/.test(tag) ? 'rtl' : 'ltr';
}
