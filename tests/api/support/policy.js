/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A folder of policy texts of an operator's own: the product's texts as version 1, and a version 2 made of them. The
// server's clock cannot be moved, so its days are: they are given from today.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const product = fileURLToPath(new URL('../../../policy', import.meta.url));
const languages = ['en', 'zh-CN'];

export const day = (fromToday) => new Date(Date.now() + fromToday * 86_400_000).toISOString().slice(0, 10);
export const textOf = (language) => readFileSync(join(product, `${language}.md`), 'utf8');

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const inEach = (make) => Object.fromEntries(languages.map((language) => [language, make(language)]));

/** Puts words behind a clause's own. */
const extended = (text, clause, words) => text.replace(new RegExp(`(<!-- ${clause.replace('.', '\\.')} -->.*)`), `$1 ${words}`);
const without = (text, clause) => text.replace(new RegExp(`^(- )?<!-- ${clause.replace('.', '\\.')} -->.*\\n`, 'm'), '');

export class PolicyRoot {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'parley-policy-'));
  }

  put(name, text) {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), typeof text === 'string' ? text : JSON.stringify(text));
  }

  /** `second`: announced and effective in days from today, what it declares, and clauses it extends or removes. */
  write(second) {
    const first = inEach(textOf);
    const versions = [{ version: '1', announced: day(-400), effective: day(-400), notice_days: 0, changes: {}, says: inEach(() => 'First.'), sha256: inEach((l) => sha256(first[l])) }];
    let newest = first;
    if (second) {
      const { announced, effective, extend = {}, remove = [], ...declared } = second;
      newest = inEach((language) => {
        let text = first[language];
        for (const [clause, words] of Object.entries(extend)) text = extended(text, clause, words[language]);
        for (const clause of remove) text = without(text, clause);
        return text;
      });
      versions.push({
        version: '2', announced: day(announced), effective: day(effective), notice_days: 30, changes: {},
        says: { en: 'What is new in two.', 'zh-CN': '第二版的新内容。' }, sha256: inEach((l) => sha256(newest[l])), removed: remove, ...declared,
      });
      for (const language of languages) this.put(`archive/1/${language}.md`, first[language]);
    }
    for (const language of languages) this.put(`${language}.md`, newest[language]);
    this.put('versions.json', versions);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
