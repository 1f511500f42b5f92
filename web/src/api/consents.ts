/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { get, put, type Fetch } from "./http";

/** An entry of the ledger: what was said to a purpose, and when. */
export interface Consent {
    id: string;
    purpose: string;
    granted: boolean;
    ts: number;
    version?: string;
    sha256?: string;
    language?: string;
    surface?: string;
}

/** An optional purpose, and what has to be shown before it is agreed to. */
export interface Purpose {
    purpose: string;
    granted: boolean;
    title: string;
    words: string;
    language: string;
    sha256: string;
    supplement?: { version: string; title: string; html: string; url: string };
}

export interface Consents {
    consents: Consent[];
    purposes: Purpose[];
}

export const readConsents = (language: string, fetch: Fetch) => get<Consents>(`/_parley/v1/consents?language=${language}`, { fetch });

/** Granting is to the text that was shown: its language and hash go along. */
export const putConsent = (purpose: Purpose, granted: boolean, surface: string, fetch: Fetch) =>
    put(
        `/_parley/v1/consents/${purpose.purpose}`,
        { granted, surface, language: purpose.language, ...(granted ? { sha256: purpose.sha256 } : {}) },
        { fetch },
    );

/** Signed; anybody can check it. */
export const readReceipt = (id: string, fetch: Fetch) => get<object>(`/_parley/v1/consents/receipts/${id}`, { fetch });
