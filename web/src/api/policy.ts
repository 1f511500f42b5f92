/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { get } from "./http";

export interface PolicySection {
    id: string;
    title: string;
    /** Made by the server from its own documents. */
    html: string;
}

export interface Policy {
    version: string;
    effective: string;
    language: string;
    sha256: string;
    title: string;
    sections: PolicySection[];
}

export const readPolicy = (language: string) => get<Policy>(`/_parley/v1/policy/${language}`);
