/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A real server on a free port with a data folder of its own, which tests may restart and kill.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { request, slowRequest } from './http.js';

/** The program under test. */
export const binary = resolve(process.env.PARLEY_BIN ?? fileURLToPath(new URL('../../../build/parley', import.meta.url)));
const startDeadline = Number(process.env.PARLEY_START_MS ?? 20_000);

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export class Server {
  /** `set` adds configuration keys to (or replaces) those every test server gets; `files`, by name, are in its folder. */
  constructor({ name = 'parley.test', set = {}, files = {} } = {}) {
    this.name = name;
    this.set = set;
    this.files = files;
    this.process = null;
    this.users = 0;
  }

  async start() {
    this.folder ??= mkdtempSync(join(tmpdir(), 'parley-test-'));
    for (const [file, text] of Object.entries(this.files)) this.write(file, text);
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    await this.#launch();
    return this;
  }

  write(file, text) {
    writeFileSync(join(this.folder, file), text);
  }

  /** SIGHUP: certificate and registrations are read again; resolves when the log has the words. */
  async reload(words) {
    const before = this.logLines(words);
    this.process.kill('SIGHUP');
    const deadline = Date.now() + startDeadline;
    while (this.logLines(words) === before) {
      if (Date.now() > deadline) throw new Error(`the log does not say ${words}\n${this.logTail()}`);
      await new Promise((done) => setTimeout(done, 15));
    }
  }

  logLines(words) {
    return readFileSync(this.logFile, 'utf8').split('\n').filter((line) => line.includes(words)).length;
  }

  get outboxFile() {
    return join(this.folder, 'outbox.jsonl');
  }

  get logFile() {
    return join(this.folder, 'server.log');
  }

  /** Messages that would have gone out, oldest first. */
  outbox() {
    if (!existsSync(this.outboxFile)) return [];
    return readFileSync(this.outboxFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  async restart() {
    await this.stop();
    await this.#launch();
  }

  /** A graceful stop: SIGTERM, then the exit code. */
  async stop() {
    return this.#end('SIGTERM');
  }

  /** The power plug: SIGKILL. The data folder stays as it was that moment. */
  async kill() {
    return this.#end('SIGKILL');
  }

  async relaunch() {
    await this.#launch();
  }

  async destroy() {
    if (this.process) await this.kill();
    if (this.folder && !process.env.PARLEY_KEEP) rmSync(this.folder, { recursive: true, force: true });
  }

  request(method, path, options) {
    return request(this.url, method, path, options);
  }

  slowRequest(method, path, options) {
    return slowRequest(this.url, method, path, options);
  }

  async #end(signal) {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await exited;
    return code;
  }

  async #launch() {
    const settings = {
      'registration.dummy': 'yes',
      /* Suites that count a room's events say which there are. */
      'rooms.encryption': 'off',
      'limits.enabled': 'no',
      /* Most of the time of all tests together was passwords being hashed. */
      'accounts.password_memory': '19 MiB',
      'search.index_interval': '100 ms',
      'metrics.listen': 'off',
      'outbox.file': this.outboxFile,
      ...this.set,
    };
    const log = openSync(this.logFile, 'a');
    const child = spawn(
      binary,
      [
        'serve', '--data', join(this.folder, 'data'), '--listen', this.url, '--server-name', this.name,
        ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
      ],
      { stdio: ['ignore', log, log], cwd: this.folder },
    );
    closeSync(log);
    this.process = child;
    let failure = null;
    child.once('error', (error) => (failure = error));
    const deadline = Date.now() + startDeadline;
    for (;;) {
      if (failure || child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the server did not start: ${failure ?? `exit ${child.exitCode ?? child.signalCode}`}\n${this.logTail()}`);
      }
      if (await this.#healthy()) return this.#watch(child);
      if (Date.now() > deadline) throw new Error(`the server does not answer /health\n${this.logTail()}`);
      await new Promise((done) => setTimeout(done, 15));
    }
  }

  /** One that ended by itself, or of something else than it was asked to: what it said last is shown before it is gone. */
  #watch(child) {
    child.once('exit', (code, signal) => {
      const well = this.process !== child && (code === 0 || signal === 'SIGKILL');
      if (!well) process.stderr.write(`the server ended by itself (${code ?? signal}):\n${this.logTail(150)}\n`);
    });
  }

  async #healthy() {
    try {
      return (await request(this.url, 'GET', '/health', { fresh: true })).status === 200;
    } catch {
      return false;
    }
  }

  logTail(lines = 25) {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').split('\n').slice(-lines).join('\n') : '';
  }
}

/** A server that runs for the tests of one file. */
export function useServer(options) {
  const server = new Server(options);
  before(() => server.start());
  after(() => server.destroy());
  return server;
}
