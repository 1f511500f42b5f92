/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import type { Body } from "../../model/timeline";

/** A message in one line, for lists, replies and the composer. */
export function bodyPreview(body: Body): string {
    const t = words();
    switch (body.kind) {
        case "text":
            return body.text.replace(/\s+/g, " ");
        case "image":
            return body.caption ?? t.picture;
        case "file":
            return body.name || t.file;
        case "deleted":
            return t.messageDeleted;
        case "locked":
            return t.lockedShort;
        case "unknown":
            return t.messageUnknown;
    }
}
