/** The languages of the page: their names, how they count, and how their catalogues are fetched. */

import type { Catalogue } from './messages';

export interface Language {
  code: string;
  /** Its own name for itself. */
  name: string;
  /** For Intl; digits stay those of the keyboard and of the answers. */
  tag: string;
  /** Fetch its messages; null: they come with the page. */
  load: (() => Promise<Catalogue>) | null;
}

export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English', tag: 'en', load: null },
  {
    code: 'de',
    name: 'Deutsch',
    tag: 'de',
    load: async () => (await import('../locales/de')).de,
  },
  {
    code: 'ar',
    name: 'العربية',
    tag: 'ar-u-nu-latn',
    load: async () => (await import('../locales/ar')).ar,
  },
];

/** The language chosen, else the first that the browser asks for and that there is, else English. */
export function chooseLanguage(chosen: string | null, wanted: readonly string[]): Language {
  const codes = [chosen ?? '', ...wanted].map((tag) => tag.toLowerCase().split('-')[0]);
  const code = codes.find((each) => LANGUAGES.some((one) => one.code === each)) ?? 'en';
  return LANGUAGES.find((one) => one.code === code) as Language;
}
