// The server that the tests are given, the person who answers there, and a poor line to it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** @param {string} name */
function given(name) {
  const value = process.env[name];
  assert(value, `${name} is not set: tests/clients/test_heatjs.py starts a server and these tests.`);
  return value;
}

export const url = given('HEAT_API_URL');
export const liveKey = given('HEAT_LIVE_KEY');
export const testKey = given('HEAT_TEST_KEY');

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>}
 */
async function work(path, body) {
  const headers = { Authorization: `Bearer ${given('HEAT_WORKER')}` };
  const reply = await fetch(`${url}/worker/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

/**
 * Let the person take the next question and answer it.
 * @param {unknown} response
 */
export async function answer(response) {
  const held = await work('/assignments', { wait: 30 });
  await work(`/assignments/${held.id}/answer`, { response });
}

/**
 * Let the person take the next question and say what is wrong with it.
 * @param {string} feedback
 */
export async function flag(feedback) {
  const held = await work('/assignments', { wait: 30 });
  await work(`/assignments/${held.id}/flag`, { feedback });
}

/**
 * How many requests there are.
 * @returns {Promise<number>}
 */
export async function asked() {
  const headers = { 'X-Heat-API-Key': liveKey };
  const reply = /** @type {any} */ (await (await fetch(`${url}/v1/requests`, { headers })).json());
  return reply.requests.length;
}

/**
 * Listen until the test is over, with a handler for each call in turn; the last one stays.
 * @param {import('node:test').TestContext} test
 * @param {import('node:http').RequestListener[]} handlers
 */
export async function listen(test, ...handlers) {
  /** @type {import('node:http').IncomingMessage[]} */
  const calls = [];
  const server = createServer((request, reply) => {
    calls.push(request);
    handlers[Math.min(calls.length, handlers.length) - 1]?.(request, reply);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, calls };
}

/**
 * Pass a call on to the server, and give its reply to `then`.
 * @param {(reply: import('node:http').ServerResponse, status: number, text: string) => void} then
 * @returns {import('node:http').RequestListener}
 */
export function passing(then) {
  return async (request, reply) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { host, connection, 'content-length': length, ...headers } = request.headers;
    const answered = await fetch(url + request.url, {
      method: request.method ?? 'GET',
      headers: /** @type {Record<string, string>} */ (headers),
      body: parts.length ? Buffer.concat(parts) : null,
    });
    then(reply, answered.status, await answered.text());
  };
}

/** Passes the call on, and loses the reply. */
export const losing = passing((reply) => reply.destroy());

/** Passes the call on, and the reply back. */
export const open = passing((reply, status, text) => reply.writeHead(status).end(text));

/**
 * Replies with a status and a text, whatever was asked.
 * @param {number} status
 * @param {string} text
 * @param {Record<string, string>} [headers]
 * @returns {import('node:http').RequestListener}
 */
export function saying(status, text, headers = {}) {
  return (_, reply) => reply.writeHead(status, headers).end(text);
}
