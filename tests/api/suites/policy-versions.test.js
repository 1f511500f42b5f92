/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A version of the policy from its announcement to whom it binds: notice, going on, a yes of one's own, the archive.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { day, PolicyRoot } from '../support/policy.js';
import { binary, Server } from '../support/server.js';
import { accepted, password, refused, register, User } from '../support/user.js';

const root = new PolicyRoot();
const servers = [];
after(async () => {
  for (const server of servers) await server.destroy();
  root.remove();
});

const words = { en: 'And these words are new.', 'zh-CN': '这些话是新的。' };
const minor = { extend: { 4.2: words }, other: ['4.2'] };
const major = { extend: { 5.1: words }, changes: { rights: ['5.1'] } };
const lessening = { remove: ['3.10'], lessens_rights: true };
const toCome = { announced: -1, effective: 29 };
const inForce = { announced: -40, effective: -1 };

/** A server of version 1, where `second` comes later. */
async function serverOf(second) {
  root.write(second);
  const server = new Server({ set: { 'policy.root': root.folder } });
  servers.push(server);
  return server.start();
}

async function becomes(server, second) {
  root.write(second);
  await server.restart();
}

const policyOf = async (server) => accepted(await server.request('GET', '/_parley/v1/policy'));
const pageText = async (server, path, language = 'en') => {
  const answer = await server.request('GET', path, { headers: { 'accept-language': language } });
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  return answer.text;
};
const boundOf = (user, at) => user.get('/_parley/v1/policy/bound', { at });
const agreeWith = async (user, version, agree = true, language = 'en') => {
  const { documents } = (await user.get('/_parley/v1/policy/versions')).versions.find((one) => one.version === version);
  return user.request('POST', '/_parley/v1/policy/agree', { body: { version, language, sha256: documents[language].sha256, agree } });
};
const close = async (user) => {
  const { session } = refused(await user.request('POST', '/v3/account/deactivate', { body: {} }), 401);
  await user.post('/v3/account/deactivate', { auth: { type: 'm.login.password', session, identifier: { type: 'm.id.user', user: user.id }, password } });
};

test('6.2 a version is announced with what it changes while the one before is in force', async () => {
  const server = await serverOf({ ...major, announced: 2, effective: 40 });
  assert.equal((await policyOf(server)).announced, undefined);
  assert.equal((await server.request('GET', '/policy/archive/2')).status, 404);
  await becomes(server, { ...major, ...toCome });
  const policy = await policyOf(server);
  assert.equal(policy.version, '1');
  const { announced } = policy;
  assert.deepEqual([announced.version, announced.effective, announced.major_changes, announced.needs_consent], ['2', day(29), ['rights'], true]);
  assert.deepEqual((accepted(await server.request('GET', '/_parley/v1/server'))).policy.announced, announced);
  for (const [language, notice, says] of [['en', 'A new version is announced', 'What is new in two.'], ['zh-CN', '新版本公告', '第二版的新内容。']]) {
    const text = await pageText(server, `/policy/${language}`);
    for (const part of [notice, says, day(29), 'from=1&amp;to=2']) assert.ok(text.includes(part), part);
    assert.ok(!text.includes(words[language]), 'the text is that in force');
    assert.ok((await pageText(server, `/policy/archive/2?lang=${language}`)).includes(words[language]));
  }
  const alice = await register(server, 'alice');
  assert.equal((await boundOf(alice)).bound.version, '1');
});

test('6.2 everybody is told of an announced version with their sync, newcomers too, once', async () => {
  const server = await serverOf({ ...major, announced: 2, effective: 40 });
  const alice = await register(server, 'alice');
  const quiet = await alice.sync();
  assert.ok(!quiet.account_data?.events?.some((event) => event.type === 'org.parley.policy_notice'));
  await becomes(server, { ...major, ...toCome });
  const bob = await register(server, 'bob');
  for (const user of [alice, bob]) {
    const { content } = await user.syncUntil((answer) => answer.account_data?.events?.find((event) => event.type === 'org.parley.policy_notice'));
    assert.deepEqual([content.version, content.effective, content.needs_consent, content.documents['zh-CN'].says], ['2', day(29), true, '第二版的新内容。']);
  }
  await alice.refused(405, undefined, 'PUT', `/v3/user/${encodeURIComponent(alice.id)}/account_data/org.parley.policy_notice`, {});
});

test('6.2 the announcement is a notice in everybody’s room for notices, once, in their language', async () => {
  const server = await serverOf({ ...major, announced: 2, effective: 40 });
  const [alice, wei] = [await register(server, 'alice'), await register(server, 'wei')];
  const { documents, version } = await policyOf(server);
  await wei.post('/_parley/v1/policy/agree', { version, language: 'zh-CN', sha256: documents['zh-CN'].sha256, agree: true });
  await becomes(server, { ...major, ...toCome });
  const rooms = new Map();
  for (const user of [alice, wei]) {
    const room = await user.syncUntil((answer) => Object.keys(answer.rooms?.invite ?? {})[0], { what: 'the invitation' });
    await user.join(room);
    rooms.set(user, room);
  }
  await server.restart();
  const told = async (user) => (await user.messages(rooms.get(user))).chunk.filter((event) => event.content.msgtype === 'm.server_notice');
  const [[english, ...more], [chinese]] = [await told(alice), await told(wei)];
  assert.deepEqual(more, []);
  assert.ok(english.content.body.includes(`takes effect on ${day(29)}. What is new in two.`), english.content.body);
  assert.ok(english.content.body.endsWith('/policy/archive/2?lang=en'));
  assert.ok(chinese.content.body.includes(`将于 ${day(29)} 生效。第二版的新内容。`), chinese.content.body);
});

test('6.5 who goes on after a version took effect has accepted it, on the ledger and with a receipt', async () => {
  const server = await serverOf({ ...minor, ...toCome });
  const alice = await register(server, 'alice');
  await alice.sync();
  assert.equal((await boundOf(alice)).bound.version, '1');
  await becomes(server, { ...minor, ...inForce });
  assert.equal((await boundOf(alice)).bound.version, '1', 'looking at one’s rights is not using the service');
  let { bound } = await boundOf(alice);
  for (let round = 0; round < 200 && bound.version === '1'; round++) {
    await alice.sync({ timeout: 0 });
    ({ bound } = await boundOf(alice));
  }
  assert.deepEqual([bound.version, bound.surface, bound.language], ['2', 'continued_use', 'en']);
  assert.equal(bound.sha256, (await policyOf(server)).documents.en.sha256);
  const receipt = await alice.get(`/_parley/v1/consents/receipts/${bound.receipt}`);
  assert.equal(receipt.privacy_notice.version, '2');
  const named = await pageText(server, receipt.privacy_notice.reference.slice(server.url.length));
  assert.ok(named.includes(words.en), 'the receipt leads to the text that was agreed to');
  const entries = (await alice.get('/_parley/v1/consents')).consents.filter((one) => one.purpose === 'service');
  assert.deepEqual(entries.map((one) => one.version), ['1', '2']);
});

/** Until alice agrees to it, `second` binds her to nothing. */
async function asksOfEach(second) {
  const server = await serverOf({ ...second, ...toCome });
  const alice = await register(server, 'alice');
  const bob = await register(server, 'bob');
  const room = await alice.createRoom();
  await becomes(server, { ...second, ...inForce });
  const refusal = await alice.refused(403, 'M_CONSENT_NOT_GIVEN', 'PUT', `/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/1`, { msgtype: 'm.text', body: 'hello' });
  assert.ok(refusal.consent_uri.startsWith(`${server.url}/policy/agree?t=`));
  await alice.refused(403, 'M_CONSENT_NOT_GIVEN', 'GET', '/v3/sync');
  assert.equal((await boundOf(alice)).needs_consent, true);
  assert.equal(accepted(await agreeWith(alice, '2', false)).agreed, false);
  await alice.refused(403, 'M_CONSENT_NOT_GIVEN', 'GET', '/v3/sync');
  assert.equal((await boundOf(alice)).bound.version, '1', 'the version before still binds');
  await alice.get('/v3/account/whoami');
  assert.equal((await alice.request('GET', '/_parley/v1/export')).status, 200);
  await close(bob);
  accepted(await agreeWith(alice, '2', true, 'zh-CN'));
  await alice.send(room, 'hello');
  const { bound, needs_consent: missing } = await boundOf(alice);
  assert.deepEqual([bound.version, bound.language, missing], ['2', 'zh-CN', false]);
  refused(await agreeWith(alice, '2', false), 409);
  const newcomer = await register(server, 'carol');
  assert.equal((await boundOf(newcomer)).bound.version, '2');
}

test('6.1 a major change binds nobody without their own yes, and no is no loss of rights', () => asksOfEach(major));
test('6.1 a version that lessens rights binds nobody without their own yes, and no is no loss of rights', () => asksOfEach(lessening));

test('0.2, 6.1 an account the operator made is asked before it does anything', async () => {
  const server = await serverOf();
  const made = spawnSync(binary, ['admin', 'user', 'create', 'dora', '--data', `${server.folder}/data`, '--server-name', server.name], { input: password, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const login = await server.request('POST', '/_matrix/client/v3/login', { body: { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'dora' }, password } });
  const dora = new User(server, accepted(login));
  await dora.refused(403, 'M_CONSENT_NOT_GIVEN', 'POST', '/v3/createRoom', {});
  assert.equal((await boundOf(dora)).bound, null);
  accepted(await agreeWith(dora, '1'));
  await dora.createRoom();
});

test('6.1 agreeing is to a text this server shows, and early if one likes', async () => {
  const server = await serverOf({ ...major, ...toCome });
  const alice = await register(server, 'alice');
  const body = { version: '2', language: 'en', sha256: '0'.repeat(64), agree: true };
  await alice.refused(409, 'ORG.PARLEY.TEXT_CHANGED', 'POST', '/_parley/v1/policy/agree', body);
  await alice.refused(409, 'ORG.PARLEY.TEXT_CHANGED', 'POST', '/_parley/v1/policy/agree', { ...body, version: '3' });
  await alice.refused(400, 'M_BAD_JSON', 'POST', '/_parley/v1/policy/agree', { ...body, agree: 'yes' });
  accepted(await agreeWith(alice, '2'));
  await alice.sync();
  assert.equal((await boundOf(alice)).bound.version, '1', 'it is not in force yet');
  await becomes(server, { ...major, ...inForce });
  await alice.sync({ since: null });
  assert.equal((await boundOf(alice)).bound.version, '2');
});

test('6.1 the page of consent_uri asks without scripts, for one person and for a while', async () => {
  const server = await serverOf({ ...major, ...toCome });
  const alice = await register(server, 'alice');
  await becomes(server, { ...major, ...inForce });
  const { consent_uri: uri } = await alice.refused(403, 'M_CONSENT_NOT_GIVEN', 'GET', '/v3/sync');
  const path = uri.slice(server.url.length);
  for (const [language, yes, no] of [['en', 'I agree', 'I do not agree'], ['zh-CN', '同意', '不同意']]) {
    const text = await pageText(server, path, language);
    for (const part of [yes, no, `lang="${language}"`, 'from=1&amp;to=2']) assert.ok(text.includes(part), part);
    assert.ok(!text.includes('<script'));
  }
  const form = Object.fromEntries([...(await pageText(server, path)).matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const answer = (fields) => server.request('POST', '/policy/agree', { body: new URLSearchParams({ ...form, ...fields }).toString(), type: 'application/x-www-form-urlencoded' });
  assert.equal((await server.request('GET', `${path}0`)).status, 403);
  assert.equal((await server.request('GET', path.replace(/t=\d+/, 't=99'))).status, 403);
  assert.equal((await answer({ sha256: '0'.repeat(64), agree: 'yes' })).status, 409);
  assert.equal((await answer({ agree: 'no' })).status, 200);
  await alice.refused(403, 'M_CONSENT_NOT_GIVEN', 'GET', '/v3/sync');
  assert.equal((await answer({ agree: 'yes' })).status, 200);
  await alice.sync();
  const { bound } = await boundOf(alice);
  assert.deepEqual([bound.version, bound.surface], ['2', 'agreement_page']);
});

test('6.4 every version stays readable, and two are compared clause by clause in both languages', async () => {
  const server = await serverOf({ ...major, ...inForce });
  for (const language of ['en', 'zh-CN']) {
    const archive = await pageText(server, '/policy/archive', language);
    for (const part of ['/policy/archive/1', '/policy/archive/2', '<select name="from">']) assert.ok(archive.includes(part), part);
    assert.ok(!(await pageText(server, '/policy/archive/1', language)).includes(words[language]));
    const comparison = await pageText(server, `/policy/archive/compare?from=1&to=2&lang=${language}`);
    assert.equal(comparison.match(/data-is="changed"/g).length, 1);
    const added = comparison.match(/<ins>(.*?)<\/ins>/)[1];
    assert.ok(added.includes(words[language].slice(0, 5)), added);
    const backwards = await pageText(server, `/policy/archive/compare?from=2&to=1&lang=${language}`);
    assert.ok(backwards.includes('<del>') && !backwards.includes('<ins>'));
    const old = accepted(await server.request('GET', `/_parley/v1/policy/versions/1/${language}`));
    assert.equal(old.sections.length, 9);
  }
  assert.equal((await server.request('GET', '/policy/archive/compare?from=1&to=9')).status, 404);
  const { versions } = accepted(await server.request('GET', '/_parley/v1/policy/versions'));
  assert.deepEqual(versions.map((one) => one.version), ['1', '2']);
});

test('6.4, 6.5 which text bound whom on a day is told to the person and to the operator', async () => {
  const server = await serverOf({ ...major, ...toCome });
  const alice = await register(server, 'alice');
  assert.equal((await boundOf(alice, day(-1))).bound, null);
  const { bound } = await boundOf(alice, day(0));
  assert.equal(bound.version, '1');
  await alice.refused(400, 'M_INVALID_PARAM', 'GET', '/_parley/v1/policy/bound', undefined, { at: 'yesterday' });
  const command = (at) => spawnSync(binary, ['policy', 'bound', alice.localpart, '--at', at, '--data', `${server.folder}/data`, '--server-name', server.name, '--set', `policy.root=${root.folder}`], { encoding: 'utf8' });
  const told = command(day(0));
  assert.equal(told.status, 0, told.stderr);
  for (const part of ['version 1', bound.sha256, 'en']) assert.ok(told.stdout.includes(part), told.stdout);
  assert.match(command(day(-1)).stdout, /by no version/);
  assert.equal(command('someday').status, 2);
});

test('6.2 the server does not start with texts that break a rule', async () => {
  const server = await serverOf({ ...major, ...inForce });
  await server.stop();
  root.write({ ...major, ...inForce, effective: -39 });
  await assert.rejects(server.relaunch(), /takes effect earlier than announced/);
});
