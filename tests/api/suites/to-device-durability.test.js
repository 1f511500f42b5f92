/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Pulls the plug while messages go to devices: whoever was told that a message was taken repeats nothing, whoever was not
// repeats it under its transaction id, and each device gets each message once and in its sender's order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Power, dice } from '../support/power.js';
import { useServer } from '../support/server.js';
import { register } from '../support/user.js';

const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000);
const kills = Number(process.env.PARLEY_KILLS ?? 4);
const senderCount = 5;
const deviceCount = 4;
const requests = Number(process.env.PARLEY_REQUESTS ?? 500); // of each sender, each to every device
const server = useServer();
const power = new Power(server);

/** One request after the other; the next begins when the last was answered. */
async function send(user, devices) {
  for (let n = 0; n < requests; n++) {
    const messages = {};
    for (const device of devices) messages[device.id] = { [device.device]: { n } };
    await power.ask(user, 'PUT', `/v3/sendToDevice/org.test.counted/n${n}`, { body: { messages } });
  }
}

/** What the device's answers carried, until nothing comes any more. */
async function receive(device, sending) {
  const heard = [];
  for (let since, quiet = false; !quiet; ) {
    const over = !sending();
    const answer = await power.ask(device, 'GET', '/v3/sync', { query: { since, timeout: over ? 0 : 500 } });
    const { events } = answer.to_device;
    heard.push(...events);
    quiet = over && events.length === 0;
    since = answer.next_batch;
  }
  return heard;
}

test(`${senderCount * deviceCount * requests} messages survive ${kills} kills, each once and in order (seed ${seed})`, { timeout: 600_000 }, async () => {
  const roll = dice(seed);
  const senders = [];
  const devices = [];
  for (let i = 0; i < senderCount; i++) senders.push(await register(server, 'sender'));
  for (let i = 0; i < deviceCount; i++) devices.push(await register(server, 'receiver'));
  let sending = true;
  const sent = Promise.all(senders.map((user) => send(user, devices))).finally(() => (sending = false));
  const received = Promise.all(devices.map((device) => receive(device, () => sending)));
  let killed = 0;
  while (sending && killed < kills) {
    await new Promise((done) => setTimeout(done, 100 + roll() * 700));
    await power.cycle('kill');
    killed++;
  }
  await sent;
  assert.ok(killed > 0, 'the plug was pulled while messages were on their way');
  for (const heard of await received) {
    assert.equal(heard.length, senderCount * requests, 'no more and no fewer');
    for (const sender of senders) {
      const numbers = heard.filter((event) => event.sender === sender.id).map((event) => event.content.n);
      assert.deepEqual(numbers, Array.from({ length: requests }, (_, n) => n), `those of ${sender.id}`);
    }
  }
});
