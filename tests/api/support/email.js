/* SPDX-License-Identifier: AGPL-3.0-or-later */
// E-mail addresses proven the way people do it: by the code, or by the link and its page.
import assert from 'node:assert/strict';
import { freshNumber, proveNumber, secret, submitCode } from './phone.js';
import { accepted, password, refused, User } from './user.js';

let addresses = 0;

/** An address that no test has used. */
export const freshAddress = () => `person${++addresses}@mail.example`;

export const emailPaths = {
  register: '/_matrix/client/v3/register/email/requestToken',
  add: '/_matrix/client/v3/account/3pid/email/requestToken',
  reset: '/_matrix/client/v3/account/password/email/requestToken',
};

export function requestEmail(server, path, email, { clientSecret = secret(), attempt = 1, token, headers, ...more } = {}) {
  return server
    .request('POST', path, { body: { client_secret: clientSecret, email, send_attempt: attempt, ...more }, token, headers })
    .then((response) => ({ response, clientSecret, ...response.body }));
}

/** What a mail says. */
export function parseMail({ subject, text }) {
  return { subject, text, code: /\b(\d{6})\b/.exec(text)?.[1], link: /^https?:\S+\/confirm\?\S+$/m.exec(text)?.[0] };
}

const mailsTo = (server, address) => server.outbox().filter((message) => message.channel === 'email' && message.recipient === address.toLowerCase());

async function newestOf(mailsNow, address, count) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const mails = mailsNow();
    if (mails.length >= count) return parseMail(mails.at(-1));
    assert.ok(Date.now() < deadline, `no e-mail to ${address}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** The newest mail to an address once there are `count` of them. */
export const mailTo = (server, address, count = 1) => newestOf(() => mailsTo(server, address), address, count);

export const mailCount = (server, address) => mailsTo(server, address).length;

const pathOf = (link) => link.slice(new URL(link).origin.length);

export const openLink = (server, link, headers) => server.request('GET', pathOf(link), { headers });

/** Presses the page's button. */
export async function confirmLink(server, link) {
  const page = await openLink(server, link);
  assert.equal(page.status, 200, page.text);
  const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1];
  const fields = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  return server.request('POST', action, { body: new URLSearchParams(fields).toString(), type: 'application/x-www-form-urlencoded' });
}

/** A proven address: the creds that adding, registering and resetting take. */
export async function proveAddress(server, path, address, options = {}) {
  // Other mails to the address may still be on their way.
  const withCode = () => mailsTo(server, address).filter((mail) => parseMail(mail).link);
  const before = withCode().length;
  const asked = await requestEmail(server, path, address, options);
  accepted(asked.response);
  const { code } = await newestOf(withCode, address, before + 1);
  accepted(await submitCode(server, asked, code));
  return { sid: asked.sid, client_secret: asked.clientSecret };
}

/** The whole registration in its stages, with an address beside the number. */
export async function registerByEmail(server, username, address) {
  const attempt = (auth) => server.request('POST', '/_matrix/client/v3/register', { body: { username, password, auth } });
  const { session } = refused(await attempt(undefined), 401);
  refused(await attempt({ type: 'm.login.terms', session }), 401);
  const email = await proveAddress(server, emailPaths.register, address);
  refused(await attempt({ type: 'm.login.email.identity', session, threepid_creds: email }), 401);
  const number = await proveNumber(server, freshNumber());
  return new User(server, accepted(await attempt({ type: 'm.login.msisdn', session, threepid_creds: number })));
}

/** Gives the account a proven contact: the answer to the request that does it. */
export async function addContact(user, creds) {
  const post = (body) => user.request('POST', '/v3/account/3pid/add', { body });
  const { session } = refused(await post(creds), 401);
  return post({ ...creds, auth: { type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, session } });
}
