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
/* Where what is pressed is in a window of that size, and the bar that says no keys of one's own were made. */
const CANCEL_SETUP = [958, 661];
const COMPOSER = [640, 680];
const BAR = [252, 190, 5];

const programs = { nheko: 'nheko', Xvfb: 'xvfb', xdotool: 'xdotool' };

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

  #settings({ id, token, device }) {
    return [
      /* There is no keyring in which it could keep its secrets. */
      '[General]', 'run_without_secure_secrets_service=true',
      '[profile]', ...Object.entries({ access_token: token, device_id: device, home_server: this.server.url, user_id: id })
        .map(([key, value]) => `${this.#profile}\\auth\\${key}=${value}`),
      '[user]', 'desktop_notifications=false', 'theme=light', 'fancy_effects=false', 'reduced_motion=true',
      'read_receipts=true', 'markdown_enabled=true', 'sidebar\\room_list_width=260', 'window\\tray=false', '',
    ].join('\n');
  }

  /** Started as somebody who has signed in (at its first start it would ask for name, server and password). */
  async start(session) {
    const folder = (name) => {
      const path = join(this.#home, name);
      mkdirSync(path, { mode: 0o700 });
      return path;
    };
    const config = folder('config');
    mkdirSync(join(config, 'nheko'));
    writeFileSync(join(config, 'nheko/nheko.conf'), this.#settings(session), { mode: 0o600 });
    await this.screen.on(WIDTH, HEIGHT);
    this.#env = {
      PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: this.#home, DISPLAY: this.screen.display, DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      XDG_CONFIG_HOME: config, XDG_DATA_HOME: folder('data'), XDG_CACHE_HOME: folder('cache'), XDG_RUNTIME_DIR: folder('run'),
      QT_QPA_PLATFORM: 'xcb', QT_ACCESSIBILITY: '0', LIBGL_ALWAYS_SOFTWARE: '1',
    };
    this.#process = spawn('nheko', [`--profile=${this.#profile}`, '--log-level', 'debug', '--log-type', 'stderr'], { env: this.#env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.log += text));
    await this.says('initial sync completed', 60);
    this.window = await this.#windowCalled('^nheko');
    this.#tool('xdotool', 'windowmove', this.window, '0', '0', 'windowsize', this.window, WIDTH, HEIGHT, 'windowfocus', this.window);
    /* It offers to make keys of one's own, and takes a no. */
    await this.says('STATUS CHANGED: 1');
    await poll(() => {
      if (this.screen.count(BAR) > 1000) return true;
      this.#click(this.window, ...CANCEL_SETUP);
    }, 'Nheko without its first question');
  }

  async #windowCalled(name) {
    const all = await poll(() => this.#tool('xdotool', 'search', '--onlyvisible', '--name', name), `a window called ${name}`);
    return all.split('\n')[0];
  }

  /** Until its log has the words. */
  says(words, seconds) {
    return poll(() => {
      assert.ok(!ended(this.#process), `Nheko has ended\n${this.log.slice(-3000)}`);
      return this.log.includes(words);
    }, () => `“${words}” in Nheko’s log\n${this.log.slice(-3000)}\n`, seconds);
  }

  #tool(program, ...values) {
    const options = { env: this.#env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return succeeds(() => execFileSync(program, values.map(String), options).trim()) ?? '';
  }

  /** A link to a room: it opens a chat it is in, and asks whether to join another. Handed to it until it has it. */
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
    this.#click(this.window, ...COMPOSER);
  }

  openRoom = (room) => this.#link(room);

  #click(window, x, y) {
    this.#tool('xdotool', 'mousemove', '--window', window, x, y, 'click', '1');
  }

  /** Types into the open chat and sends it. */
  write(text) {
    this.#click(this.window, ...COMPOSER);
    this.#tool('xdotool', 'type', '--delay', '4', text);
    this.#tool('xdotool', 'key', 'Return');
  }

  /** The same, in answer to the newest message: what it quotes of it is what it could read. */
  answer(text) {
    this.#click(this.window, ...COMPOSER);
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
