/* SPDX-License-Identifier: AGPL-3.0-or-later */
import encodeQR from "qr";
import { useMemo } from "preact/hooks";

/* Bytes go in as the characters of their numbers, and into the code as bytes again. */
const binary = { encoding: "byte", textEncoder: (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)) } as const;
const asText = (bytes: ArrayLike<number>) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Drawn as one path of squares; black on white in either theme, since cameras want it so. */
export function QrCode({ text, label }: { text: string | ArrayLike<number>; label: string }) {
    const { path, size } = useMemo(() => {
        const options = { border: 3, ecc: "medium" } as const;
        const rows =
            typeof text === "string" ? encodeQR(text, "raw", options) : encodeQR(asText(text), "raw", { ...options, ...binary });
        let drawn = "";
        rows.forEach((row, y) => row.forEach((dark, x) => dark && (drawn += `M${x} ${y}h1v1h-1z`)));
        return { path: drawn, size: rows.length };
    }, [text]);
    return (
        <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
            <path d={path} />
        </svg>
    );
}
