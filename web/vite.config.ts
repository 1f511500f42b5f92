/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const compressible = /\.(js|css|html|svg|json|wasm|webmanifest)$/;

/* The server sends precompressed siblings (x.js.br, x.js.gz); it never compresses by itself. */
function precompress(): Plugin {
    return {
        name: "precompress",
        apply: "build",
        async closeBundle() {
            const root = join(import.meta.dirname, "dist");
            const files = await readdir(root, { recursive: true, withFileTypes: true });
            await Promise.all(
                files
                    .filter((file) => file.isFile() && compressible.test(file.name))
                    .map(async (file) => {
                        const path = join(file.parentPath, file.name);
                        const plain = await readFile(path);
                        const quality = plain.length > 1_000_000 ? 9 : 11;
                        const brotli = await promisify(brotliCompress)(plain, {
                            params: { [constants.BROTLI_PARAM_QUALITY]: quality },
                        });
                        await writeFile(`${path}.br`, brotli);
                        await writeFile(`${path}.gz`, await promisify(gzip)(plain, { level: 9 }));
                    }),
            );
        },
    };
}

export default defineConfig({
    build: {
        target: "es2022",
        rollupOptions: {
            input: { main: "index.html", worker: "src/worker/worker.ts" },
            /* Its address is what browsers know it by. */
            output: { entryFileNames: (chunk) => (chunk.name === "worker" ? "worker.js" : "assets/[name]-[hash].js") },
        },
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 2000,
    },
    plugins: [precompress()],
    server: { proxy: { "/_matrix": "http://127.0.0.1:8008", "/_parley": "http://127.0.0.1:8008" } },
});
