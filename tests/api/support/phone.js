/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Registration the way people do it: accept the terms, prove a phone number by the code sent to it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { accepted, password, User } from './user.js';

let numbers = 0;

/** A well-formed German mobile number that no test has used; tests in parallel files have servers of their own. */
export function freshNumber() {
  return `1512${String(3_000_000 + ++numbers)}`;
}

export const secret = () => randomBytes(16).toString('hex');

export function requestCode(server, number, { path = '/_matrix/client/v3/register/msisdn/requestToken', clientSecret = secret(), attempt = 1, country = 'DE', ...more } = {}) {
  return server
    .request('POST', path, { body: { client_secret: clientSecret, country, phone_number: number, send_attempt: attempt, ...more } })
    .then((response) => ({ response, clientSecret, ...response.body }));
}

const codeLine = /#(\d{6})\s*$/;

/** Messages to the number that carry a code, oldest first; it may get others. */
const codesTo = (server, number) =>
  server.outbox().filter(({ channel, recipient, text }) => channel === 'sms' && recipient.replace(/\D/g, '').endsWith(number) && codeLine.test(text));

/** The newest code sent to the number; waits for the job that sends it. */
export async function codeFor(server, number, after = 0) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const texts = codesTo(server, number);
    if (texts.length > after) return { code: codeLine.exec(texts.at(-1).text)[1], count: texts.length, text: texts.at(-1).text };
    assert.ok(Date.now() < deadline, `no SMS to ${number}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export function submitCode(server, { submit_url: url, sid, clientSecret }, token) {
  const { pathname } = new URL(url, server.url);
  return server.request('POST', pathname, { body: { sid, client_secret: clientSecret, token } });
}

/** A proven number: the creds a UIA stage or a login takes. */
export async function proveNumber(server, number, options = {}) {
  const before = codesTo(server, number).length;
  const asked = await requestCode(server, number, options);
  accepted(asked.response);
  const { code } = await codeFor(server, number, before);
  accepted(await submitCode(server, asked, code));
  return { sid: asked.sid, client_secret: asked.clientSecret };
}

/** The whole registration in its stages. */
export async function registerByPhone(server, username, number = freshNumber(), extra = {}) {
  const attempt = (auth) => server.request('POST', '/_matrix/client/v3/register', { body: { username, password, auth, ...extra } });
  const first = await attempt(undefined);
  assert.equal(first.status, 401);
  const { session } = first.body;
  const terms = await attempt({ type: 'm.login.terms', session });
  assert.equal(terms.status, 401, terms.text);
  assert.deepEqual(terms.body.completed, ['m.login.terms']);
  const creds = await proveNumber(server, number);
  return new User(server, accepted(await attempt({ type: 'm.login.msisdn', session, threepid_creds: creds })));
}
