/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Promises of the policy that cut across the API: what is asked, what is kept and in which form, what a refusal costs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { canary, findWords, upload } from '../support/canaries.js';
import { codeFor, freshNumber, proveNumber, registerByPhone, requestCode } from '../support/phone.js';
import { Server } from '../support/server.js';
import { accepted, enc, password, refused, register, registerAll } from '../support/user.js';

const law = 'the Free City of Exampleburg';
const court = 'the Upper Court of Exampleburg';
/** What a declared proxy says of the client's address is believed. */
const server = new Server({ set: { 'operator.law': law, 'operator.court': court, 'proxy.trusted': '127.0.0.1' } });
before(() => server.start());
after(() => server.destroy());

const attempt = (body) => server.request('POST', '/_matrix/client/v3/register', { body });

test('0.5 the terms ask for the declaration of being an adult, in each language', async () => {
  const { params } = refused(await attempt({ username: 'grown', password }), 401);
  const { adult_declaration: declaration } = params['m.login.terms'].policies;
  assert.match(declaration.en.name, /18/);
  assert.match(declaration['zh-CN'].name, /18/);
});

test('0.5 what is kept is the declaration, and no date of birth', async () => {
  const user = await registerByPhone(server, 'grown', freshNumber(), { date_of_birth: '1999-09-09', age: 27 });
  const { consents } = await user.get('/_parley/v1/consents');
  const declared = consents.find((one) => one.purpose === 'adult_declaration');
  assert.equal(declared.granted, true);
  assert.match(declared.sha256, /^[0-9a-f]{64}$/);
  const held = await user.request('GET', '/_parley/v1/export');
  assert.ok(!/1999-09-09|birth/i.test(held.text));
});

test('0.5 without the declaration there is no account, and nothing of the attempt is kept', async () => {
  const name = canary('minor');
  const number = freshNumber();
  const { session } = refused(await attempt({ username: name, password }), 401);
  const creds = await proveNumber(server, number);
  refused(await attempt({ username: name, password, auth: { type: 'm.login.msisdn', session, threepid_creds: creds } }), 401);
  await server.stop();
  const found = findWords(server.folder, { name, number }, { except: [server.outboxFile] });
  await server.relaunch();
  assert.deepEqual(found, []);
  accepted(await server.request('GET', '/_matrix/client/v3/register/available', { query: { username: name } }));
});

test('1.1 a person sees each item that is held of a device, and nobody else does', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart }, password, initial_device_display_name: 'the phone of alice' };
  const headers = { 'user-agent': 'Parley/7 (Fernsprecher 12; LineageOS 30)', 'x-forwarded-for': '203.0.113.77' };
  const { device_id: id } = accepted(await server.request('POST', '/_matrix/client/v3/login', { body: login, headers }));
  const device = await alice.get(`/v3/devices/${id}`);
  assert.equal(device.display_name, 'the phone of alice');
  assert.equal(device.last_seen_ip, '203.0.113.77');
  assert.equal(device['org.parley.user_agent'], headers['user-agent']);
  await bob.refused(404, 'M_NOT_FOUND', 'GET', `/v3/devices/${id}`);
  const everything = await alice.request('GET', '/_parley/v1/export');
  for (const item of [id, device.display_name, device.last_seen_ip, device['org.parley.user_agent']]) assert.ok(everything.text.includes(item), item);
  assert.ok(!(await bob.request('GET', '/_parley/v1/export')).text.includes('203.0.113.77'));
});

test('1.5 device and access data are in no file readable, nor in the log', async () => {
  const user = await register(server, 'carla');
  const words = { device: canary('device'), agent: canary('agent') };
  const address = '198.51.100.213';
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, initial_device_display_name: words.device };
  const headers = { 'user-agent': words.agent, 'x-forwarded-for': address };
  accepted(await server.request('POST', '/_matrix/client/v3/login', { body: login, headers }));
  assert.ok((await user.get('/v3/devices')).devices.some((one) => one.last_seen_ip === address));
  await server.stop();
  const found = findWords(server.folder, { ...words, address });
  await server.relaunch();
  assert.deepEqual(found, []);
});

/** What the service is without any of the optional purposes. */
async function everythingElseWorks(user, friend) {
  const room = await user.createRoom({ preset: 'private_chat', name: 'as ever', invite: [friend.id] });
  await friend.join(room);
  const event = await user.send(room, 'good morning');
  await friend.syncUntil((answer) => answer.rooms?.join?.[room]?.timeline?.events?.some((one) => one.event_id === event));
  const picture = await upload(user, Buffer.from('a picture'), 'application/octet-stream', 'a.bin');
  await user.put(`/v3/profile/${enc(user.id)}/avatar_url`, { avatar_url: picture });
  await user.put(`/v3/profile/${enc(user.id)}/displayname`, { displayname: 'As Ever' });
  await user.get('/v3/devices');
  await user.get('/_parley/v1/recommendations');
  await user.post('/v3/user_directory/search', { search_term: friend.localpart });
  await user.post(`/v3/users/${enc(friend.id)}/report`, { reason: 'none' });
  assert.equal((await user.request('GET', '/_parley/v1/export')).status, 200);
}

test('1.6 refusing one optional purpose costs neither another one nor anything else', async () => {
  const [user, friend] = await registerAll(server, 'dora', 'emil');
  const { purposes } = await user.get('/_parley/v1/consents');
  const put = (purpose, body) => user.put(`/_parley/v1/consents/${purpose}`, body);
  const allow = async ({ purpose, sha256 }) => put(purpose, { granted: true, language: 'en', sha256, surface: 'settings' });
  const names = purposes.map((one) => one.purpose);
  await everythingElseWorks(user, friend);
  for (const one of purposes) await allow(one);
  for (const one of purposes) {
    await put(one.purpose, { granted: false });
    const now = (await user.get('/_parley/v1/consents')).purposes.filter((other) => other.granted).map((other) => other.purpose);
    assert.deepEqual(now, names.filter((name) => name !== one.purpose));
    await everythingElseWorks(user, friend);
    await allow(one);
  }
});

test('1.8 a device that asks for codes to one number after the other is stopped', async () => {
  const limited = new Server({ set: { 'limits.enabled': 'yes', 'limits.codes_per_address': '1000', 'limits.login': '1000/min burst 1000' } });
  await limited.start();
  try {
    const clientSecret = 'one-and-the-same-device';
    const ask = () => requestCode(limited, freshNumber(), { clientSecret });
    for (let i = 0; i < 10; i++) accepted((await ask()).response);
    refused((await ask()).response, 429, 'M_LIMIT_EXCEEDED');
    accepted((await requestCode(limited, freshNumber())).response);
  } finally {
    await limited.destroy();
  }
});

test('1.8 a code is for the origin it was asked at, and says so to the device', async () => {
  const number = freshNumber();
  await requestCode(server, number);
  const { text } = await codeFor(server, number);
  assert.match(text, /\n@[a-z0-9.-]+ #\d{6}$/);
});

test('7.1 law and court are named as the operator set them, in each language', async () => {
  for (const language of ['en', 'zh-CN']) {
    const { sections } = accepted(await server.request('GET', `/_parley/v1/policy/${language}`));
    const { html } = sections.find((one) => one.id === '7');
    const page = await server.request('GET', `/policy/${language}`);
    for (const word of [law, court]) {
      assert.ok(html.includes(word), `${language}: ${word}`);
      assert.ok(page.text.includes(word), `${language}: ${word}`);
    }
  }
});
