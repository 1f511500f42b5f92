/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { get, type Fetch } from "./http";

export interface Consent {
    purpose: string;
    granted: boolean;
    ts: number;
    version?: string;
    sha256?: string;
    language?: string;
}

export const listConsents = async (fetch: Fetch) =>
    (await get<{ consents: Consent[] }>("/_parley/v1/consents", { fetch })).consents;
