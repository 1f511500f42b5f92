/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { get, put, type Fetch } from "./http";

export interface Consent {
    purpose: string;
    granted: boolean;
    ts: number;
    version?: string;
    sha256?: string;
    language?: string;
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

interface Answer {
    consents: Consent[];
    purposes: Purpose[];
}

export const listConsents = async (fetch: Fetch) => (await get<Answer>("/_parley/v1/consents", { fetch })).consents;

export const listPurposes = async (language: string, fetch: Fetch) =>
    (await get<Answer>(`/_parley/v1/consents?language=${language}`, { fetch })).purposes;

/** Granting is to the text that was shown: its language and hash go along. */
export const putConsent = (purpose: Purpose, granted: boolean, surface: string, fetch: Fetch) =>
    put(
        `/_parley/v1/consents/${purpose.purpose}`,
        { granted, surface, language: purpose.language, ...(granted ? { sha256: purpose.sha256 } : {}) },
        { fetch },
    );
