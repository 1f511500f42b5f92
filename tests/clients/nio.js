/* SPDX-License-Identifier: AGPL-3.0-or-later */
// matrix-nio, a library in Python with cryptography of its own (libolm), as Debian has it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sizeOf } from '../api/support/image.js';
import { Inbox } from './inbox.js';

/* Debian's own: another in front of it in the path has not Debian's packages. */
const python = '/usr/bin/python3';
const driver = fileURLToPath(new URL('nio_driver.py', import.meta.url));

/** Why it cannot be had here; undefined if it can. */
export function missing() {
  try {
    execFileSync(python, ['-c', 'import nio, olm; assert nio.crypto.ENCRYPTION_ENABLED'], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    return `matrix-nio with encryption is not installed (Debian: python3-matrix-nio python3-olm): ${String(error.stderr ?? error).trim().split('\n').pop()}`;
  }
}

export class Nio {
  inbox = new Inbox();
  #process;
  #store;
  #server;
  #orders = new Map();
  #last = 0;
  #errors = '';

  /** `store`: the folder its keys are kept in. */
  constructor(server, store) {
    this.#server = server;
    this.#store = store;
  }

  #start() {
    this.#process = spawn(python, [driver], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.#errors = (this.#errors + text).slice(-4000)));
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    this.#process.once('exit', (code) => this.#fail(`matrix-nio ended with ${code}`));
    this.#process.stdin.on('error', () => {});
  }

  #fail(why) {
    for (const { fail } of this.#orders.values()) fail(new Error(`${why}\n${this.#errors}`));
    this.#orders.clear();
  }

  #hear({ heard, number, done, failed, died }) {
    if (heard) return this.inbox.add(heard);
    if (died) return this.#fail(`matrix-nio stopped syncing: ${died}`);
    const order = this.#orders.get(number);
    this.#orders.delete(number);
    if (failed) order?.fail(new Error(`${failed}\n${this.#errors}`));
    else order?.done(done);
  }

  #order(what, values = {}) {
    const number = ++this.#last;
    return new Promise((done, fail) => {
      this.#orders.set(number, { done, fail });
      this.#process.stdin.write(`${JSON.stringify({ number, do: what, ...values })}\n`);
    });
  }

  /** With name and password, as at any server. */
  async signIn(user, password) {
    this.#start();
    this.session = await this.#order('sign_in', { server: this.#server.url, user, password, store: this.#store });
  }

  /** Ended, and started with what it kept; what it had heard is forgotten. */
  async stop() {
    if (!this.#process || this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    await this.#order('stop');
    await exited;
  }

  async restart() {
    const { user, device, token } = this.session;
    this.inbox = new Inbox();
    this.#start();
    await this.#order('restore', { server: this.#server.url, user, device, token, store: this.#store });
  }

  createGroup = (name, ...invite) => this.#order('create_group', { name, invite });
  join = (room) => this.#order('join', { room });
  write = (room, text) => this.#order('send', { room, content: { msgtype: 'm.text', body: text } });
  history = (room) => this.#order('history', { room });

  sendPicture(room, { name, buffer }) {
    const { width: w, height: h } = sizeOf(buffer);
    return this.#order('send_picture', { room, name, data: buffer.toString('base64'), info: { mimetype: 'image/png', w, h } });
  }

  /** The bytes of a picture that was heard. */
  open = async ({ content }) => Buffer.from(await this.#order('open', { file: content.file }), 'base64');

  async close() {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}
