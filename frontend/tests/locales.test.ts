import { describe, expect, it } from 'vitest';
import { chooseLanguage, LANGUAGES } from '../src/core/languages';
import { direction, translator, type Catalogue, type Message } from '../src/core/messages';
import { en } from '../src/locales/en';

const placeholders = (message: Message | undefined): string[] => {
  const texts = typeof message === 'string' ? [message] : Object.values(message ?? {});
  const found = texts.flatMap((text) => text.match(/\{\w+\}/g) ?? []);
  return [...new Set(found)].sort();
};
const formsOf = (message: Message | undefined) =>
  typeof message === 'string' ? ['other'] : Object.keys(message ?? {});

const others = LANGUAGES.filter(({ load }) => load !== null);

describe.each(others)('the catalogue of $name', ({ tag, load }) => {
  const fetched = (load as () => Promise<Catalogue>)();

  it('has exactly the keys of English', async () => {
    expect(Object.keys(await fetched).sort()).toEqual(Object.keys(en).sort());
  });

  it('has the placeholders of English in every form', async () => {
    const catalogue: Catalogue = await fetched;
    for (const [key, message] of Object.entries(en) as [keyof typeof en, Message][]) {
      const theirs = catalogue[key];
      for (const text of typeof theirs === 'string' ? [theirs] : Object.values(theirs ?? {})) {
        expect([key, placeholders(text)]).toEqual([key, placeholders(message)]);
      }
    }
  });

  it('has no plural form that the language does not know', async () => {
    const known: string[] = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    for (const [key, message] of Object.entries(await fetched)) {
      for (const form of formsOf(message as Message)) expect(known, key).toContain(form);
    }
  });

  it('says nothing empty', async () => {
    for (const [key, message] of Object.entries(await fetched)) {
      const texts = typeof message === 'string' ? [message] : Object.values(message as object);
      for (const text of texts) expect(String(text).trim(), key).not.toBe('');
    }
  });
});

describe('a translator', () => {
  const catalogue: Catalogue = {
    'app.today': { zero: 'none', one: 'one', two: 'two', few: '{count} few', many: '{count} many', other: '{count}' },
    'app.account': '<{name}>',
  };

  it('counts as the language does', () => {
    const arabic = translator(catalogue, 'ar-u-nu-latn');
    const said = [0, 1, 2, 5, 11, 100].map((count) => arabic('app.today', { count }));
    expect(said.map((text) => text.replace(/[\u2068\u2069]/g, ''))).toEqual([
      'none', 'one', 'two', '5 few', '11 many', '100',
    ]);
    expect(translator(en, 'en')('app.today', { count: 1 })).toBe('1 answer sent');
    expect(translator(en, 'en')('app.today', { count: 1_234 })).toBe('1,234 answers sent');
  });

  it('keeps words of another direction apart where it matters', () => {
    expect(translator(catalogue, 'ar-u-nu-latn')('app.account', { name: 'Ada' })).toBe('<\u2068Ada\u2069>');
    expect(translator(catalogue, 'de')('app.account', { name: 'Ada' })).toBe('<Ada>');
  });

  it('says in English what a catalogue lacks', () => {
    expect(translator(catalogue, 'de', en)('task.submit')).toBe('Submit');
  });
});

describe('the language', () => {
  it.each([
    [null, ['de-AT', 'en'], 'de'],
    [null, ['fr-FR', 'ar-EG'], 'ar'],
    [null, ['fr'], 'en'],
    [null, [], 'en'],
    ['ar', ['de'], 'ar'],
    ['xx', ['de'], 'de'],
  ])('is the chosen one, else the browser’s: %j %j', (chosen, wanted, code) => {
    expect(chooseLanguage(chosen, wanted).code).toBe(code);
  });

  it('says which way it is written', () => {
    expect(['en', 'de', 'ar-u-nu-latn', 'arn'].map(direction)).toEqual(['ltr', 'ltr', 'rtl', 'ltr']);
  });
});
