/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A mail server for the tests, and what a mail program makes of the mails it took.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { parseMail } from './email.js';

/** A certificate for localhost, vouched for by itself. */
export function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-smtp-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate,
  ], { stdio: 'pipe' });
  return { folder, file: certificate, key: readFileSync(key), cert: readFileSync(certificate), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const refusal = (responseCode, text) => Object.assign(new Error(text), { responseCode });

export class MailServer {
  /** `options` are smtp-server's; `judge(recipient)` may throw a refusal, `judgeText(mail)` too. */
  constructor({ judge = () => {}, judgeText = () => {}, ...options } = {}) {
    this.taken = [];
    this.tries = [];
    this.sessions = [];
    this.judge = judge;
    this.judgeText = judgeText;
    this.server = new SMTPServer({
      authOptional: !options.onAuth,
      disableReverseLookup: true,
      closeTimeout: 100,
      logger: false,
      onRcptTo: ({ address }, session, done) => {
        this.tries.push({ address, at: Date.now() });
        this.#say(() => this.judge(address, session), done);
      },
      onData: (stream, session, done) => {
        const chunks = [];
        stream.on('data', (chunk) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks);
          const envelope = { from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map(({ address }) => address) };
          const mail = { raw, envelope, secure: session.secure, user: session.user, hello: session.hostNameAppearsAs };
          this.#say(async () => {
            await this.judgeText(mail);
            this.taken.push(mail);
          }, done);
        });
      },
      ...options,
    });
    this.server.on('error', () => {}); // connections that break are what tests are about
  }

  async #say(decide, done) {
    try {
      await decide();
      done();
    } catch (error) {
      done(error);
    }
  }

  async start(port = 0) {
    this.server.listen(port, '127.0.0.1');
    await once(this.server.server, 'listening');
    this.port = this.server.server.address().port;
    return this;
  }

  async stop() {
    await new Promise((done) => this.server.close(done));
  }

  /** The mails to an address once there are `count` of them, as a mail program shows them. */
  async mailsTo(address, count = 1, seconds = 20) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const mails = this.taken.filter(({ envelope }) => envelope.to.includes(address));
      if (mails.length >= count) {
        return Promise.all(mails.map(async (mail) => {
          const parsed = await PostalMime.parse(mail.raw);
          return { ...mail, parsed, ...parseMail({ subject: parsed.subject, text: parsed.text }) };
        }));
      }
      if (Date.now() > deadline) throw new Error(`no ${count} mails to ${address} within ${seconds} s`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}
