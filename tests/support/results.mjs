/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What each test came to, kept beside the program that was tested for tools/proofs to join.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = resolve(process.env.PARLEY_BIN ?? fileURLToPath(new URL('../../build/parley', import.meta.url)));

/** kind: "api", "browser". The suites are called after their files: "api consents". */
export class Results {
  #kind;
  #build;
  #tests = [];
  #seconds = new Map();

  constructor(kind) {
    this.#kind = kind;
    this.#build = createHash('sha256').update(readFileSync(program)).digest('hex');
  }

  /** One event of node:test's stream; what was skipped proves nothing. */
  add(event, ok) {
    if (event.details?.type === 'suite' || event.skip !== undefined || event.name === event.file) return;
    const suite = basename(event.file ?? '', '.test.js');
    this.#tests.push({ suite: `${this.#kind} ${suite}`, name: event.name, ok });
    this.#seconds.set(suite, (this.#seconds.get(suite) ?? 0) + (event.details?.duration_ms ?? 0) / 1000);
  }

  /** Where the time went, for whoever wants the run to be shorter. */
  get slowest() {
    const suites = [...this.#seconds].sort(([, a], [, b]) => b - a).slice(0, 8);
    return suites.map(([suite, seconds]) => `${suite} ${seconds.toFixed(0)} s`).join(', ');
  }

  write() {
    const folder = join(dirname(program), 'results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${this.#kind}.json`), JSON.stringify({ build: this.#build, tests: this.#tests }));
  }
}

/** The suites that take longest first: a run is over when its last suite is. The others as they were. */
export function longestFirst(suites, longest) {
  const rank = (name) => (longest.indexOf(name.replace('.test.js', '')) + 1 || Infinity);
  return [...suites].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}
