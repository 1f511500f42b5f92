/* SPDX-License-Identifier: AGPL-3.0-or-later */
import encodeQR from "qr";
import { useMemo } from "preact/hooks";

/** Drawn as one path of squares; black on white in either theme, since cameras want it so. */
export function QrCode({ text, label }: { text: string; label: string }) {
    const { path, size } = useMemo(() => {
        const rows = encodeQR(text, "raw", { border: 3, ecc: "medium" });
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
