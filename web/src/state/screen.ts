/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal } from "@preact/signals";
import { watchNarrow } from "../platform/screen";

/** One column: either the list of chats is on the screen, or a place. */
export const narrow = signal(false);

watchNarrow((now) => (narrow.value = now));
