/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What was agreed to on this visit. It lives in memory only: it becomes a record with the account, or nothing. */
import { signal } from "@preact/signals";
import type { Agreement } from "../api/account";

export const agreement = signal<Agreement | undefined>(undefined);
