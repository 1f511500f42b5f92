/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeFor, freshNumber, proveNumber, registerByPhone, requestCode, submitCode } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, password, refused, register, User } from '../support/user.js';

const server = useServer();
const path = '/_matrix/client/v3/register';
const attempt = (body, query) => server.request('POST', path, { body, query });
let names = 0;
const freshName = (name = 'person') => `${name}.${++names}`;

const kinds = (flows) => flows.map((flow) => flow.stages.join(' '));

test('registration asks for terms and a phone number', async () => {
  const answer = await attempt({ username: freshName(), password });
  assert.equal(answer.status, 401);
  assert.equal(typeof answer.body.session, 'string');
  assert.ok(kinds(answer.body.flows).includes('m.login.terms m.login.msisdn'), JSON.stringify(answer.body.flows));
  assert.ok(kinds(answer.body.flows).includes('m.login.dummy'));
});

test('the terms name each policy with its version and a page in each language', async () => {
  const { body } = await attempt({ username: freshName(), password });
  const { policies } = body.params['m.login.terms'];
  for (const name of ['privacy_policy', 'adult_declaration']) {
    assert.equal(typeof policies[name].version, 'string');
    for (const language of ['en', 'zh-CN']) {
      assert.equal(typeof policies[name][language].name, 'string');
      assert.match(policies[name][language].url, /^https?:\/\//);
    }
  }
});

test('somebody registers by accepting the terms and proving a number', async () => {
  const name = freshName('phone');
  const user = await registerByPhone(server, name);
  assert.equal(user.id, `@${name}:${server.name}`);
  assert.equal((await user.get('/v3/account/whoami')).user_id, user.id);
});

test('the last stage completed repeats what is still to do', async () => {
  const name = freshName();
  const { body } = await attempt({ username: name, password });
  const second = await attempt({ username: name, password, auth: { type: 'm.login.terms', session: body.session } });
  assert.equal(second.status, 401);
  assert.deepEqual(second.body.completed, ['m.login.terms']);
  assert.equal(second.body.session, body.session);
  assert.equal(second.body.errcode, undefined);
});

test('an unknown session leads nowhere: it is refused, or begun anew', async () => {
  const answer = await attempt({ username: freshName(), password, auth: { type: 'm.login.terms', session: 'no-such-session' } });
  assert.ok([400, 401, 403].includes(answer.status), answer.text);
  if (answer.body.errcode === undefined) assert.notEqual(answer.body.session, 'no-such-session');
});

test('an unknown stage is refused with 401 and an errcode', async () => {
  const { body } = await attempt({ username: freshName(), password });
  const answer = await attempt({ username: freshName(), password, auth: { type: 'm.login.no_such', session: body.session } });
  assert.ok([400, 401].includes(answer.status), answer.text);
  assert.equal(typeof answer.body.errcode, 'string');
});

test('a number that was never proven does not pass', async () => {
  const { body } = await attempt({ username: freshName(), password });
  const asked = await requestCode(server, freshNumber());
  accepted(asked.response);
  await attempt({ auth: { type: 'm.login.terms', session: body.session } });
  const answer = await attempt({ auth: { type: 'm.login.msisdn', session: body.session, threepid_creds: { sid: asked.sid, client_secret: asked.clientSecret } } });
  assert.equal(answer.status, 401);
  assert.equal(typeof answer.body.errcode, 'string');
});

test('a proven number registers one account only', async () => {
  const number = freshNumber();
  await registerByPhone(server, freshName(), number);
  const again = await requestCode(server, number);
  refused(again.response, 400, 'M_THREEPID_IN_USE');
});

test('a number written in another way is still the same number', async () => {
  const number = freshNumber();
  await registerByPhone(server, freshName(), number);
  const again = await requestCode(server, `+49 ${number.slice(0, 4)} ${number.slice(4)}`);
  refused(again.response, 400, 'M_THREEPID_IN_USE');
});

test('what is not a phone number is refused', async () => {
  for (const number of ['12', 'hello', '']) {
    const asked = await requestCode(server, number);
    assert.equal(asked.response.status, 400, number);
    assert.ok(['M_INVALID_PARAM', 'M_MISSING_PARAM'].includes(asked.response.body.errcode), asked.response.text);
  }
});

test('1.8 the same send_attempt sends no second message', async () => {
  const number = freshNumber();
  const first = await requestCode(server, number, { clientSecret: 'repeat-1' });
  const { count } = await codeFor(server, number);
  const second = await requestCode(server, number, { clientSecret: 'repeat-1' });
  assert.equal(second.sid, first.sid);
  const third = await requestCode(server, number, { clientSecret: 'repeat-1', attempt: 2 });
  assert.equal(third.sid, first.sid);
  const { count: after } = await codeFor(server, number, count);
  assert.equal(after, count + 1);
});

test('1.8 the message ends with the line that browsers fill in', async () => {
  const number = freshNumber();
  await requestCode(server, number);
  const { text } = await codeFor(server, number);
  assert.match(text.split('\n').at(-1), /^@[^\s@]+ #\d{6}$/);
});

test('1.8 a wrong code is refused and says how many attempts are left', async () => {
  const number = freshNumber();
  const asked = await requestCode(server, number);
  const { code } = await codeFor(server, number);
  const wrong = code === '000000' ? '000001' : '000000';
  const body = refused(await submitCode(server, asked, wrong), 400, 'ORG_PARLEY_CODE_WRONG');
  assert.equal(body.attempts_left, 4);
  accepted(await submitCode(server, asked, code));
});

test('1.8 after five wrong codes even the right one is refused', async () => {
  const number = freshNumber();
  const asked = await requestCode(server, number);
  const { code } = await codeFor(server, number);
  const wrong = code === '000000' ? '000001' : '000000';
  for (let i = 0; i < 5; i++) {
    const answer = await submitCode(server, asked, wrong);
    assert.ok([400, 429].includes(answer.status), answer.text);
  }
  refused(await submitCode(server, asked, code), [400, 429], 'ORG_PARLEY_CODE_TOO_MANY');
});

test('1.8 a code works once', async () => {
  const number = freshNumber();
  const asked = await requestCode(server, number);
  const { code } = await codeFor(server, number);
  accepted(await submitCode(server, asked, code));
  refused(await submitCode(server, asked, code), 400, 'ORG_PARLEY_CODE_USED');
});

test('1.8 a code belongs to the client that asked for it', async () => {
  const number = freshNumber();
  const asked = await requestCode(server, number);
  const { code } = await codeFor(server, number);
  const answer = await submitCode(server, { ...asked, clientSecret: 'someone-else' }, code);
  assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
});

test('m.login.dummy completes in one request without a session', async () => {
  const user = await register(server, 'oneshot');
  assert.match(user.id, /^@oneshot\d+:parley\.test$/);
  assert.ok(user.token && user.device);
});

test('a chosen device id and its name are kept', async () => {
  const user = await register(server, 'device', { device_id: 'MYPHONE', initial_device_display_name: 'My phone' });
  assert.equal(user.device, 'MYPHONE');
  assert.equal((await user.get('/v3/devices/MYPHONE')).display_name, 'My phone');
});

test('inhibit_login registers without signing in', async () => {
  const name = freshName('inhibit');
  const body = accepted(await attempt({ username: name, password, inhibit_login: true, auth: { type: 'm.login.dummy' } }));
  assert.equal(body.user_id, `@${name}:${server.name}`);
  assert.equal(body.access_token, undefined);
  assert.equal(body.device_id, undefined);
});

test('without a user name the server makes one', async () => {
  const body = accepted(await attempt({ password, auth: { type: 'm.login.dummy' } }));
  assert.match(body.user_id, /^@[a-z0-9._=/+-]+:parley\.test$/);
});

test('a taken name is refused before anything else', async () => {
  const user = await register(server, 'taken');
  refused(await attempt({ username: user.localpart, password }), 400, 'M_USER_IN_USE');
});

test('names with forbidden characters are refused', async () => {
  for (const name of ['white space', 'colon:', '@at', 'ümlaut', 'x'.repeat(300)]) {
    refused(await attempt({ username: name, password, auth: { type: 'm.login.dummy' } }), 400, 'M_INVALID_USERNAME');
  }
});

test('a name may be asked for beforehand', async () => {
  const user = await register(server, 'avail');
  const ask = (username) => server.request('GET', `${path}/available`, { query: { username } });
  assert.deepEqual(accepted(await ask(freshName('free'))), { available: true });
  refused(await ask(user.localpart), 400, 'M_USER_IN_USE');
  refused(await ask('not valid'), 400, 'M_INVALID_USERNAME');
});

test('guests are refused', async () => {
  const answer = await attempt({}, { kind: 'guest' });
  assert.equal(answer.status, 403);
});

test('a kind of account that does not exist is refused', async () => {
  const answer = await attempt({}, { kind: 'emperor' });
  assert.ok(answer.status >= 400 && answer.status < 500);
});

test('a weak password is refused with M_WEAK_PASSWORD', async () => {
  refused(await attempt({ username: freshName(), password: 'short', auth: { type: 'm.login.dummy' } }), 400, 'M_WEAK_PASSWORD');
});

test('refresh_token true yields a token pair with an end', async () => {
  const user = await register(server, 'refresh', { refresh_token: true });
  assert.equal(typeof user.rest.refresh_token, 'string');
  assert.equal(typeof user.rest.expires_in_ms, 'number');
});

test('a user registered before a restart is there after it', async () => {
  const user = await register(server, 'durable');
  await server.restart();
  assert.equal((await user.get('/v3/account/whoami')).user_id, user.id);
  assert.ok((await user.signInAgain()) instanceof User);
});
