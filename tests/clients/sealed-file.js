/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Sending encrypted attachments", for clients whose library leaves it to the app.
import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { unpadded } from '../api/support/keys.js';

const digest = (bytes) => unpadded(createHash('sha256').update(bytes).digest());

/** The sealed bytes, and what the message has to say for them to be opened, but for their address. */
export function seal(bytes) {
  const key = randomBytes(32);
  const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const jwk = { kty: 'oct', key_ops: ['encrypt', 'decrypt'], alg: 'A256CTR', k: key.toString('base64url'), ext: true };
  return { sealed, file: { v: 'v2', key: jwk, iv: unpadded(iv), hashes: { sha256: digest(sealed) } } };
}

export function unseal(sealed, { v, key, iv, hashes }) {
  assert.equal(v, 'v2');
  assert.equal(digest(sealed), hashes.sha256, 'as it was uploaded');
  const cipher = createDecipheriv('aes-256-ctr', Buffer.from(key.k, 'base64url'), Buffer.from(iv, 'base64'));
  return Buffer.concat([cipher.update(sealed), cipher.final()]);
}
