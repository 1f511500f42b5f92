/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A camera that sees what a test holds before it: the browser plays a film made of a picture, in place of a device.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { decodeQR } from '../../../web/node_modules/qr/decode.js';

const WIDTH = 640, HEIGHT = 480;

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Takes back what a row's filter did (PNG, "Filter types"). */
function unfilter(type, row, before, step) {
  for (let i = 0; i < row.length; i++) {
    const left = i >= step ? row[i - step] : 0, up = before[i] ?? 0, corner = i >= step ? (before[i - step] ?? 0) : 0;
    row[i] += [0, left, up, (left + up) >> 1, paeth(left, up, corner)][type];
  }
}

/** How bright each point of a PNG is, as browsers make their pictures: eight bits, colour with or without transparency. */
function brightness(png) {
  const parts = [];
  let width, height, step;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8), data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') [width, height, step] = [data.readUInt32BE(0), data.readUInt32BE(4), data[9] === 6 ? 4 : 3];
    if (type === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const points = new Uint8Array(width * height);
  let before = [];
  for (let y = 0; y < height; y++) {
    const start = y * (width * step + 1), row = raw.subarray(start + 1, start + 1 + width * step);
    unfilter(raw[start], row, before, step);
    for (let x = 0; x < width; x++) points[y * width + x] = (row[x * step] * 77 + row[x * step + 1] * 150 + row[x * step + 2] * 29) >> 8;
    before = row;
  }
  return { width, height, points };
}

/** A second of film: the picture held a little askew before a grey wall. */
function film(png) {
  const { width, height, points } = brightness(png);
  const scale = Math.max(width, height) / 380, turn = 0.06;
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const dx = x - WIDTH / 2, dy = y - HEIGHT / 2;
      const px = Math.round((dx * Math.cos(turn) + dy * Math.sin(turn)) * scale + width / 2);
      const py = Math.round((dy * Math.cos(turn) - dx * Math.sin(turn)) * scale + height / 2);
      luma[y * WIDTH + x] = px >= 0 && px < width && py >= 0 && py < height ? points[py * width + px] : 110;
    }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`), ...Array(10).fill(frame)]);
}

function isCode(png) {
  const { width, height, points } = brightness(png);
  const data = new Uint8Array(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : points[i >> 2]));
  try {
    return decodeQR({ width, height, data }).length > 0;
  } catch {
    return false;
  }
}

/** A photo of a code on a screen, once the screen has finished painting it. */
export async function photoOfCode(code) {
  for (;;) {
    const png = await code.screenshot({ animations: 'disabled' });
    if (isCode(png)) return png;
  }
}

/** `options` are for the browser that has it; `show` puts a picture before it, while it is off. */
export class Camera {
  #folder = mkdtempSync(join(tmpdir(), 'parley-camera-'));
  #file = join(this.#folder, 'film.y4m');

  options = {
    args: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${this.#file}`],
    permissions: ['clipboard-read', 'clipboard-write', 'camera'],
  };

  show(png) {
    writeFileSync(this.#file, film(png));
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
