import { expect, it } from 'vitest';
import { picturesOf } from '../src/core/ahead';
import type { Task } from '../src/core/wire';

const task = (more: object): Task =>
  ({
    id: 't',
    project: 'p',
    type: 'free-text',
    kind: 'text',
    question: { validation: 'none' },
    instruction: '?',
    attachments: [],
    sources: {},
    created_at: '2030-01-01T00:00:00Z',
    ...more,
  }) as Task;

it('names the pictures among the attachments and the choices, where this server shows them', () => {
  const found = picturesOf(
    task({
      kind: 'choice',
      question: { choices: ['http://a/2', 'http://a/1'], choices_type: 'image', min: 1, max: 1 },
      attachments: [
        { type: 'text', value: 'http://a/1' },
        { type: 'image', value: 'http://a/1' },
        { type: 'video', value: 'http://a/3' },
        { type: 'image', value: 'http://elsewhere/4' },
      ],
      sources: { 'http://a/1': '/m/1', 'http://a/2': '/m/2', 'http://a/3': '/m/3' },
    }),
  );
  expect(found).toEqual(['/m/1', '/m/2']);
});

it('takes the first frames of a film of pictures, and not all of them', () => {
  const frames = Array.from({ length: 500 }, (_, index) => ({ frame_id: `f${index}`, src: `http://a/${index}` }));
  const sources = Object.fromEntries(frames.map(({ src }, index) => [src, `/m/${index}`]));
  const found = picturesOf(task({ kind: 'tracking', question: { frames }, sources }));
  expect(found).toEqual(Array.from({ length: 12 }, (_, index) => `/m/${index}`));
});
