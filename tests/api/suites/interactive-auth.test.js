/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "User-Interactive Authentication API": its pages for clients that do not know a stage ("Fallback"), and the order,
// repetition and sessions of stages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator } from '../support/operator.js';
import { freshNumber, proveNumber, registerByPhone } from '../support/phone.js';
import { Server, useServer } from '../support/server.js';
import { accepted, password, refused, register } from '../support/user.js';

const server = useServer();
const closed = useServer({ set: { 'registration.token_required': 'yes' } });
const path = '/_matrix/client/v3/register';
let names = 0;
const freshName = () => `stage${++names}`;

const pagePath = (type, session) => `/_matrix/client/v3/auth/${type}/fallback/web?session=${session}`;
const look = (type, session, on = server, headers = {}) => on.request('GET', pagePath(type, session), { headers });
const answer = (type, session, body, on = server) => on.request('POST', pagePath(type, session), { body: { type, session, ...body } });

async function begin(on = server, username = freshName()) {
  const attempt = (auth) => on.request('POST', path, { body: { username, password, auth } });
  const { body } = await attempt();
  return { username, session: body.session, flows: body.flows, attempt, goOn: () => attempt({ session: body.session }) };
}

test('each stage that is offered has a page, in the language of the browser', async () => {
  for (const on of [server, closed]) {
    const { session, flows } = await begin(on);
    for (const type of new Set(flows.flatMap((flow) => flow.stages))) {
      const page = await look(type, session, on);
      assert.equal(page.status, 200, type);
      assert.match(page.headers['content-type'], /^text\/html/);
      assert.match(page.text, /<html lang="en">/);
      assert.ok(page.text.includes(`data-session="${session}"`), type);
      assert.match((await look(type, session, on, { 'accept-language': 'zh-CN' })).text, /<html lang="zh-CN">/);
    }
  }
});

test('the page may run this server\'s script, which says when it is done as the specification asks', async () => {
  const { session } = await begin();
  const page = await look('m.login.dummy', session);
  assert.match(page.headers['content-security-policy'], /script-src 'self'/);
  const [, source] = /<script src="([^"]+)"/.exec(page.text);
  const script = (await server.request('GET', source)).text;
  for (const word of ['window.onAuthDone()', 'window.opener.postMessage("authDone", "*")']) assert.ok(script.includes(word), word);
});

test('a stage done on the page is done when the client asks with the session alone', async () => {
  const { username, session, goOn } = await begin();
  assert.deepEqual((await goOn()).body.completed, []);
  accepted(await answer('m.login.terms', session, { 'org.parley.language': 'zh-CN' }));
  assert.deepEqual((await goOn()).body.completed, ['m.login.terms']);
  const creds = await proveNumber(server, freshNumber());
  accepted(await answer('m.login.msisdn', session, { threepid_creds: creds }));
  assert.equal(accepted(await goOn()).user_id, `@${username}:${server.name}`);
});

test('registration ends in one step of the page as well', async () => {
  const { session, goOn } = await begin();
  accepted(await answer('m.login.dummy', session));
  accepted(await goOn());
});

test('what is typed there is judged like the stage itself', async () => {
  const { session, goOn } = await begin(closed);
  refused(await answer('m.login.registration_token', session, { token: 'guess' }, closed), 401, 'M_UNAUTHORIZED');
  assert.deepEqual((await goOn()).body.completed, []);
  const { token } = JSON.parse(operator(closed, ['admin', 'token', 'create', '--json', '--uses', '1']));
  accepted(await answer('m.login.registration_token', session, { token }, closed));
  const other = await begin(closed);
  refused(await answer('m.login.registration_token', other.session, { token }, closed), 401, 'M_UNAUTHORIZED');
  accepted(await answer('m.login.dummy', session, {}, closed));
  accepted(await goOn());
});

test('the page of a password confirms for its account only', async () => {
  const ada = await register(server, 'ada');
  const ben = await register(server, 'ben');
  const change = (auth) => ada.request('POST', '/v3/account/password', { body: { new_password: `${password}!`, logout_devices: false, auth } });
  const { session } = (await change()).body;
  assert.equal((await look('m.login.password', session)).status, 200);
  refused(await answer('m.login.password', session, { password: 'wrong' }), 401, 'M_FORBIDDEN');
  const identifier = { type: 'm.id.user', user: ben.localpart };
  refused(await answer('m.login.password', session, { identifier, password }), 401, 'M_FORBIDDEN');
  accepted(await answer('m.login.password', session, { password }));
  accepted(await change({ session }));
  await ada.get('/v3/account/whoami');
});

test('the page of a code takes the number of its account only', async () => {
  const number = freshNumber();
  const ada = await registerByPhone(server, freshName(), number);
  const otherNumber = freshNumber();
  await registerByPhone(server, freshName(), otherNumber);
  const cancel = (auth) => ada.request('POST', '/v3/account/deactivate', { body: { auth } });
  const { session } = (await cancel()).body;
  const login = { path: '/_parley/v1/login/sms/requestToken' };
  refused(await answer('org.parley.login.sms', session, { threepid_creds: await proveNumber(server, otherNumber, login) }), 401, 'M_FORBIDDEN');
  accepted(await answer('org.parley.login.sms', session, { threepid_creds: await proveNumber(server, number, login) }));
  accepted(await cancel({ session }));
});

test('without a session, or for a stage it does not offer, there is a page that says so and nothing to do', async () => {
  const { session } = await begin();
  for (const [type, id] of [['m.login.dummy', 'no-such-session'], ['m.login.dummy', ''], ['m.login.recaptcha', session], ['m.login.password', session], ['"><script>', session]]) {
    const page = await look(encodeURIComponent(type), id);
    assert.equal(page.status, 404, type);
    assert.match(page.headers['content-type'], /^text\/html/);
    assert.ok(!page.text.includes('"><script>'), 'nothing of the address is in the page as it was');
    refused(await answer(encodeURIComponent(type), id), 404, 'M_NOT_FOUND');
  }
});

test('a session that has made its account has no stages left', async () => {
  const { session, goOn } = await begin();
  accepted(await answer('m.login.dummy', session));
  accepted(await goOn());
  assert.equal((await look('m.login.dummy', session)).status, 404);
});

test('a request without auth, or with an empty one, is answered with 401 and the flows', async () => {
  for (const auth of [undefined, {}]) {
    const { status, body } = await server.request('POST', path, { body: { username: freshName(), password, ...(auth ? { auth } : {}) } });
    assert.equal(status, 401);
    assert.ok(body.flows.length > 0 && body.session);
    assert.deepEqual(body.completed, []);
    assert.equal(body.errcode, undefined);
  }
});

test('the stages of a flow may come in another order, and only all of them together do', async () => {
  const { session, attempt } = await begin();
  const creds = await proveNumber(server, freshNumber());
  const first = await attempt({ type: 'm.login.msisdn', session, threepid_creds: creds });
  assert.equal(first.status, 401);
  assert.deepEqual(first.body.completed, ['m.login.msisdn']);
  accepted(await attempt({ type: 'm.login.terms', session }));
});

test('a stage that is done may be asked for again and stays done', async () => {
  const { session, attempt } = await begin();
  for (let i = 0; i < 2; i++) {
    const again = await attempt({ type: 'm.login.terms', session });
    assert.equal(again.status, 401);
    assert.deepEqual(again.body.completed, ['m.login.terms']);
    assert.equal(again.body.errcode, undefined);
  }
});

test('a session is of one operation', async () => {
  const ada = await register(server, 'ada');
  const { session } = await begin();
  await ada.refused(403, 'M_FORBIDDEN', 'POST', '/v3/account/deactivate', { auth: { type: 'm.login.password', session, password } });
});

test('auth that is no object, and a session or type that is no text, are refused', async () => {
  for (const auth of [7, 'm.login.dummy', ['m.login.dummy'], { type: 7 }, { type: 'm.login.dummy', session: 7 }]) {
    refused(await server.request('POST', path, { body: { username: freshName(), password, auth } }), 400, 'M_BAD_JSON');
  }
});

test('what old clients add to a registration does no harm', async () => {
  const extra = { x_show_msisdn: true, bind_email: false, bind_msisdn: false, initial_device_display_name: 'Old app' };
  accepted(await server.request('POST', path, { body: { username: freshName(), password, auth: { type: 'm.login.dummy' }, ...extra } }));
});

test('the device a registration names is made, and used again by a login that names it', async () => {
  const user = await register(server, 'device', { device_id: 'KEPT', initial_device_display_name: 'First name' });
  const again = await user.signInAgain({ device_id: 'KEPT', initial_device_display_name: 'Another name' });
  assert.equal(again.device, 'KEPT');
  const { devices } = await again.get('/v3/devices');
  assert.deepEqual(devices.map((device) => [device.device_id, device.display_name]), [['KEPT', 'First name']]);
  await user.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
});

test('a server that is closed refuses before any stage, and its names stay asked for', async (t) => {
  const shut = await new Server({ set: { 'registration.open': 'no' } }).start();
  t.after(() => shut.destroy());
  refused(await shut.request('POST', path, { body: { username: 'ada', password } }), 403, 'M_FORBIDDEN');
  refused(await shut.request('GET', '/_matrix/client/v1/register/m.login.registration_token/validity', { query: { token: 'x' } }), 403, 'M_FORBIDDEN');
});
