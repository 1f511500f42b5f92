/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Searching, and looking at the index from outside.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The room_events of an answer to a search. */
export async function search(user, term, { next, ...criteria } = {}) {
  const body = { search_categories: { room_events: { search_term: term, order_by: 'recent', ...criteria } } };
  return (await user.post('/v3/search', body, next ? { next_batch: next } : undefined)).search_categories.room_events;
}

export const idsOf = (answer) => answer.results.map(({ result }) => result.event_id);
export const bodiesOf = (answer) => answer.results.map(({ result }) => result.content.body);

const script = `
import json, sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '/search.db?mode=ro', uri=True)
db.execute("ATTACH 'file:" + sys.argv[1] + "/chat.db?mode=ro' AS chat")
print(json.dumps(db.execute(sys.argv[2]).fetchall()))
`;

/** Rows of a query on search.db, with chat.db as "chat". */
export function lookAtIndex(server, sql) {
  return JSON.parse(execFileSync('python3', ['-c', script, join(server.folder, 'data'), sql], { encoding: 'utf8' }));
}

/** Resolves when everything said so far stands in the index and need not be read from the stream. */
export async function indexed(server, { seconds = 20 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const [[behind]] = lookAtIndex(server, 'SELECT (SELECT pos FROM chat.stream) - (SELECT pos FROM progress)');
    if (behind <= 0) return;
    assert.ok(Date.now() < deadline, `the index is ${behind} positions behind`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
