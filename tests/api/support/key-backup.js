/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Backups of keys as an app makes them, but for the encryption.
import { enc } from './user.js';

export const ALGORITHM = 'm.megolm_backup.v1.curve25519-aes-sha2';
export const VERSIONS = '/v3/room_keys/version';

export const authData = (more = {}) => ({ public_key: 'cHVibGljIGtleQ', signatures: { '@a:b': { 'ed25519:X': 'c2ln' } }, ...more });
export const place = (...ids) => `/v3/room_keys/keys${ids.map((id) => `/${enc(id)}`).join('')}`;
export const session = (secret, more = {}) => ({
  first_message_index: 5, forwarded_count: 0, is_verified: false,
  session_data: { ephemeral: 'ZQ', ciphertext: secret, mac: 'bQ' }, ...more,
});

/** A new backup; its version. */
export async function backUp(user, auth_data = authData()) {
  return (await user.post(VERSIONS, { algorithm: ALGORITHM, auth_data })).version;
}
