/* SPDX-License-Identifier: AGPL-3.0-or-later */
// People who come, look around and go again, so that accounts and devices come and go while the others talk.
import { enc, register } from '../api/support/user.js';

/** Comes and goes while `running()`; `power` brings the visitor over restarts. */
export async function visit(server, room, power, running) {
  while (running()) {
    const answer = await power.stubborn(async () => ({ status: 200, body: await register(server, 'visitor') }));
    const visitor = answer.body;
    await power.ask(visitor, 'POST', `/v3/join/${enc(room)}`, { body: {} });
    for (let n = 0; n < 3 && running(); n++) {
      const { next_batch: since } = await power.ask(visitor, 'GET', '/v3/sync', { query: { since: visitor.nextBatch, timeout: 300 } });
      visitor.nextBatch = since;
    }
    await power.ask(visitor, 'POST', `/v3/rooms/${enc(room)}/leave`, { body: {} });
    await power.stubborn(() => visitor.request('POST', '/v3/logout', { body: {} })); // a repeated one finds the token gone
  }
}
