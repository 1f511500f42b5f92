/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A screen nobody sits at (Xvfb): where programs with windows run, and what is to be seen on it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '../browser/support/paintings.js';

/* Of the header of an X window dump, in which Xvfb keeps its screen: 32-bit numbers, big-endian. */
const [HEADER_SIZE, WIDTH, HEIGHT, BYTES_PER_LINE, COLOURS] = [0, 4, 5, 12, 19];
const COLOUR_SIZE = 12;

export class Screen {
  #process;
  #folder = mkdtempSync(join(tmpdir(), 'parley-screen-'));

  async on(width, height) {
    const options = ['-screen', '0', `${width}x${height}x24`, '-fbdir', this.#folder, '-nolisten', 'tcp', '-displayfd', '3'];
    this.#process = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const number = (async () => {
      let text = '';
      for await (const bytes of this.#process.stdio[3]) if ((text += bytes).endsWith('\n')) return text.trim();
      throw new Error('Xvfb did not start');
    })();
    this.display = `:${await number}`;
    return this;
  }

  /** The screen as it is: lines of blue, green, red and a byte that says nothing. */
  #look() {
    const dump = readFileSync(join(this.#folder, 'Xvfb_screen0'));
    const [start, width, height, line, colours] = [HEADER_SIZE, WIDTH, HEIGHT, BYTES_PER_LINE, COLOURS].map((n) => dump.readUInt32BE(n * 4));
    const first = start + colours * COLOUR_SIZE;
    return { width, height, line, bytes: dump.subarray(first, first + line * height) };
  }

  /** Whether the pixel at a place has about this colour. */
  is(x, y, colour) {
    const { line, bytes } = this.#look();
    return [2, 1, 0].every((part, i) => Math.abs(bytes[y * line + x * 4 + part] - colour[i]) < 4);
  }

  /** How many pixels have about this colour. */
  count([red, green, blue]) {
    const { bytes } = this.#look();
    const near = (one, other) => Math.abs(one - other) < 4;
    let count = 0;
    for (let at = 0; at < bytes.length; at += 4)
      if (near(bytes[at], blue) && near(bytes[at + 1], green) && near(bytes[at + 2], red)) count++;
    return count;
  }

  /** Once no more moves on it than a cursor that blinks. */
  async still() {
    for (let before = this.#look(); ; ) {
      await new Promise((done) => setTimeout(done, 400));
      const now = this.#look();
      let changed = 0;
      for (let at = 0; at < now.bytes.length; at++) if (now.bytes[at] !== before.bytes[at]) changed++;
      if (changed < 300) return this;
      before = now;
    }
  }

  png() {
    const { width, height, line, bytes } = this.#look();
    return encodePng(width, height, (x, y) => [2, 1, 0].map((part) => bytes[y * line + x * 4 + part]));
  }

  async off() {
    if (this.#process && this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
