/** Messages in a language: looked up by key, filled in with parameters, plurals by Intl. */

import type { en } from '../locales/en';

export type MessageKey = keyof typeof en;
export type Params = Record<string, string | number>;
export type Message = string | { one: string; other: string };
/** A language's messages; the compiler asks for each key that English has. */
export type Catalogue = Record<MessageKey, Message>;
export type Translate = (key: MessageKey, params?: Params) => string;

/** A translator for one catalogue; `{count}` chooses the plural form. */
export function translator(catalogue: Catalogue, language: string): Translate {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 20 });
  return (key, params = {}) => {
    const message = catalogue[key];
    const text =
      typeof message === 'string'
        ? message
        : message[plurals.select(Number(params['count'])) === 'one' ? 'one' : 'other'];
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? numbers.format(value) : value;
    });
  };
}
