/* SPDX-License-Identifier: AGPL-3.0-or-later */
// matrix-js-sdk outside a browser, with its own cryptography: a person at an app made with it.
import { sizeOf } from '../api/support/image.js';
import { Inbox } from './inbox.js';
import { seal, unseal } from './sealed-file.js';

let library;

/** Why it cannot be had here; undefined if it can. */
export async function missing() {
  try {
    library = await import('../api/support/js-sdk.js');
    library.letTimersGo();
  } catch (error) {
    return `matrix-js-sdk is not installed (npm ci in tests/api): ${error.message}`;
  }
}

export class JsSdk {
  inbox = new Inbox();
  #client;

  constructor(server) {
    this.server = server;
  }

  async signIn(user, password) {
    const { sdk, sdkClient, startSync } = library;
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password };
    const answer = await sdk.createClient({ baseUrl: this.server.url }).loginRequest(login);
    this.session = { server: this.server, id: answer.user_id, token: answer.access_token, device: answer.device_id };
    this.#client = sdkClient(this.session);
    const hear = (event) => {
      if (event.getType() !== 'm.room.encrypted' || event.isDecryptionFailure())
        this.inbox.add({ ...event.getEffectiveEvent(), room_id: event.getRoomId(), locked: event.isDecryptionFailure() });
    };
    this.#client.on(sdk.RoomStateEvent.Events, hear);
    this.#client.on(sdk.MatrixEventEvent.Decrypted, hear);
    await this.#client.initRustCrypto({ useIndexedDB: false });
    await startSync(this.#client);
  }

  async createGroup(name, ...invite) {
    const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
    return (await this.#client.createRoom({ preset: 'private_chat', name, invite, initial_state: [encryption] })).room_id;
  }

  join = (room) => this.#client.joinRoom(room);
  write = (room, text) => this.#client.sendTextMessage(room, text);

  async sendPicture(room, { name, buffer }) {
    const { width: w, height: h } = sizeOf(buffer);
    const { sealed, file } = seal(buffer);
    const { content_uri: url } = await this.#client.uploadContent(sealed, { type: 'application/octet-stream', includeFilename: false });
    const info = { mimetype: 'image/png', w, h, size: buffer.length };
    return this.#client.sendMessage(room, { msgtype: 'm.image', body: name, info, file: { ...file, url } });
  }

  async open({ content }) {
    const address = this.#client.mxcUrlToHttp(content.file.url, undefined, undefined, undefined, false, true, true);
    const answer = await fetch(address, { headers: { authorization: `Bearer ${this.session.token}` } });
    return unseal(Buffer.from(await answer.arrayBuffer()), content.file);
  }

  async close() {
    this.#client?.stopClient();
  }
}
