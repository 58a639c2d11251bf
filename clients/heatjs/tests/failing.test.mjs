// Poor lines and busy servers: what is sent again, what is not, and that nothing is asked twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import heat from '@humanwire/heatjs';
import { answer, asked, listen, liveKey, losing, open, saying, url } from './place.mjs';

const TEXT = { instruction: 'Name a fruit' };
const REFUSED = JSON.stringify({ error: { code: 'unavailable', message: 'Not now.' } });

test('a reply that is lost does not ask twice', async (context) => {
  const before = await asked();
  const line = await listen(context, losing, losing, open);
  const made = await heat(liveKey, { url: line.url }).requestFreeText(TEXT);
  assert.equal(line.calls.length, 3);
  assert.equal(await asked(), before + 1);
  const keys = new Set(line.calls.map((call) => call.headers['idempotency-key']));
  assert.equal(keys.size, 1);
  await heat(liveKey, { url }).abortRequest(made.id);
});

test('a blocking call goes on after its line was cut, for what is left of its time', async (context) => {
  const line = await listen(context, (_, reply) => reply.destroy(), open);
  const asking = heat(liveKey, { url: line.url }).requestFreeText(TEXT, 60);
  await answer('pear');
  assert.equal((await asking).response, 'pear');
  const [first, second] = line.calls.map((call) => Number(call.url?.split('block=')[1]));
  assert.equal(first, 60);
  assert(Number(second) < 60 && Number(second) >= 0);
});

test('withdrawing succeeds when only its reply was lost', async (context) => {
  const direct = heat(liveKey, { url });
  const { id } = await direct.requestFreeText(TEXT);
  const line = await listen(context, losing, open);
  assert.deepEqual(await heat(liveKey, { url: line.url }).abortRequest(id), { success: true });

  const done = await direct.requestFreeText(TEXT);
  await answer('pear');
  const cut = await listen(context, losing, open);
  const late = heat(liveKey, { url: cut.url }).abortRequest(done.id);
  await assert.rejects(late, { status: 400, code: 'already_ended', attempts: 2 });
});

for (const status of [429, 500, 502, 503, 504]) {
  test(`a ${status} is asked again`, async (context) => {
    const line = await listen(context, saying(status, REFUSED, { 'Retry-After': '0' }), saying(200, '{"id": "7"}'));
    assert.equal((await heat('k', { url: line.url }).getRequest('7')).id, '7');
    assert.equal(line.calls.length, 2);
  });
}

for (const status of [400, 401, 403, 404, 409, 413]) {
  test(`a ${status} is not`, async (context) => {
    const line = await listen(context, saying(status, REFUSED));
    await assert.rejects(heat('k', { url: line.url }).getRequest('7'), { status, code: 'unavailable', attempts: 1 });
    assert.equal(line.calls.length, 1);
  });
}

test('it is asked again as often as wished, then given up', async (context) => {
  const line = await listen(context, saying(503, REFUSED));
  const once = heat('k', { url: line.url, retries: 1 }).getRequest('7');
  await assert.rejects(once, { name: 'HeatError', status: 503, message: 'Not now.', attempts: 2 });
  const never = heat('k', { url: line.url, retries: 0 }).getRequest('7');
  await assert.rejects(never, { status: 503, attempts: 1 });
});

test('who is told to come back much later is not kept waiting', async (context) => {
  const line = await listen(context, saying(429, REFUSED, { 'Retry-After': '3600' }));
  await assert.rejects(heat('k', { url: line.url }).getRequest('7'), { status: 429, retryAfter: 3600, attempts: 1 });
});

test('a server that does not reply is not waited for without end', async (context) => {
  const line = await listen(context, () => {});
  const call = heat('k', { url: line.url, timeout: 0.05, retries: 1 }).getRequest('7');
  await assert.rejects(call, { code: 'timeout', status: undefined, attempts: 2 });
});

test('nor one whose reply does not end', async (context) => {
  const line = await listen(context, (_, reply) => void reply.writeHead(200).write('{"id":'));
  const call = heat('k', { url: line.url, timeout: 0.05, retries: 0 }).getRequest('7');
  await assert.rejects(call, { code: 'timeout' });
});

test('no server at all is said so', async (context) => {
  const line = await listen(context, (_, reply) => reply.destroy());
  const error = await heat('k', { url: line.url, retries: 0 }).getRequest('7').catch((reason) => reason);
  assert.deepEqual([error.code, error.status], ['network', undefined]);
  assert(error.cause instanceof Error);
});

test('another page in place of the server is told from it', async (context) => {
  const page = await listen(context, saying(200, '<html>Sign in</html>'));
  await assert.rejects(heat('k', { url: page.url }).getRequest('7'), { code: 'bad_reply', status: 200 });
  const broken = await listen(context, saying(404, '<html>Nothing here</html>'));
  await assert.rejects(heat('k', { url: broken.url }).getRequest('7'), { code: 'bad_reply', status: 404 });
});

test('a key does not follow to where a redirect leads', async (context) => {
  const elsewhere = await listen(context, saying(200, '{}'));
  const line = await listen(context, saying(307, '', { Location: elsewhere.url }));
  await assert.rejects(heat('k', { url: line.url }).requestFreeText(TEXT), { status: 307 });
  assert.equal(elsewhere.calls.length, 0);
});

test('a call that is called off rejects with the reason, while it is sent and between', async (context) => {
  const silent = await listen(context, () => calling.abort(new Error('Enough')));
  let calling = new AbortController();
  const sent = heat('k', { url: silent.url }).getRequest('7', 60, { signal: calling.signal });
  await assert.rejects(sent, { message: 'Enough' });
  assert.equal(silent.calls.length, 1);
  const before = heat('k', { url: silent.url }).getRequest('7', 60, { signal: calling.signal });
  await assert.rejects(before, { message: 'Enough' });
  assert.equal(silent.calls.length, 1);
  const busy = await listen(context, (request, reply) => {
    saying(503, REFUSED, { 'Retry-After': '20' })(request, reply);
    setTimeout(() => calling.abort(new Error('Enough')), 20);
  });
  calling = new AbortController();
  const between = heat('k', { url: busy.url }).getRequest('7', 0, { signal: calling.signal });
  await assert.rejects(between, { message: 'Enough' });
});

test('a server that gives up a block early is not pressed', async (context) => {
  const pending = saying(200, '{"id": "7", "status": "pending"}');
  const line = await listen(context, pending, pending, saying(200, '{"id": "7", "status": "complete"}'));
  const begun = Date.now();
  assert.equal((await heat('k', { url: line.url }).waitForRequest('7')).status, 'complete');
  assert(Date.now() - begun >= 700);
  assert.equal(line.calls.length, 3);
});

test('ids and types stay within their place in the address', async (context) => {
  const line = await listen(context, saying(200, '{"id": "7"}'));
  await heat('k', { url: `${line.url}/humans/` }).getRequest('../deliveries?x=1');
  assert.equal(line.calls[0]?.url, '/humans/v1/requests/..%2Fdeliveries%3Fx%3D1');
});
