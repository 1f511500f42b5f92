/* SPDX-License-Identifier: AGPL-3.0-or-later */
// E-mails by SMTP, to a real mail server: encrypted, tried again, given up, never lost.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emailPaths, freshAddress, requestEmail } from '../support/email.js';
import { codeFor, freshNumber, requestCode, submitCode } from '../support/phone.js';
import { Server } from '../support/server.js';
import { MailServer, makeCertificate, refusal } from '../support/smtp.js';
import { accepted } from '../support/user.js';

const certificate = makeCertificate();
after(() => certificate.remove());
const tls = { key: certificate.key, cert: certificate.cert };

/** Runs `work` with a chat server that mails through this mail server. */
async function withServers(mails, set, work) {
  await mails.start();
  const server = new Server({ set: { 'email.server': `smtp://localhost:${mails.port}`, 'email.from': 'No-Reply@chat.example', 'operator.name': '示例 Chat', ...set } });
  try {
    await server.start();
    await work(server);
  } finally {
    await server.destroy();
    await mails.stop().catch(() => {});
  }
}

const ask = async (server, address = freshAddress(), more = {}) => {
  const asked = await requestEmail(server, emailPaths.register, address, more);
  accepted(asked.response);
  return { ...asked, address };
};

const waitFor = async (condition, what) => {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, what);
    await new Promise((done) => setTimeout(done, 20));
  }
};

test('a mail arrives as it was written, and its code and link are good', async () => {
  const mails = new MailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  await withServers(mails, {}, async (server) => {
    const asked = await ask(server, freshAddress(), { headers: { 'accept-language': 'zh-CN' } });
    const [mail] = await mails.mailsTo(asked.address);
    assert.deepEqual(mail.envelope, { from: 'no-reply@chat.example', to: [asked.address] });
    assert.deepEqual(mail.parsed.from, { address: 'no-reply@chat.example', name: '示例 Chat' });
    assert.equal(mail.parsed.to[0].address, asked.address);
    assert.equal(mail.subject, '示例 Chat：验证您的电子邮箱');
    assert.match(mail.parsed.text, /有人正在创建账号/);
    const headers = Object.fromEntries(mail.parsed.headers.map(({ key, value }) => [key, value]));
    assert.equal(headers['auto-submitted'], 'auto-generated');
    assert.equal(headers['content-language'], 'zh-CN');
    assert.ok(Math.abs(Date.parse(headers.date) - Date.now()) < 60_000);
    assert.match(mail.parsed.messageId, /^<[a-zA-Z]{24}@chat\.example>$/);
    assert.equal(mail.hello, '127.0.0.1');
    assert.equal((await server.request('GET', mail.link.slice(new URL(mail.link).origin.length))).status, 200);
    accepted(await submitCode(server, asked, mail.code));
    assert.deepEqual(server.outbox(), []); // the operator's file has what nothing else is configured for
  });
});

test('messages to phones go on to the file', async () => {
  const mails = new MailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  await withServers(mails, {}, async (server) => {
    const number = freshNumber();
    accepted((await requestCode(server, number)).response);
    await codeFor(server, number);
  });
});

test('with a certificate to trust, nothing is said in the clear, and the password only then', async () => {
  const passwords = [];
  const mails = new MailServer({
    ...tls,
    onAuth: ({ username, password }, session, done) => {
      passwords.push([username, password, session.secure]);
      done(null, { user: username });
    },
  });
  const file = join(certificate.folder, 'password');
  writeFileSync(file, 'correct horse\n');
  chmodSync(file, 0o600);
  await withServers(mails, { 'email.authorities': certificate.file, 'email.user': 'parley', 'email.password_file': file }, async (server) => {
    const { address } = await ask(server);
    const [mail] = await mails.mailsTo(address);
    assert.equal(mail.secure, true);
    assert.deepEqual(passwords, [['parley', 'correct horse', true]]);
    assert.doesNotMatch(server.logTail(), /correct horse/);
  });
});

test('TLS from the first byte', async () => {
  const mails = new MailServer({ ...tls, secure: true });
  await mails.start();
  const server = new Server({ set: { 'email.server': `smtps://localhost:${mails.port}`, 'email.from': 'a@chat.example', 'email.authorities': certificate.file } });
  try {
    await server.start();
    const { address } = await ask(server);
    const [mail] = await mails.mailsTo(address);
    assert.equal(mail.secure, true);
  } finally {
    await server.destroy();
    await mails.stop();
  }
});

test('a mail server without STARTTLS, or with a certificate nobody vouches for, gets no mail', async () => {
  const stranger = makeCertificate();
  try {
    for (const options of [{ disabledCommands: ['STARTTLS'] }, { key: stranger.key, cert: stranger.cert }]) {
      let connections = 0;
      const mails = new MailServer({
        ...options,
        onConnect: (session, done) => {
          connections++;
          done();
        },
      });
      await withServers(mails, { 'email.authorities': certificate.file }, async (server) => {
        await ask(server);
        await waitFor(() => connections >= 2, 'it is tried again');
        assert.deepEqual([mails.taken, mails.tries], [[], []]);
      });
    }
  } finally {
    stranger.remove();
  }
});

test('who is told to come later comes later, with the same mail', async () => {
  const greylisted = new Set();
  const mails = new MailServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    judge: (address) => {
      if (greylisted.has(address)) return;
      greylisted.add(address);
      throw refusal(451, '4.7.1 Greylisted, come back later');
    },
  });
  await withServers(mails, {}, async (server) => {
    const asked = await ask(server);
    const [mail] = await mails.mailsTo(asked.address);
    assert.equal(mails.tries.length, 2);
    assert.ok(mails.tries[1].at - mails.tries[0].at >= 1500, 'not at once');
    accepted(await submitCode(server, asked, mail.code));
  });
});

test('what is refused for good is given up, and holds nothing else up', async () => {
  const gone = freshAddress();
  const mails = new MailServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    judge: (address) => {
      if (address === gone) throw refusal(550, '5.1.1 No such user');
    },
    judgeText: ({ envelope }) => {
      if (envelope.to[0].startsWith('spam')) throw refusal(554, '5.7.1 Looks like spam');
    },
  });
  await withServers(mails, {}, async (server) => {
    await ask(server, gone);
    await ask(server, 'spam@mail.example');
    const { address } = await ask(server);
    await mails.mailsTo(address);
    // Both would be tried again after two seconds: a later mail leaves after them.
    await waitFor(() => Date.now() - mails.tries[0].at > 3000, 'three seconds');
    const last = await ask(server);
    await mails.mailsTo(last.address);
    assert.deepEqual(mails.tries.map((one) => one.address), [gone, 'spam@mail.example', address, last.address]);
    assert.match(server.logTail(), /message given up/);
    for (const secret of [gone, 'spam@', 'No such user']) assert.ok(!server.logTail().includes(secret));
  });
});

test('a password that is not taken is no reason to give a mail up', async () => {
  let right = false;
  const mails = new MailServer({
    ...tls,
    onAuth: (auth, session, done) => (right ? done(null, { user: 'parley' }) : done(refusal(535, '5.7.8 Wrong'))),
  });
  const file = join(certificate.folder, 'another');
  writeFileSync(file, 'anything\n');
  await withServers(mails, { 'email.authorities': certificate.file, 'email.user': 'parley', 'email.password_file': file }, async (server) => {
    const { address } = await ask(server);
    await waitFor(() => /did not take a message/.test(server.logTail()), 'the first try');
    right = true;
    await mails.mailsTo(address);
  });
});

test('a killed server sends what it has not sent, and a repetition can be told', async () => {
  let dead = true;
  const mails = new MailServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    judgeText: () => {
      if (dead) throw refusal(451, '4.3.0 Not now');
    },
  });
  await withServers(mails, {}, async (server) => {
    const { address } = await ask(server);
    await waitFor(() => mails.tries.length > 0, 'the first try');
    await server.kill();
    dead = false;
    await server.relaunch();
    const [mail] = await mails.mailsTo(address);
    assert.ok(mail.code);
  });
});

test('killed after the mail server took a mail and before it is on record, it comes once more under the same id', async () => {
  const mails = new MailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  await withServers(mails, {}, async (server) => {
    let killed;
    mails.judgeText = async (mail) => {
      if (killed) return;
      mails.taken.push(mail); // it has it, but its word does not get there
      killed = server.kill();
      await killed;
      throw refusal(451, 'Nobody is there to hear it');
    };
    const { address } = await ask(server);
    await waitFor(() => killed, 'the mail');
    await killed;
    await server.relaunch();
    const both = await mails.mailsTo(address, 2);
    assert.equal(both[0].parsed.messageId, both[1].parsed.messageId);
    assert.equal(both[0].code, both[1].code);
  });
});

test('a mail server that says nothing holds up neither the stop of the server nor messages to phones', async () => {
  let waiting = 0;
  const mails = new MailServer({ disabledCommands: ['STARTTLS', 'AUTH'], onConnect: () => waiting++ });
  await withServers(mails, { 'email.timeout': '10 min' }, async (server) => {
    await ask(server);
    await waitFor(() => waiting > 0, 'a connection');
    const number = freshNumber();
    accepted((await requestCode(server, number)).response);
    await codeFor(server, number);
    const begun = Date.now();
    assert.equal(await server.stop(), 0);
    assert.ok(Date.now() - begun < 5000);
  });
});

test('no mail server, no harm: it is tried until it is there', async () => {
  const mails = new MailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  await mails.start();
  const { port } = mails;
  await mails.stop();
  const server = new Server({ set: { 'email.server': `smtp://localhost:${port}`, 'email.from': 'a@chat.example' } });
  const late = new MailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  try {
    await server.start();
    const { address } = await ask(server);
    await waitFor(() => /did not take a message/.test(server.logTail()), 'the first try');
    await late.start(port);
    await late.mailsTo(address);
  } finally {
    await server.destroy();
    await late.stop();
  }
});
