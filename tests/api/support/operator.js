/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What the operator does at the command line, beside the running server.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { binary } from './server.js';
import { accepted, password, signIn, User } from './user.js';

/** Runs a command of the program on the server's data folder and returns what it says. */
export function operator(server, words, input = '') {
  const all = [...words, '--data', join(server.folder, 'data'), '--server-name', server.name];
  return execFileSync(binary, all, { encoding: 'utf8', stdio: 'pipe', input });
}

/** A new administrator, signed in, who has agreed to the policy like anybody. */
export async function administrator(server, name = 'admin') {
  const user = `${name}${++server.users}`;
  operator(server, ['admin', 'user', 'create', user, '--admin'], `${password}\n`);
  const identifier = { type: 'm.id.user', user };
  const admin = new User(server, accepted(await signIn(server, { type: 'm.login.password', identifier, password })));
  const { version, documents } = await admin.get('/_parley/v1/policy');
  await admin.post('/_parley/v1/policy/agree', { version, language: 'en', sha256: documents.en.sha256, agree: true });
  return admin;
}
