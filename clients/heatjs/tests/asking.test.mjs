// Asking, reading, waiting and withdrawing, at a running server with a person to answer.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import heat, { HeatError } from '@humanwire/heatjs';
import { answer, asked, flag, liveKey, testKey, url } from './place.mjs';

const live = heat(liveKey, { url });
const staged = heat(testKey, { url });
const PICTURE = { attachments_type: /** @type {const} */ ('image'), attachments: ['https://example.org/a.png'] };
const CHOICE = { instruction: 'Which animal?', choices: ['cat', 'dog', 'fox'] };
const UNKNOWN = '0198a2b4-1dfb-7000-bbb6-89bead0d7e5a';

test('each type of request is staged at once, in its own shape', async () => {
  const mark = { instruction: 'Mark all cats', ...PICTURE };
  const choice = await staged.requestMultipleChoice(CHOICE);
  assert.equal(choice.status, 'complete');
  assert.equal(choice.type, 'multiple-choice');
  assert(CHOICE.choices.includes(String(choice.response?.[0])));
  assert.deepEqual(choice.choices, CHOICE.choices);

  const text = await staged.requestFreeText({ instruction: 'Name a fruit' });
  assert.equal(typeof text.response, 'string');
  const rating = await staged.requestRating({ instruction: 'How old?', rating_max: 20, rating_step: 5 });
  assert.equal(Number(rating.response) % 5, 0);

  for (const find of [staged.requestImage, staged.requestVideo, staged.requestAudio]) {
    assert.match(String((await find({ instruction: 'A cat' })).response), /^https?:/);
  }
  const marks = await staged.requestAnnotations({ ...mark, annotations_type: 'rectangle' });
  assert(Number(marks.response?.[0]?.x2) > Number(marks.response?.[0]?.x));
  const per_annotation = { instruction: 'What colour?', choices: ['gray', 'white'] };
  const chosen = await staged.requestAnnotationsWithMultipleChoice({ ...mark, per_annotation });
  assert(Array.isArray(chosen.response?.[0]?.response));
  const said = await staged.requestAnnotationsWithFreeText({ ...mark, per_annotation: { instruction: 'Mood?' } });
  assert.equal(typeof said.response?.[0]?.response, 'string');
  const rated = await staged.requestAnnotationsWithRating({ ...mark, per_annotation: { instruction: 'Mood?' } });
  assert.equal(typeof rated.response?.[0]?.response, 'number');
});

test('a type without a method of its own is asked by its name', async () => {
  const { response, type } = await staged.request('closed-question', { instruction: 'Is it all right?', ...PICTURE });
  assert.equal(type, 'closed-question');
  assert(['approved', 'declined', 'ban'].includes(String(/** @type {unknown[]} */ (response)[0])));
});

test('without a block the request is pending, and read until a person has answered', async () => {
  const made = await live.requestMultipleChoice(CHOICE);
  assert.equal(made.status, 'pending');
  assert.equal('response' in made, false);
  assert.equal((await live.getRequest(made.id)).status, 'pending');
  assert.equal((await live.getRequest(made.id, 0.05)).status, 'pending');

  const waiting = live.getRequest(made.id, 60);
  await answer(['fox']);

  const ended = await waiting;
  assert.deepEqual([ended.status, ended.response], ['complete', ['fox']]);
  assert.deepEqual(Object.values(ended.raw_responses ?? {}), [['fox']]);
});

test('a block holds the call until a person has answered', async () => {
  const asking = live.requestFreeText({ instruction: 'Translate from Spanish', attachments: ['hola mundo'] }, 60);
  await answer('hello world');
  assert.equal((await asking).response, 'hello world');
});

test('waiting for a request goes on until it has ended', async () => {
  const { id } = await live.requestRating({ instruction: 'How old?' });
  const waiting = live.waitForRequest(id);
  await answer(35);
  assert.equal((await waiting).response, 35);
  assert.equal((await live.waitForRequest(id)).response, 35);
});

test('waiting can have an end, and can be called off', async () => {
  const { id } = await live.requestFreeText({ instruction: 'Say nothing' });
  await assert.rejects(live.waitForRequest(id, { timeout: 0.1 }), { name: 'HeatError', code: 'timeout' });
  const calling = new AbortController();
  const waiting = live.waitForRequest(id, { signal: calling.signal });
  calling.abort(new Error('No more need'));
  await assert.rejects(waiting, { message: 'No more need' });
  await live.abortRequest(id);
});

test('what cannot be done comes back flagged, with what the person said', async () => {
  const waiting = live.requestFreeText({ instruction: 'Read the note' }, 60);
  await flag('There is no note.');
  const { status, cruncher_feedback } = await waiting;
  assert.deepEqual([status, cruncher_feedback], ['flagged', 'There is no note.']);
});

test('a pending request can be withdrawn, once', async () => {
  const { id } = await live.requestFreeText({ instruction: 'Never mind' });
  assert.deepEqual(await live.abortRequest(id), { success: true });
  assert.equal((await live.getRequest(id)).status, 'aborted');
  await assert.rejects(live.abortRequest(id), { status: 400, code: 'already_ended', attempts: 1 });
});

test('two calls with the same key of the caller ask once', async () => {
  const before = await asked();
  const options = { idempotencyKey: 'order 17' };
  const first = await live.requestMultipleChoice(CHOICE, 0, options);
  const again = await live.requestMultipleChoice(CHOICE, 0, options);
  assert.equal(again.id, first.id);
  assert.equal(await asked(), before + 1);
  const other = live.requestMultipleChoice({ ...CHOICE, instruction: 'Which one?' }, 0, options);
  await assert.rejects(other, { status: 409, code: 'idempotency_conflict' });
  await live.abortRequest(first.id);
});

test('a refusal says status, code and field', async () => {
  const refused = live.requestMultipleChoice({ instruction: 'Which?', choices: ['cat', 'cat'] });
  const error = await refused.then(() => assert.fail(), (reason) => reason);
  assert(error instanceof HeatError);
  assert.deepEqual([error.status, error.code, error.field, error.attempts], [400, 'invalid', 'choices', 1]);
  assert(error.message.length > 0);

  await assert.rejects(live.getRequest(UNKNOWN), { status: 404, code: 'not_found', field: undefined });
  await assert.rejects(live.getRequest(UNKNOWN, -1), { status: 400, field: 'block' });
  await assert.rejects(live.getRequest(UNKNOWN, NaN), { status: 400, field: 'block' });
  await assert.rejects(live.request('no-such-type', CHOICE), { status: 404 });
  await assert.rejects(heat('live_wrong', { url }).getRequest(UNKNOWN), { status: 401, code: 'unauthorized' });
});

test('what cannot be meant is refused before anything is sent', async () => {
  assert.throws(() => heat('', { url }), TypeError);
  assert.throws(() => heat(liveKey, { url: 'ftp://example.org' }), TypeError);
  assert.throws(() => heat(liveKey, { url: 'https://me:secret@example.org' }), TypeError);
  assert.throws(() => heat(liveKey, { url, retries: -1 }), TypeError);
  assert.throws(() => heat(liveKey, { url, timeout: NaN }), TypeError);
  await assert.rejects(live.getRequest(''), TypeError);
  await assert.rejects(live.requestFreeText(/** @type {any} */ ('Name a fruit')), TypeError);
});

test('the address comes from HEAT_API_URL, or must be given', async () => {
  const { id } = await heat(testKey).requestFreeText({ instruction: 'Name a fruit' });
  assert.equal((await heat(testKey, { url: `${url}/` }).getRequest(id)).id, id);
  delete process.env['HEAT_API_URL'];
  assert.throws(() => heat(testKey), /HEAT_API_URL/);
  process.env['HEAT_API_URL'] = url;
});

test('require gives the function itself', async () => {
  const required = createRequire(import.meta.url)('@humanwire/heatjs');
  const { requestFreeText } = required(testKey, { url });
  assert.equal((await requestFreeText({ instruction: 'Name a fruit' })).status, 'complete');
  assert.equal(typeof required.HeatError, 'function');
});
