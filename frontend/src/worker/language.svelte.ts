/** The language of the page: `t` read in a template or an effect follows a change of it. */

import { chooseLanguage } from '../core/languages';
import { direction, translator, type Translate } from '../core/messages';
import { en } from '../locales/en';

class Spoken {
  code = $state('en');
  /** For Intl. */
  tag = $state('en');
  translate = $state.raw<Translate>(translator(en, 'en'));
}

export const spoken = new Spoken();

export const t: Translate = (key, params) => spoken.translate(key, params);

/** Speak the language chosen (null: the browser's); where it cannot be fetched, all stays as it is. */
export async function speak(chosen: string | null): Promise<void> {
  const language = chooseLanguage(chosen, navigator.languages);
  if (language.code === spoken.code) return;
  const catalogue = language.load ? await language.load().catch(() => null) : en;
  if (!catalogue) return;
  spoken.translate = translator(catalogue, language.tag, en);
  spoken.code = language.code;
  spoken.tag = language.tag;
  document.documentElement.lang = language.code;
  document.documentElement.dir = direction(language.tag);
}

/** A moment as the language writes it. */
export function moment(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(spoken.tag, options).format(at);
}

/** A number as the language writes it. */
export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(spoken.tag, options).format(value);
}
