/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Application services as tests meet them: a registration, and requests by its token in the name of an account.
import { accepted, User } from './user.js';

const token = (kind, id) => `${kind}-${id}-`.padEnd(40, 'x');

/** A registration; YAML takes JSON. `namespaces`: { users: [['@_irc_.*', true]], … }, each with whether it is exclusive. */
export function registration(id, { namespaces = {}, ...rest } = {}) {
  const list = (kind) => (namespaces[kind] ?? []).map(([regex, exclusive]) => ({ regex, exclusive }));
  return JSON.stringify({
    id,
    url: null,
    as_token: token('as', id),
    hs_token: token('hs', id),
    sender_localpart: `_${id}_bot`,
    namespaces: { users: list('users'), aliases: list('aliases'), rooms: list('rooms') },
    ...rest,
  });
}

/** An account in whose name the service asks. Without an id: the service's own, not named in the request. */
export class Ghost extends User {
  constructor(server, service, id, query = {}) {
    super(server, { user_id: id ?? `@_${service}_bot:${server.name}`, access_token: token('as', service) });
    this.named = { ...(id ? { user_id: id } : {}), ...query };
  }

  request(method, path, options = {}) {
    return super.request(method, path, { ...options, query: { ...this.named, ...options.query } });
  }
}

export function registerAs(server, service, username, body = {}) {
  return server.request('POST', '/_matrix/client/v3/register', {
    token: token('as', service),
    body: { type: 'm.login.application_service', username, inhibit_login: true, ...body },
  });
}

/** A new account of the service. */
export async function ghost(server, service, name) {
  const username = `_${service}_${name}${++server.users}`;
  const { user_id: id } = accepted(await registerAs(server, service, username));
  return new Ghost(server, service, id);
}

export function loginAs(server, service, user, body = {}) {
  return server.request('POST', '/_matrix/client/v3/login', {
    token: token('as', service),
    body: { type: 'm.login.application_service', identifier: { type: 'm.id.user', user }, ...body },
  });
}
