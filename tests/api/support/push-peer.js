/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Real push gateways and push services: what is sent to them is kept, and what is sealed is opened as a browser does.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { after, before } from 'node:test';
import { Peer } from './peer.js';

const gatewayPath = '/_matrix/push/v1/notify';

/** A push gateway (spec: Push Gateway API). */
export class GatewayPeer extends Peer {
  constructor() {
    super('the push gateway');
    this.answers = async () => ({ status: 200, body: { rejected: [] } });
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  get url() {
    return this.origin + gatewayPath;
  }

  /** A pusher of the user's at this gateway, by its key. */
  async setPusher(user, { pushkey = `key ${randomBytes(6).toString('hex')}`, data = {}, ...rest } = {}) {
    await user.post('/v3/pushers/set', {
      kind: 'http',
      app_id: 'org.example.app',
      pushkey,
      app_display_name: 'App',
      device_display_name: 'Telephone',
      lang: 'en',
      data: { url: this.url, format: 'event_id_only', ...data },
      ...rest,
    });
    return pushkey;
  }

  /** What was said to a pusher, each attempt, whatever was answered. */
  attempts(pushkey) {
    return this.requests
      .map((entry) => ({ ...entry, notice: entry.body.notification }))
      .filter(({ notice }) => notice.devices.some((device) => device.pushkey === pushkey));
  }

  /** What it has taken. */
  notices(pushkey) {
    return this.attempts(pushkey).filter(({ status }) => status === 200).map(({ notice }) => notice);
  }

  /** Waits for the notice of an event to a pusher. */
  async notice(pushkey, eventId, options) {
    const pick = () => this.notices(pushkey).find(({ event_id: id }) => id === eventId);
    return this.until(pick, { what: `the notice of ${eventId}`, ...options });
  }
}

/** HKDF of RFC 5869 for one block of output. */
function derive(salt, material, info, length) {
  const key = createHmac('sha256', salt).update(material).digest();
  return createHmac('sha256', key).update(info).update(Buffer.from([1])).digest().subarray(0, length);
}

/** A browser that has subscribed to a push service. */
export class Subscription {
  constructor(service) {
    this.path = `/push/${randomBytes(8).toString('hex')}`;
    this.endpoint = service.origin + this.path;
    this.ecdh = createECDH('prime256v1');
    this.ecdh.generateKeys();
    this.auth = randomBytes(16);
  }

  get p256dh() {
    return this.ecdh.getPublicKey().toString('base64url');
  }

  /** Sets a pusher of the user's that leads here. */
  async setPusher(user, { data = {}, ...rest } = {}) {
    await user.post('/v3/pushers/set', {
      kind: 'org.matrix.msc4174.webpush',
      app_id: 'org.example.web',
      pushkey: this.p256dh,
      app_display_name: 'Web app',
      device_display_name: 'Browser',
      lang: 'en',
      data: { endpoint: this.endpoint, auth: this.auth.toString('base64url'), ...data },
      ...rest,
    });
  }

  /** Opens a body (RFC 8291, RFC 8188). */
  open(body) {
    const salt = body.subarray(0, 16);
    const size = body.readUInt32BE(16);
    const sender = body.subarray(21, 21 + body[20]);
    const sealed = body.subarray(21 + body[20]);
    assert.ok(body.length <= size, 'one record');
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), sender]);
    const material = derive(this.auth, this.ecdh.computeSecret(sender), info, 32);
    const key = derive(salt, material, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(salt, material, Buffer.from('Content-Encoding: nonce\0'), 12);
    const opening = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()]);
    const end = padded.findLastIndex((byte) => byte !== 0);
    assert.equal(padded[end], 2, 'the last record ends with 2');
    return JSON.parse(padded.subarray(0, end).toString());
  }
}

/** The push service of a browser (RFC 8030). */
export class PushService extends Peer {
  constructor() {
    super('the push service');
    this.answers = async () => ({ status: 201 });
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  read(bytes) {
    return { bytes };
  }

  attempts(subscription) {
    return this.requests.filter(({ path }) => path === subscription.path);
  }

  messages(subscription) {
    return this.attempts(subscription).filter(({ status }) => status === 201).map(({ bytes }) => subscription.open(bytes));
  }

  async message(subscription, eventId, options) {
    const pick = () => this.messages(subscription).find(({ event_id: id }) => id === eventId);
    return this.until(pick, { what: `the message about ${eventId}`, ...options });
  }
}

/** Who signed a request, and for whom (RFC 8292): the claims and the key, once the signature is found to be good. */
export function signedBy(authorization) {
  const [, token, key] = /^vapid t=([^,]+), k=([^,]+)$/.exec(authorization);
  const [head, claims, signature] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const publicKey = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')), 'the signature is good');
  const parse = (text) => JSON.parse(Buffer.from(text, 'base64url').toString());
  return { head: parse(head), claims: parse(claims), key };
}

/** Peers for the tests of one file, and the server, which is told that they are near. */
export function usePushPeers(server, ...peers) {
  before(async () => {
    for (const peer of peers) await peer.listen();
    server.set = { 'push.first_pause': '40ms', 'push.longest_pause': '400ms', ...server.set, 'push.gateways': peers.map(({ origin }) => origin).join(',') };
    await server.start();
  });
  after(async () => {
    await server.destroy();
    for (const peer of peers) await peer.close();
  });
}
