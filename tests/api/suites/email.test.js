/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Adding Account Administrative Contact Information" and what goes with it, for e-mail addresses: a second
// contact an account may have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addContact as add, confirmLink, emailPaths, freshAddress, mailCount, mailTo, openLink, proveAddress, requestEmail } from '../support/email.js';
import { freshNumber, proveNumber, registerByPhone, submitCode } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, password, refused, register, signIn, User } from '../support/user.js';

const app = 'https://app.example.org';
const server = useServer({ set: { 'email.next_links': `${app}, https://other.example` } });
const authOf = (user, session) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, session });
const contactsOf = async (user) => (await user.get('/v3/account/3pid')).threepids.map(({ medium, address }) => `${medium} ${address}`);

async function withAddress(name, address = freshAddress()) {
  const user = await register(server, name);
  accepted(await add(user, await proveAddress(server, emailPaths.add, address, { token: user.token })));
  return { user, address };
}

// ---- adding, listing, removing ----

test('a proven address is added beside the number, shown, and removed', async () => {
  const [number, address] = [freshNumber(), freshAddress()];
  const alice = await registerByPhone(server, `both${Date.now()}`, number);
  const before = Date.now();
  assert.deepEqual(accepted(await add(alice, await proveAddress(server, emailPaths.add, address, { token: alice.token }))), {});
  assert.deepEqual(await contactsOf(alice), [`msisdn 49${number}`, `email ${address}`]);
  const { threepids } = await alice.get('/v3/account/3pid');
  assert.ok(threepids[1].added_at >= before - 1000 && threepids[1].validated_at >= before - 1000);
  assert.deepEqual(await alice.post('/v3/account/3pid/delete', { medium: 'email', address: address.toUpperCase() }), { id_server_unbind_result: 'no-support' });
  assert.deepEqual(await contactsOf(alice), [`msisdn 49${number}`]);
});

test('a removed address is free for others, and another one takes the place of the first', async () => {
  const { user: alice, address } = await withAddress('alice');
  const second = freshAddress();
  accepted(await add(alice, await proveAddress(server, emailPaths.add, second, { token: alice.token })));
  assert.deepEqual(await contactsOf(alice), [`email ${second}`]);
  await withAddress('bob', address);
  await alice.post('/v3/account/3pid/delete', { medium: 'email', address: second });
  await withAddress('carol', second);
});

test('removing somebody else’s address removes nothing', async () => {
  const { user: alice, address } = await withAddress('alice');
  const bob = await register(server, 'bob');
  await bob.post('/v3/account/3pid/delete', { medium: 'email', address });
  assert.deepEqual(await contactsOf(alice), [`email ${address}`]);
  await alice.post('/v3/account/3pid/delete', { medium: 'email', address: 'not an address' });
  assert.deepEqual(await contactsOf(alice), [`email ${address}`]);
});

test('an address is the same however it is typed', async () => {
  const { user: alice } = await withAddress('alice', 'Ada.Lovelace@Mail.EXAMPLE');
  assert.deepEqual(await contactsOf(alice), ['email ada.lovelace@mail.example']);
  const login = { type: 'm.login.password', identifier: { type: 'm.id.thirdparty', medium: 'email', address: 'ADA.lovelace@mail.example' }, password };
  assert.equal(accepted(await signIn(server, login)).user_id, alice.id);
});

test('what is no address is refused before anything is sent', async () => {
  for (const email of ['', 'ada', 'ada@example', 'ada@example.org\r\nBcc: eve@example.org', 'Ada <ada@example.org>', `${'a'.repeat(65)}@example.org`, 'ada@bücher.example']) {
    const { response } = await requestEmail(server, emailPaths.register, email);
    refused(response, 400, 'M_INVALID_PARAM');
  }
  refused((await requestEmail(server, emailPaths.register, undefined)).response, 400);
  refused((await requestEmail(server, emailPaths.register, freshAddress(), { clientSecret: 'a b' })).response, 400, 'M_INVALID_PARAM');
  refused((await requestEmail(server, emailPaths.register, freshAddress(), { attempt: 'one' })).response, 400);
  assert.match(refused((await requestEmail(server, emailPaths.add, 'ada@bücher.example')).response, 400).error, /xn--/);
});

test('adding asks who one is, and a proof of its own that is used once', async () => {
  const [alice, address] = [await register(server, 'alice'), freshAddress()];
  const creds = await proveAddress(server, emailPaths.add, address, { token: alice.token });
  const { session } = refused(await alice.request('POST', '/v3/account/3pid/add', { body: creds }), 401);
  refused(await alice.request('POST', '/v3/account/3pid/add', { body: { ...creds, auth: { ...authOf(alice, session), password: 'wrong' } } }), 401, 'M_FORBIDDEN');
  refused(await add(alice, { ...creds, client_secret: 'another' }), 400, 'M_THREEPID_AUTH_FAILED');
  refused(await add(alice, await proveAddress(server, emailPaths.register, freshAddress())), 400, 'M_THREEPID_AUTH_FAILED');
  const { sid, clientSecret } = await requestEmail(server, emailPaths.add, freshAddress(), { token: alice.token });
  refused(await add(alice, { sid, client_secret: clientSecret }), 400, 'M_THREEPID_AUTH_FAILED');
  accepted(await add(alice, creds));
  refused(await add(alice, creds), 400, 'M_THREEPID_AUTH_FAILED');
});

test('who proved an address first has it', async () => {
  const [alice, bob, address] = [await register(server, 'alice'), await register(server, 'bob'), freshAddress()];
  const early = await proveAddress(server, emailPaths.add, address, { token: bob.token });
  accepted(await add(alice, await proveAddress(server, emailPaths.add, address, { token: alice.token })));
  refused(await add(bob, early), 400, 'M_THREEPID_IN_USE');
});

test('the deprecated way gives an address to who has none, and replaces none', async () => {
  const number = freshNumber();
  const alice = await registerByPhone(server, `old${Date.now()}`, number);
  const post = async (address) => alice.request('POST', '/v3/account/3pid', { body: { three_pid_creds: await proveAddress(server, emailPaths.add, address, { token: alice.token }) } });
  const address = freshAddress();
  accepted(await post(address));
  assert.deepEqual(await contactsOf(alice), [`msisdn 49${number}`, `email ${address}`]);
  refused(await post(freshAddress()), 403, 'M_FORBIDDEN');
});

// ---- asking ----

test('a mail goes out only for a greater send_attempt, and the session stays the same', async () => {
  const address = freshAddress();
  const first = await requestEmail(server, emailPaths.register, address, { attempt: 2 });
  await mailTo(server, address);
  const again = await requestEmail(server, emailPaths.register, address, { clientSecret: first.clientSecret, attempt: 2 });
  const lower = await requestEmail(server, emailPaths.register, address, { clientSecret: first.clientSecret, attempt: 1 });
  const greater = await requestEmail(server, emailPaths.register, address, { clientSecret: first.clientSecret, attempt: 3 });
  assert.deepEqual([again.sid, lower.sid, greater.sid], [first.sid, first.sid, first.sid]);
  await mailTo(server, address, 2);
  assert.equal(mailCount(server, address), 2);
  const other = await requestEmail(server, emailPaths.register, address, { attempt: 1 });
  assert.notEqual(other.sid, first.sid);
});

test('answers do not tell whether an address has an account; its owner is told by mail', async () => {
  const { address } = await withAddress('alice');
  const bob = await register(server, 'bob');
  for (const [path, token] of [[emailPaths.register, undefined], [emailPaths.add, bob.token]]) {
    const before = mailCount(server, address);
    const [taken, free] = [await requestEmail(server, path, address, { token }), await requestEmail(server, path, freshAddress(), { token })];
    assert.deepEqual([taken.response.status, free.response.status], [200, 200]);
    assert.deepEqual(Object.keys(taken.response.body), Object.keys(free.response.body));
    const mail = await mailTo(server, address, before + 1);
    assert.match(mail.subject, /has an account/);
    assert.deepEqual([mail.code, mail.link], [undefined, undefined]);
    refused(await submitCode(server, taken, '000000'), 400, 'ORG_PARLEY_CODE_WRONG');
  }
});

test('asking for a reset does not tell whether an address is known, and nothing is sent to strangers', async () => {
  const [{ address }, stranger] = [await withAddress('alice'), freshAddress()];
  const unknown = await requestEmail(server, emailPaths.reset, stranger);
  const known = await requestEmail(server, emailPaths.reset, address);
  assert.deepEqual([known.response.status, unknown.response.status], [200, 200]);
  assert.deepEqual(Object.keys(known.response.body), Object.keys(unknown.response.body));
  await mailTo(server, address, 2); // messages leave in their order: one to the stranger would have left before
  assert.equal(mailCount(server, stranger), 0);
});

test('mails are in the reader’s language', async () => {
  const address = freshAddress();
  accepted((await requestEmail(server, emailPaths.register, address, { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' } })).response);
  const mail = await mailTo(server, address);
  assert.match(mail.subject, /验证/);
  assert.match(mail.text, /验证码：\d{6}/);
});

// ---- the code ----

test('five wrong codes need a new mail', async () => {
  const address = freshAddress();
  const asked = await requestEmail(server, emailPaths.register, address);
  const { code } = await mailTo(server, address);
  const wrong = code === '000000' ? '000001' : '000000';
  for (let left = 4; left > 0; left--) assert.equal(refused(await submitCode(server, asked, wrong), 400, 'ORG_PARLEY_CODE_WRONG').attempts_left, left);
  refused(await submitCode(server, asked, wrong), 429, 'ORG_PARLEY_CODE_TOO_MANY');
  refused(await submitCode(server, asked, code), 429, 'ORG_PARLEY_CODE_TOO_MANY');
  accepted((await requestEmail(server, emailPaths.register, address, { clientSecret: asked.clientSecret, attempt: 2 })).response);
  assert.deepEqual(accepted(await submitCode(server, asked, (await mailTo(server, address, 2)).code)), { success: true });
  refused(await submitCode(server, { ...asked, clientSecret: 'another' }, code), 404, 'M_NO_VALID_SESSION');
});

// ---- the link ----

test('opening the link confirms nothing; the button on its page does', async () => {
  const [alice, address] = [await register(server, 'alice'), freshAddress()];
  const asked = await requestEmail(server, emailPaths.add, address, { token: alice.token });
  const creds = { sid: asked.sid, client_secret: asked.clientSecret };
  const { link } = await mailTo(server, address);
  assert.ok(!link.includes(asked.clientSecret));
  for (let scan = 0; scan < 3; scan++) assert.match((await openLink(server, link)).text, /<button>/);
  refused(await add(alice, creds), 400, 'M_THREEPID_AUTH_FAILED');
  const done = await confirmLink(server, link);
  assert.equal(done.status, 200);
  assert.match(done.text, /Confirmed/);
  accepted(await add(alice, creds));
  const page = await openLink(server, link);
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, /<button>/);
});

test('the page is nobody’s to embed, keep or script, and speaks the reader’s language', async () => {
  const address = freshAddress();
  await requestEmail(server, emailPaths.register, address);
  const { headers, text } = await openLink(server, (await mailTo(server, address)).link, { 'accept-language': 'zh-CN' });
  assert.match(headers['content-security-policy'], /default-src 'none'.*form-action 'self' *;.*frame-ancestors 'none'/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.match(text, /是的，是我请求的/);
  assert.ok(!text.includes(address));
});

test('a link that is not one says so, and shows nothing it was given', async () => {
  const address = freshAddress();
  const { sid } = await requestEmail(server, emailPaths.register, address);
  const { link } = await mailTo(server, address);
  for (const path of ['', `?sid=${sid}`, `?sid=${sid}&token=%3Cscript%3E`, `?sid=none&token=${new URL(link).searchParams.get('token')}`]) {
    const page = await server.request('GET', `/_parley/v1/email/confirm${path}`);
    assert.equal(page.status, 404);
    assert.doesNotMatch(page.text, /<button>|<script>/);
  }
  const form = new URLSearchParams({ sid, token: 'wrong', lang: 'en' }).toString();
  assert.equal((await server.request('POST', '/_parley/v1/email/confirm', { body: form, type: 'application/x-www-form-urlencoded' })).status, 404);
  assert.equal((await server.request('POST', '/_parley/v1/email/confirm', { body: 'x'.repeat(2000), type: 'application/x-www-form-urlencoded' })).status, 413);
});

test('afterwards the page leads to the app that asked, and to no other', async () => {
  const cases = [
    [`${server.url}/#/settings`, true],
    [`${app}/#/register?session_id=a%20b`, true],
    ['https://other.example', true],
    ['https://evil.example/', false],
    ['https://app.example.org.evil.example/', false],
    ['https://app.example.org@evil.example/', false],
    ['https://app.example.org:444/', false],
    ['http://app.example.org/', false],
    ['javascript:alert(1)', false],
    [`${app}/\r\nSet-Cookie: a=b`, false],
    [`${app}/"><script>`, false],
    [`${app}/${'a'.repeat(2100)}`, false],
  ];
  for (const [next, leads] of cases) {
    const address = freshAddress();
    accepted((await requestEmail(server, emailPaths.register, address, { next_link: next })).response);
    const { link } = await mailTo(server, address);
    if (leads) assert.match((await openLink(server, link)).headers['content-security-policy'], /form-action 'self' https?:/);
    const done = await confirmLink(server, link);
    assert.deepEqual([done.status, done.headers.location], leads ? [303, next] : [200, undefined], next);
  }
});

// ---- registration ----

async function registerWith(extra) {
  const username = `mailed${Date.now()}${Math.floor(Math.random() * 1e6)}`;
  const attempt = (auth) => server.request('POST', '/_matrix/client/v3/register', { body: { username, password, auth } });
  const first = refused(await attempt(undefined), 401);
  assert.ok(first.flows.some(({ stages }) => stages.join() === 'm.login.terms,m.login.email.identity,m.login.msisdn'));
  assert.ok(first.flows.some(({ stages }) => stages.join() === 'm.login.terms,m.login.msisdn'));
  const { session } = first;
  refused(await attempt({ type: 'm.login.terms', session }), 401);
  const after = refused(await attempt({ type: 'm.login.email.identity', session, threepid_creds: extra }), 401);
  return { after, finish: async (number) => attempt({ type: 'm.login.msisdn', session, threepid_creds: await proveNumber(server, number) }) };
}

test('an address proven during registration belongs to the account, which needs a number all the same', async () => {
  const [address, number] = [freshAddress(), freshNumber()];
  const { after, finish } = await registerWith(await proveAddress(server, emailPaths.register, address));
  assert.deepEqual(after.completed.sort(), ['m.login.email.identity', 'm.login.terms']);
  const alice = new User(server, accepted(await finish(number)));
  assert.deepEqual(await contactsOf(alice), [`msisdn 49${number}`, `email ${address}`]);
});

test('registration takes no address that is not proven, nor a number in its place', async () => {
  const { sid, clientSecret } = await requestEmail(server, emailPaths.register, freshAddress());
  assert.equal((await registerWith({ sid, client_secret: clientSecret })).after.errcode, 'M_UNAUTHORIZED');
  assert.equal((await registerWith(await proveNumber(server, freshNumber()))).after.errcode, 'M_UNAUTHORIZED');
});

test('an address that got an account meanwhile ends no registration', async () => {
  const address = freshAddress();
  const creds = await proveAddress(server, emailPaths.register, address);
  await withAddress('quick', address);
  const { finish } = await registerWith(creds);
  refused(await finish(freshNumber()), 400, 'M_THREEPID_IN_USE');
});

test('who takes no new accounts sends no mails for them', async () => {
  const closed = new server.constructor({ set: { 'registration.open': 'no' } });
  await closed.start();
  try {
    refused((await requestEmail(closed, emailPaths.register, freshAddress())).response, 403, 'M_FORBIDDEN');
  } finally {
    await closed.destroy();
  }
});

// ---- a lost password ----

const changed = 'a new password';
async function reset(creds, { type = 'm.login.email.identity', token } = {}) {
  const first = refused(await server.request('POST', '/_matrix/client/v3/account/password', { body: { new_password: changed }, token }), 401);
  assert.ok(first.flows.some(({ stages }) => stages.join() === 'm.login.email.identity'));
  const auth = { type, session: first.session, threepid_creds: creds };
  return server.request('POST', '/_matrix/client/v3/account/password', { body: { new_password: changed, auth }, token });
}

test('a lost password is reset by the account’s address, once', async () => {
  const { user: alice, address } = await withAddress('alice');
  const creds = await proveAddress(server, emailPaths.reset, address);
  assert.deepEqual(accepted(await reset(creds)), {});
  await alice.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  const login = { type: 'm.login.password', identifier: { type: 'm.id.thirdparty', medium: 'email', address } };
  refused(await signIn(server, { ...login, password }), 403, 'M_FORBIDDEN');
  accepted(await signIn(server, { ...login, password: changed }));
  refused(await reset(creds), 401, 'M_UNAUTHORIZED');
});

test('the link of a reset says what a yes means', async () => {
  const { address } = await withAddress('alice');
  const asked = await requestEmail(server, emailPaths.reset, address);
  const { link, text } = await mailTo(server, address, 2);
  assert.match(text, /do nothing/);
  assert.match((await openLink(server, link)).text, /set a new password for your account/);
  await confirmLink(server, link);
  accepted(await reset({ sid: asked.sid, client_secret: asked.clientSecret }));
});

test('nobody resets by an address proven for something else, nor one that is no longer the account’s', async () => {
  const { user: alice, address } = await withAddress('alice');
  refused(await reset(await proveAddress(server, emailPaths.register, freshAddress())), 401, 'M_UNAUTHORIZED');
  refused(await reset(await proveAddress(server, emailPaths.add, freshAddress(), { token: alice.token })), 401, 'M_UNAUTHORIZED');
  const early = await proveAddress(server, emailPaths.reset, address);
  await alice.post('/v3/account/3pid/delete', { medium: 'email', address });
  refused(await reset(early), 401, 'M_UNAUTHORIZED');
});

test('nobody resets somebody else’s password by their own address', async () => {
  const [{ user: alice }, { address }] = [await withAddress('alice'), await withAddress('thief')];
  refused(await reset(await proveAddress(server, emailPaths.reset, address), { token: alice.token }), 401, 'M_FORBIDDEN');
});

test('an address opens no account by itself: a code by mail is not one by SMS', async () => {
  const { address } = await withAddress('alice');
  const creds = await proveAddress(server, emailPaths.reset, address);
  refused(await signIn(server, { type: 'org.parley.login.sms', threepid_creds: creds }), 403, 'M_FORBIDDEN');
  refused(await reset(creds, { type: 'm.login.msisdn' }), 401, 'M_UNAUTHORIZED');
});

test('signing in by an address does not tell whether it is known', async () => {
  const { address } = await withAddress('alice');
  const answers = [];
  for (const one of [address, freshAddress()]) {
    const identifier = { type: 'm.id.thirdparty', medium: 'email', address: one };
    answers.push(refused(await signIn(server, { type: 'm.login.password', identifier, password: 'wrong password' }), 403, 'M_FORBIDDEN'));
  }
  assert.deepEqual(answers[0], answers[1]);
});

// ---- what is held ----

test('5.1 the address is in the export, and 5.4 goes with the account', async () => {
  const { user: alice, address } = await withAddress('alice');
  assert.equal((await alice.get('/_parley/v1/export')).held.email, address);
  const { session } = refused(await alice.request('POST', '/v3/account/deactivate', { body: { erase: true } }), 401);
  accepted(await alice.request('POST', '/v3/account/deactivate', { body: { erase: true, auth: authOf(alice, session) } }));
  await withAddress('successor', address);
});
