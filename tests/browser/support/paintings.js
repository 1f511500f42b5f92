/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Small paintings, made here: hills behind a lake at some hour of the day, and round faces. PNG by hand.
import { crc32, deflateSync } from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const checksum = crc32 ?? ((bytes) => (bytes.reduce((sum, byte) => table[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0);

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(checksum(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** `pixel(x, y)`: red, green and blue. */
export function encodePng(width, height, pixel) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++) for (const part of pixel(x, y)) rows[at++] = part;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const paint = (width, height, colour) => encodePng(width, height, (x, y) => colour(x / width, y / height));

const mix = (a, b, share) => a.map((part, i) => Math.round(part + (b[i] - part) * share));

const hours = [
  { high: [120, 176, 214], low: [236, 226, 205], hills: [[126, 150, 158], [78, 116, 112], [38, 82, 70]], lake: [150, 184, 190] },
  { high: [66, 84, 140], low: [244, 176, 138], hills: [[120, 100, 140], [78, 66, 104], [40, 40, 70]], lake: [190, 140, 140] },
  { high: [92, 150, 170], low: [246, 224, 170], hills: [[150, 176, 150], [88, 138, 112], [29, 107, 89]], lake: [170, 204, 190] },
];

export function landscape(width, height, seed) {
  const hour = hours[seed % hours.length];
  const line = (x, n) => 0.34 + n * 0.1 + 0.07 * Math.sin(x * (5 - n) + seed * 2.1 + n * 1.7) + 0.03 * Math.sin(x * 13 + n * 3 + seed);
  return paint(width, height, (x, y) => {
    if (y > 0.72) return mix(hour.lake, hour.low, 0.25 + 0.2 * Math.sin(y * 90 + Math.sin(x * 9) * 2) * (y - 0.7));
    for (let n = 2; n >= 0; n--) if (y > line(x, n)) return hour.hills[n];
    const sun = Math.hypot((x - 0.72) * (width / height), y - 0.2);
    const sky = mix(hour.high, hour.low, Math.min(1, y * 1.8));
    return sun < 0.06 ? [255, 246, 220] : mix([255, 240, 210], sky, Math.min(1, 0.6 + sun));
  });
}

const faces = [
  { back: [214, 233, 224], skin: [238, 198, 168], hair: [110, 66, 40], coat: [29, 107, 89] },
  { back: [251, 236, 203], skin: [236, 200, 160], hair: [32, 28, 30], coat: [43, 95, 151] },
];

export function portrait(seed, size = 256) {
  const face = faces[seed % faces.length];
  return paint(size, size, (x, y) => {
    const head = Math.hypot((x - 0.5) / 0.2, (y - 0.44) / 0.24);
    if (Math.hypot(x - 0.43, y - 0.45) < 0.018 || Math.hypot(x - 0.57, y - 0.45) < 0.018) return face.hair;
    if (head < 1 && y > 0.34 + 0.1 * Math.abs(x - 0.42)) return face.skin;
    if (Math.hypot((x - 0.5) / 0.25, (y - 0.38) / 0.25) < 1 && (y < 0.4 || seed % 2 === 1)) return face.hair;
    if (Math.hypot((x - 0.5) / 0.38, (y - 1.02) / 0.36) < 1) return face.coat;
    if (Math.abs(x - 0.5) < 0.07 && y > 0.6 && y < 0.75) return face.skin;
    return face.back;
  });
}
