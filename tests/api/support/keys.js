/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Keys as clients publish them, signed with real ones.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export const unpadded = (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** The canonical form: keys sorted, nothing between them. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/** An Ed25519 key pair; `public` as it stands in JSON. */
export function signingKey() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x } = createPublicKey(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))).export({ format: 'jwk' });
  return { private: privateKey, public: unpadded(Buffer.from(x, 'base64url')) };
}

/** The object with one more signature. */
export function signed(object, user, keyId, key) {
  const { signatures, unsigned, ...rest } = object;
  const signature = unpadded(sign(null, Buffer.from(canonical(rest)), key.private));
  return { ...object, signatures: { ...signatures, [user]: { ...signatures?.[user], [keyId]: signature } } };
}

const curve = () => unpadded(randomBytes(32));

/** What a device of the user has to publish: its keys and the private one they are signed with. */
export function deviceKeys(user, key = signingKey()) {
  const object = {
    user_id: user.id,
    device_id: user.device,
    algorithms: ['m.olm.v1.curve25519-aes-sha2', 'm.megolm.v1.aes-sha2'],
    keys: { [`curve25519:${user.device}`]: curve(), [`ed25519:${user.device}`]: key.public },
  };
  return { key, object: signed(object, user.id, `ed25519:${user.device}`, key) };
}

/** `count` one-time keys by name, in the order they are to be handed out. */
export function oneTimeKeys(user, count, { from = 0, key = signingKey(), fallback = false } = {}) {
  const names = Array.from({ length: count }, (_, i) => `signed_curve25519:K${String(from + i).padStart(6, '0')}`);
  const one = () => signed({ key: curve(), ...(fallback ? { fallback: true } : {}) }, user.id, `ed25519:${user.device}`, key);
  return Object.fromEntries(names.map((name) => [name, one()]));
}

export const upload = (user, body) => user.post('/v3/keys/upload', body);
export const query = (user, ...others) => user.post('/v3/keys/query', { device_keys: Object.fromEntries(others.map((one) => [one.id, []])) });

/** The name and the key that were handed out for a device; undefined when there was none. */
export async function claim(user, other, algorithm = 'signed_curve25519') {
  const answer = await user.post('/v3/keys/claim', { one_time_keys: { [other.id]: { [other.device]: algorithm } } });
  const keys = answer.one_time_keys[other.id]?.[other.device];
  return keys && Object.entries(keys)[0];
}

/** Publishes a device's identity keys. Returns them, and the key they are signed with. */
export async function publish(user) {
  const made = deviceKeys(user);
  await upload(user, { device_keys: made.object });
  return made;
}

export const DEHYDRATED = '/unstable/org.matrix.msc3814.v1/dehydrated_device';

/** What PUT of a dehydrated device takes; `device` and `id` of it are the user's own and the new device's id. */
export function dehydrated(user, { data = {}, count = 3, name } = {}) {
  const device = { ...user, id: user.id, device: curve() };
  const { key, object } = deviceKeys(device);
  const { signatures, ...keys } = { ...object, dehydrated: true };
  return {
    device_id: device.device,
    device_data: { algorithm: 'org.matrix.msc3814.v2', device_pickle: curve(), nonce: curve(), ...data },
    ...(name === undefined ? {} : { initial_device_display_name: name }),
    device_keys: signed(keys, user.id, `ed25519:${device.device}`, key),
    one_time_keys: oneTimeKeys(device, count, { key }),
    fallback_keys: oneTimeKeys(device, 1, { from: 900, key, fallback: true }),
  };
}

/** A private room whose messages are encrypted, with everybody in it. */
export async function encryptedRoom(creator, ...others) {
  const room = await creator.createRoom({
    preset: 'private_chat',
    invite: others.map((user) => user.id),
    initial_state: [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
  });
  for (const other of others) await other.join(room);
  return room;
}

/** The three cross-signing keys of a user: the pairs, and the objects to be published. */
export function crossSigningKeys(user, pairs = {}) {
  const keys = { master: pairs.master ?? signingKey(), self: signingKey(), user: signingKey() };
  const object = (usage, key) => ({ user_id: user.id, usage: [usage], keys: { [`ed25519:${key.public}`]: key.public } });
  const byMaster = (one) => signed(one, user.id, `ed25519:${keys.master.public}`, keys.master);
  return {
    keys,
    objects: {
      master_key: object('master', keys.master),
      self_signing_key: byMaster(object('self_signing', keys.self)),
      user_signing_key: byMaster(object('user_signing', keys.user)),
    },
  };
}
