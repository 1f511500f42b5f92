/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Requests below every client library, so that tests can also say what no library would. Each answer is shown
// to the contract.
import http from 'node:http';
import net from 'node:net';
import { observe } from './contract.js';

const agent = new http.Agent({ keepAlive: true, maxSockets: 512 });

/** Closes the connections kept open between requests. */
export const hangUp = () => agent.destroy();

/** `Response` of a test: status, headers, bytes, text and, if it is JSON, body. */
function answer(message, bytes) {
  const text = bytes.toString('utf8');
  let body;
  if (/^application\/json\b/.test(message.headers['content-type'] ?? '')) {
    try {
      body = JSON.parse(text);
    } catch {
      body = undefined;
    }
  }
  return { status: message.statusCode, headers: message.headers, bytes, text, body };
}

function withQuery(path, query) {
  if (!query) return path;
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, typeof one === 'object' ? JSON.stringify(one) : String(one));
  }
  const text = search.toString();
  return text ? `${path}${path.includes('?') ? '&' : '?'}${text}` : path;
}

/** The answer once its head is there; nothing of the body has been read. */
function begin(base, method, path, { token, body, type, headers = {}, query, signal, fresh = false } = {}) {
  const payload = body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const url = new URL(base);
  return new Promise((done, fail) => {
    const outgoing = http.request(
      {
        host: url.hostname,
        port: url.port,
        method,
        path: withQuery(path, query),
        agent: fresh ? false : agent,
        signal,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      },
      done,
    );
    outgoing.on('error', fail);
    outgoing.end(payload);
  });
}

function finish(message, method, path) {
  return new Promise((done, fail) => {
    const pieces = [];
    message.on('data', (piece) => pieces.push(piece));
    message.on('error', fail);
    message.on('end', () => {
      const response = answer(message, Buffer.concat(pieces));
      observe(method, path, response);
      done(response);
    });
  });
}

/**
 * One request. `body`: an object (sent as JSON), or a string or Buffer (sent as it is, with `type`).
 * `signal` aborts it. `fresh`: a connection of its own.
 */
export async function request(base, method, path, options) {
  return finish(await begin(base, method, path, options), method, path);
}

/** One request of somebody who does not take the answer yet: its status and headers, and read() for all of it. */
export async function slowRequest(base, method, path, options) {
  const message = await begin(base, method, path, { ...options, fresh: true });
  return { status: message.statusCode, headers: message.headers, read: () => finish(message, method, path) };
}

/** Sends bytes as they are and resolves with all that comes back until the server closes, or `until` matches. */
export function rawExchange(base, bytes, { until } = {}) {
  const url = new URL(base);
  return new Promise((done, fail) => {
    const socket = net.connect(Number(url.port), url.hostname);
    let received = '';
    socket.setTimeout(15_000, () => socket.destroy(new Error(`no end of answer; so far: ${received}`)));
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (piece) => {
      received += piece.toString('latin1');
      if (until?.test(received)) socket.end();
    });
    socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? done(received) : fail(error)));
    socket.on('close', () => done(received));
  });
}
