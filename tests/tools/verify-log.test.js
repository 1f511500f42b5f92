// SPDX-License-Identifier: AGPL-3.0-or-later
// The offline verifier on mirrors made here, from the definitions of RFC 6962 and without its code: whole ones pass, and
// whatever a server could do to its history is told.
'use strict';
const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const tool = path.join(__dirname, '../../tools/verify-log');
const ORIGIN = 'example.org/parley-log';
const keys = crypto.generateKeyPairSync('ed25519');
const sha256 = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts)).digest();

function keyText(pair, name = ORIGIN) {
  const bytes = Buffer.concat([Buffer.of(1), Buffer.from(pair.publicKey.export({ format: 'jwk' }).x, 'base64url')]);
  const id = sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4);
  return { id, text: `${name}+${id.toString('hex')}+${bytes.toString('base64')}` };
}

function mth(entries) {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0]);
  let k = 1;
  while (2 * k < entries.length) k *= 2;
  return sha256(Buffer.of(1), mth(entries.slice(0, k)), mth(entries.slice(k)));
}

function checkpoint(size, root, pair = keys) {
  const text = `${ORIGIN}\n${size}\n${root.toString('base64')}\n`;
  const signature = Buffer.concat([keyText(pair).id, crypto.sign(null, Buffer.from(text), pair.privateKey)]);
  return `${text}\n\u2014 ${ORIGIN} ${signature.toString('base64')}\n`;
}

const own = (index) => {
  const entry = JSON.stringify({ at: 1, index, kind: 'read' });
  const nonce = sha256(Buffer.from(`nonce ${index}`));
  return { index, entry, nonce, commitment: crypto.createHmac('sha256', nonce).update(entry).digest() };
};
const history = (size) => Array.from({ length: size }, (_, index) => own(index).commitment);

const folders = [];
test.after(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true })));

const digits = (index) => {
  const text = String(index).padStart(3, '0');
  return text.length === 3 ? text : `x${text.slice(0, -3).padStart(3, '0')}/${text.slice(-3)}`;
};

// Writes the log as C2SP tlog-tiles lays it out; the caller may then tamper with it.
function mirror(entries, { root = mth(entries), pair = keys } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'verify-log-'));
  folders.push(folder);
  const put = (name, bytes) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), bytes);
  };
  const tiles = (kind, items) => {
    for (let i = 0; i < items.length; i += 256) {
      const some = items.slice(i, i + 256);
      put(`tile/${kind}/${digits(i / 256)}${some.length < 256 ? `.p/${some.length}` : ''}`, Buffer.concat(some));
    }
  };
  const prefixed = (entry) => Buffer.concat([Buffer.of(entry.length >> 8, entry.length & 255), entry]);
  tiles('entries', entries.map(prefixed));
  for (let level = 0, span = 1; entries.length >= span; level++, span *= 256) {
    const count = Math.floor(entries.length / span);
    tiles(level, Array.from({ length: count }, (_, i) => mth(entries.slice(i * span, (i + 1) * span))));
  }
  put('checkpoint', checkpoint(entries.length, root, pair));
  return folder;
}

function run(folder, ...more) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, folder, '--key', keyText(keys).text, ...more]);
  return { code: status, said: `${stdout}${stderr}` };
}

function expect(result, code, words) {
  assert.equal(result.code, code, result.said);
  assert.match(result.said, words);
}

const file = (folder, name, text) => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

test('4.8 whole logs of every shape hold', () => {
  for (const size of [0, 1, 2, 3, 7, 255, 256, 257, 511, 512, 700])
    expect(run(mirror(history(size))), 0, /Everything holds/);
});

test('4.8 tiles of every level are compared', () => {
  const folder = mirror(history(65536 + 300));
  expect(run(folder), 0, /Everything holds/);
  const name = path.join(folder, 'tile/1/000');
  const bytes = fs.readFileSync(name);
  bytes[8191] ^= 1;
  fs.writeFileSync(name, bytes);
  expect(run(folder), 1, /tile\/1\/000 is not of the tree/);
});

test('4.8 the shared vectors of RFC 6962 have the root all implementations know', () => {
  const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const root = Buffer.from('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328', 'hex');
  expect(run(mirror(entries.map((hex) => Buffer.from(hex, 'hex')), { root })), 0, /Everything holds/);
});

test('4.8 an entry that was rewritten is found', () => {
  const entries = history(300);
  const signed = mth(entries);
  entries[123] = sha256(Buffer.from('another'));
  expect(run(mirror(entries, { root: signed })), 1, /do not have the root that was signed/);
});

test('4.8 a log that forks from an earlier checkpoint is found, though it is whole in itself', () => {
  const entries = history(300);
  const earlier = checkpoint(200, mth(entries.slice(0, 200)));
  const folder = mirror(entries);
  expect(run(folder, '--since', file(folder, 'earlier', earlier)), 0, /begins with the 200 entries/);
  entries[150] = sha256(Buffer.from('another'));
  const forked = mirror(entries);
  expect(run(forked), 0, /Everything holds/);
  expect(run(forked, '--since', file(forked, 'earlier', earlier)), 1, /fork: the first 200 entries/);
});

test('4.8 a log that lost its end is found', () => {
  const entries = history(50);
  const folder = mirror(entries.slice(0, 40));
  expect(run(folder, '--since', file(folder, 'earlier', checkpoint(50, mth(entries)))), 1, /has shrunk/);
});

test("4.8 a checkpoint of another key, or changed, is not the log's", () => {
  expect(run(mirror(history(5), { pair: crypto.generateKeyPairSync('ed25519') })), 1, /not signed by the log's key/);
  const folder = mirror(history(5));
  const name = path.join(folder, 'checkpoint');
  fs.writeFileSync(name, fs.readFileSync(name, 'utf8').replace('\n5\n', '\n4\n'));
  expect(run(folder), 1, /not of the log's key/);
});

test('4.8, 5.1 own entries are found at their place, and a changed one is told', () => {
  const folder = mirror(history(300));
  const list = [3, 299].map(own).map(({ index, entry, nonce }) => ({ index, entry, nonce: nonce.toString('base64') }));
  const save = (entries) => file(folder, 'own.json', JSON.stringify({ entries }));
  expect(run(folder, '--own', save(list)), 0, /your entries: 2/);
  expect(run(folder, '--own', save([{ ...list[0], entry: '{"index":3}' }])), 1, /entry 3 is not what/);
  expect(run(folder, '--own', save([{ ...list[0], index: 4 }])), 1, /entry 4 is not what/);
  expect(run(folder, '--own', save([{ ...list[0], index: 300 }])), 1, /entry 300 is not in a log/);
});

test('4.8 the checkpoint is kept only when everything holds', () => {
  const folder = mirror(history(10));
  const kept = path.join(folder, 'kept');
  expect(run(folder, '--save', kept), 0, /Everything holds/);
  assert.deepEqual(fs.readFileSync(kept), fs.readFileSync(path.join(folder, 'checkpoint')));
  const bad = mirror(history(10), { root: sha256() });
  expect(run(bad, '--save', path.join(bad, 'kept')), 1, /NOT OK/);
  assert.equal(fs.existsSync(path.join(bad, 'kept')), false);
});

test('a mirror that went on may have the full tile instead of the partial one', () => {
  const folder = mirror(history(256));
  fs.writeFileSync(path.join(folder, 'checkpoint'), checkpoint(100, mth(history(100))));
  expect(run(folder), 0, /100 entries/);
});

test('what cannot be read or is not understood has an exit code of its own', () => {
  const folder = mirror(history(5));
  fs.rmSync(path.join(folder, 'tile/entries/000.p/5'));
  expect(run(folder), 3, /cannot read/);
  expect(run('/nonexistent'), 3, /cannot read/);
  expect(run(folder, '--frm', 'x'), 2, /what is "--frm"/);
  assert.equal(spawnSync(process.execPath, [tool, folder, '--key', 'x']).status, 2);
  assert.match(execFileSync(process.execPath, [tool, '--help']).toString(), /Exit codes/);
});
