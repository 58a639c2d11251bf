import { describe, expect, it } from 'vitest';
import { isMarkdown, titled, withoutMarks } from '../src/core/markdown';

describe('a text', () => {
  it.each([
    'Mark each **car** once.',
    '# How to mark\nOne box each.',
    'Do this:\n- first\n- second',
    '1. look\n2. mark',
    'See [the rules](https://example.org/rules).',
    'Write `none` if there is none.',
    '> as they say',
    'a | b\n--- | ---\n1 | 2',
  ])('is Markdown: %j', (text) => expect(isMarkdown(text)).toBe(true));

  it.each([
    'Which one is a fruit?',
    'How many? 1. good 2. bad',
    'Rate 2 * 3 * 4, and __init__',
    '* as shown',
    'Is 3 > 2?\nYes - or no.',
    '#hashtag of the day',
    'snake_case_name and a * b',
    'Compare a | b',
    '[sic](no address)',
  ])('is as it is: %j', (text) => expect(isMarkdown(text)).toBe(false));

  it('gives its first line as the title, without marks', () => {
    expect(titled('  # Cars\n\nMark **each**.\n')).toEqual({ title: '# Cars', rest: 'Mark **each**.' });
    expect(titled('One line')).toEqual({ title: 'One line', rest: '' });
    expect(withoutMarks('## Mark **each** `car`, [see](https://a.example) ##')).toBe('Mark each car, see');
    expect(withoutMarks('a #1 choice')).toBe('a #1 choice');
  });
});
