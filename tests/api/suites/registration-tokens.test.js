/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Token-authenticated registration" and "GET /register/m.login.registration_token/validity".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator } from '../support/operator.js';
import { freshNumber, proveNumber } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, password, refused } from '../support/user.js';

const server = useServer({ set: { 'registration.token_required': 'yes' } });
const path = '/_matrix/client/v3/register';
const tokenType = 'm.login.registration_token';
let names = 0;
const freshName = () => `newcomer${++names}`;

const attempt = (body) => server.request('POST', path, { body });
const makeToken = (...options) => JSON.parse(operator(server, ['admin', 'token', 'create', '--json', ...options]));
const listed = (id) => operator(server, ['admin', 'token', 'list', '--json']).split('\n').filter(Boolean).map((line) => JSON.parse(line)).find((one) => one.id === id);
const validity = async (token) => accepted(await server.request('GET', '/_matrix/client/v1/register/m.login.registration_token/validity', { query: { token } })).valid;

/** A session in which the token was taken. */
async function holding(token, name = freshName()) {
  const { body } = await attempt({ username: name, password });
  const answer = await attempt({ username: name, password, auth: { type: tokenType, token, session: body.session } });
  return { name, session: body.session, answer };
}
const finish = ({ name, session }) => attempt({ username: name, password, auth: { type: 'm.login.dummy', session } });

test('every flow begins with the token', async () => {
  const { status, body } = await attempt({ username: freshName(), password });
  assert.equal(status, 401);
  assert.deepEqual(body.flows, [
    { stages: [tokenType, 'm.login.terms', 'm.login.msisdn'] },
    { stages: [tokenType, 'm.login.terms', 'm.login.email.identity', 'm.login.msisdn'] },
    { stages: [tokenType, 'm.login.dummy'] },
  ]);
});

test('with a token, the terms and a number an account is made', async () => {
  const { token, id } = makeToken('--uses', '3');
  const name = freshName();
  const { body } = await attempt({ username: name, password });
  const { session } = body;
  const first = await attempt({ auth: { type: tokenType, token, session } });
  assert.equal(first.status, 401);
  assert.deepEqual(first.body.completed, [tokenType]);
  await attempt({ auth: { type: 'm.login.terms', session } });
  const creds = await proveNumber(server, freshNumber());
  const made = accepted(await attempt({ auth: { type: 'm.login.msisdn', session, threepid_creds: creds } }));
  assert.equal(made.user_id, `@${name}:${server.name}`);
  assert.equal(listed(id).uses, 1);
});

test('without one no other way leads on', async () => {
  const { body } = await attempt({ username: freshName(), password });
  const answer = await attempt({ username: freshName(), password, auth: { type: 'm.login.dummy', session: body.session } });
  assert.equal(answer.status, 401);
  assert.deepEqual(answer.body.completed, ['m.login.dummy']);
});

test('a word that is no token is refused with 401 M_UNAUTHORIZED and may be tried again', async () => {
  const { token } = makeToken();
  const { name, session, answer } = await holding('no-such-token');
  refused(answer, 401, 'M_UNAUTHORIZED');
  assert.deepEqual(answer.body.completed, []);
  assert.equal(answer.body.session, session);
  refused(await attempt({ username: name, password, auth: { type: tokenType, token: 'x'.repeat(100_000), session } }), 401, 'M_UNAUTHORIZED');
  await attempt({ username: name, password, auth: { type: tokenType, token, session } });
  accepted(await finish({ name, session }));
});

test('the stage needs a token that is text', async () => {
  const { body } = await attempt({ username: freshName(), password });
  refused(await attempt({ auth: { type: tokenType, session: body.session } }), 400, 'M_BAD_JSON');
  refused(await attempt({ auth: { type: tokenType, token: 7, session: body.session } }), 400);
});

test('one use is one account, however often the finishing request is repeated', async () => {
  const { token, id } = makeToken('--uses', '1');
  const one = await holding(token);
  accepted(await finish(one));
  accepted(await finish(one));
  assert.equal(listed(id).uses, 1);
  refused((await holding(token)).answer, 401, 'M_UNAUTHORIZED');
});

test('a session holds its use until it ends', async () => {
  const { token, id } = makeToken('--uses', '1');
  const one = await holding(token);
  assert.deepEqual(one.answer.body.completed, [tokenType]);
  assert.equal(listed(id).uses, 0);
  refused((await holding(token)).answer, 401, 'M_UNAUTHORIZED');
  assert.equal(await validity(token), false);
  const again = await attempt({ username: one.name, password, auth: { type: tokenType, token, session: one.session } });
  assert.equal(again.body.errcode, undefined, 'its own use is not in its way');
  accepted(await finish(one));
});

test('a registration that fails at its end costs no use', async () => {
  const { token, id } = makeToken('--uses', '1');
  const name = freshName();
  const late = await holding(token, name);
  const { token: other } = makeToken();
  accepted(await finish(await holding(other, name)));
  refused(await finish(late), 400, 'M_USER_IN_USE');
  assert.equal(listed(id).uses, 0);
  accepted(await finish({ ...late, name: freshName() }));
  assert.equal(listed(id).uses, 1);
});

test('a token taken back meanwhile does not finish; another does', async () => {
  const { token, id } = makeToken();
  const one = await holding(token);
  operator(server, ['admin', 'token', 'remove', id]);
  const answer = await finish(one);
  refused(answer, 401, 'M_UNAUTHORIZED');
  assert.deepEqual(answer.body.completed, ['m.login.dummy']);
  const { token: other } = makeToken();
  accepted(await attempt({ username: one.name, password, auth: { type: tokenType, token: other, session: one.session } }));
});

test('validity is true of a token with uses left and false of everything else', async () => {
  const { token } = makeToken('--uses', '1');
  assert.equal(await validity(token), true);
  assert.equal(await validity('no-such-token'), false);
  assert.equal(await validity(''), false);
  assert.equal(await validity('x'.repeat(4000)), false);
  accepted(await finish(await holding(token)));
  assert.equal(await validity(token), false);
});

test('a token whose time is over is no token', async () => {
  const { token } = makeToken('--expires', '1 ms');
  assert.equal(await validity(token), false);
  refused((await holding(token)).answer, 401, 'M_UNAUTHORIZED');
});

test('tokens and their uses are there after a restart', async () => {
  const { token } = makeToken('--uses', '2');
  accepted(await finish(await holding(token)));
  await server.restart();
  assert.equal(await validity(token), true);
  accepted(await finish(await holding(token)));
  assert.equal(await validity(token), false);
});
