/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What a server process holds while nobody asks anything of it: memory and file descriptors.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { hangUp } from '../api/support/http.js';

const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;
const memory = (pid) => Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

export class Usage {
  /** `idle` is what a server has open before anyone comes. */
  constructor(server) {
    this.server = server;
    this.idle = descriptors(server.process.pid);
    this.samples = [];
  }

  /** Hangs up, waits until the server has let go of every connection, and measures. `slack`: files a store may open when used. */
  async atRest(slack = 8) {
    const { pid } = this.server.process;
    hangUp();
    let open;
    for (let tries = 0; (open = descriptors(pid)) > this.idle + slack; tries++) {
      assert.ok(tries < 200, `the server holds ${open} descriptors with nobody connected, ${this.idle} at its start`);
      await pause(50);
    }
    const sample = { open, mib: memory(pid) };
    this.samples.push(sample);
    return sample;
  }

  /** A server that was warm stays as large as it was. */
  assertSteady() {
    const [warm, ...later] = this.samples.map(({ mib }) => mib);
    const last = Math.min(...later.slice(-2));
    assert.ok(last <= warm * 1.2 + 16, `memory grew from ${warm.toFixed(1)} to ${last.toFixed(1)} MiB: ${this.samples.map(({ mib }) => mib.toFixed(1)).join(', ')}`);
  }
}
