/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Nheko, a desktop app (Qt, mtxclient, libolm), on a screen of its own. It is told what to do by matrix: links, keys and
// clicks, and judged by its log, by what others receive from it, and by the colours on its screen.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Screen } from './screen.js';

/* The one whose screen is known here. */
const known = /^nheko 0\.11\./;
const [WIDTH, HEIGHT] = [1024, 700];
/* Where what is pressed is in a window of that size, screen by screen … */
const WELCOME = { login: [594, 482] };
const LOGIN = { name: [500, 323], login: [512, 556] };
const SETUP = { ok: [871, 661] };
const RECOVERY_KEY = { ok: [970, 383] };
const CHATS = { composer: [640, 680] };
/* … and how it is seen that one is there: a place and its colour. */
const LOGIN_SHOWN = [478, 525, [70, 77, 93]];
const LOGIN_READY = [478, 555, [84, 92, 112]];
const KEY_SHOWN = [900, 600, [237, 237, 237]];
const NOTHING_ASKED = [900, 600, [255, 255, 255]];

const programs = { nheko: 'nheko', Xvfb: 'xvfb', xdotool: 'xdotool' };

/* There is no keyring in which it could keep its secrets. */
const settings = [
  '[General]', 'run_without_secure_secrets_service=true',
  '[user]', 'desktop_notifications=false', 'theme=light', 'fancy_effects=false', 'reduced_motion=true', 'window\\tray=false', '',
];

const succeeds = (work) => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** Why it cannot be had here; undefined if it can. */
export function missing() {
  const lacking = Object.keys(programs).filter((program) => succeeds(() => execFileSync('sh', ['-c', `command -v ${program}`])) === undefined);
  if (lacking.length > 0) return `Nheko is not installed (Debian: ${lacking.map((program) => programs[program]).join(' ')})`;
  const env = { ...process.env, QT_QPA_PLATFORM: 'offscreen' };
  const version = succeeds(() => execFileSync('nheko', ['--version'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim());
  if (!known.test(version)) return `what is known here is the screen of Nheko 0.11, not that of ${version ?? 'one that does not start'}`;
}

const ended = (child) => !child || child.exitCode !== null || child.signalCode !== null;

/** Asks again until there is something; of programs that tell nobody when they are done. */
async function poll(look, what, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new assert.AssertionError({ message: `${typeof what === 'function' ? what() : what} not within ${seconds} s` });
    await new Promise((done) => setTimeout(done, 100));
  }
}

export class Nheko {
  screen = new Screen();
  log = '';
  #home = mkdtempSync(join(tmpdir(), 'parley-nheko-'));
  /* Of the same profile there is one Nheko a machine, whatever its folders. */
  #profile = `parley${process.pid}`;
  #process;
  #env;

  constructor(server) {
    this.server = server;
  }

  async #open() {
    const folder = (name) => {
      const path = join(this.#home, name);
      mkdirSync(path, { mode: 0o700 });
      return path;
    };
    const config = folder('config');
    mkdirSync(join(config, 'nheko'));
    writeFileSync(join(config, 'nheko/nheko.conf'), settings.join('\n'), { mode: 0o600 });
    await this.screen.on(WIDTH, HEIGHT);
    this.#env = {
      PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: this.#home, DISPLAY: this.screen.display, DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      XDG_CONFIG_HOME: config, XDG_DATA_HOME: folder('data'), XDG_CACHE_HOME: folder('cache'), XDG_RUNTIME_DIR: folder('run'),
      QT_QPA_PLATFORM: 'xcb', QT_ACCESSIBILITY: '0', LIBGL_ALWAYS_SOFTWARE: '1',
    };
    const options = [`--profile=${this.#profile}`, '--log-level', 'debug', '--log-type', 'stderr'];
    this.#process = spawn('nheko', options, { env: this.#env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.log += text));
    await this.says('starting nheko', 60);
    this.window = await this.#windowCalled('^nheko');
    this.#tool('xdotool', 'windowmove', this.window, '0', '0', 'windowsize', this.window, WIDTH, HEIGHT, 'windowfocus', this.window);
  }

  /** By name and password, on its screen, at a server its name does not lead to; then it makes keys of one's own. */
  async signIn(id, password) {
    await this.#open();
    await this.#clickUntil(WELCOME.login, () => this.screen.is(...LOGIN_SHOWN), 'the page to sign in at');
    this.#click(this.window, ...LOGIN.name);
    this.#type(id, 'Tab');
    await this.says('Autodiscovery failed', 60);
    this.#type(password, 'Tab', 'Tab', 'ctrl+a');
    this.#type(this.server.url, 'Tab');
    /* The button answers to the pointer once the server has said what it speaks. */
    const [x, y] = LOGIN.login;
    await poll(() => {
      for (const aside of [1, 0]) this.#tool('xdotool', 'mousemove', '--window', this.window, x + aside, y);
      return this.screen.is(...LOGIN_READY);
    }, 'a button to sign in by');
    await this.#clickUntil(LOGIN.login, () => this.log.includes('setting up cache'), 'Nheko signed in', 8);
    await this.says('initial sync completed');
    await this.says('STATUS CHANGED: 1');
    await this.#clickUntil(SETUP.ok, () => this.log.includes('Uploaded secret: m.cross_signing.user_signing'), 'keys of one’s own');
    await poll(() => this.screen.is(...KEY_SHOWN), 'the recovery key');
    await this.#clickUntil(RECOVERY_KEY.ok, () => this.screen.is(...NOTHING_ASKED), 'Nheko without a question');
  }

  /** Until its log has the words. */
  says(words, seconds) {
    return poll(() => {
      assert.ok(!ended(this.#process), `Nheko has ended\n${this.log.slice(-3000)}`);
      return this.log.includes(words);
    }, () => `“${words}” in Nheko’s log\n${this.log.slice(-3000)}\n`, seconds);
  }

  /** Programs lose a click while they are busy: another follows when nothing has come of one for `patience` seconds. */
  async #clickUntil(place, look, what, patience = 1) {
    for (let tries = 0; tries < 40 / patience && !look(); tries++) {
      this.#click(this.window, ...place);
      await poll(look, what, patience).catch(() => {});
    }
    assert.ok(look(), `${what} does not come\n${this.log.slice(-3000)}`);
  }

  #type(text, ...keys) {
    this.#tool('xdotool', 'type', '--delay', '4', text);
    this.#tool('xdotool', 'key', ...keys);
  }

  async #windowCalled(name) {
    const all = await poll(() => this.#tool('xdotool', 'search', '--onlyvisible', '--name', name), `a window called ${name}`);
    return all.split('\n')[0];
  }

  #tool(program, ...values) {
    const options = { env: this.#env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return succeeds(() => execFileSync(program, values.map(String), options).trim()) ?? '';
  }

  /** A link to a room it is not in, which it asks about. Handed to it until it has it. */
  async #link(room) {
    const before = this.log.length;
    const received = () => this.log.includes('Received uri!', before);
    for (let tries = 0; tries < 10 && !received(); tries++) {
      await promisify(execFile)('nheko', [`--profile=${this.#profile}`, `matrix:roomid/${encodeURIComponent(room.slice(1))}`], { env: this.#env });
      await poll(received, 'the link in Nheko’s log', 3).catch(() => {});
    }
    assert.ok(received(), 'the link reached Nheko');
  }

  /** Follows an invite, and says yes; the chat is open then. */
  async join(room) {
    await this.#link(room);
    const question = await this.#windowCalled('^Confirm room join');
    await poll(() => {
      /* The window becomes as high as what it says. */
      const height = Number(/HEIGHT=(\d+)/.exec(this.#tool('xdotool', 'getwindowgeometry', '--shell', question))?.[1]);
      if (!this.#tool('xdotool', 'search', '--onlyvisible', '--name', '^Confirm room join')) return true;
      this.#click(question, 217, height - 19);
    }, 'an answer to Nheko’s question');
    /* Only what is shown in a window one looks at is read. */
    this.#tool('xdotool', 'windowfocus', '--sync', this.window);
    this.#click(this.window, ...CHATS.composer);
  }

  #click(window, x, y) {
    this.#tool('xdotool', 'mousemove', '--window', window, x, y, 'click', '1');
  }

  /** Types into the open chat and sends it. */
  write(text) {
    this.#click(this.window, ...CHATS.composer);
    this.#type(text, 'Return');
  }

  /** The same, in answer to the newest message: what it quotes of it is what it could read. */
  answer(text) {
    this.#click(this.window, ...CHATS.composer);
    this.#tool('xdotool', 'key', 'alt+Up');
    this.write(text);
  }

  /** Until a picture with much of this colour is on the screen. */
  shows(colour, pixels = 2000) {
    return poll(() => this.screen.count(colour) >= pixels, () => `${pixels} pixels of ${colour} on Nheko’s screen (${this.screen.count(colour)} are)`);
  }

  async close() {
    if (!ended(this.#process)) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    await this.screen.off();
    rmSync(this.#home, { recursive: true, force: true });
  }
}
