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
    /** What of the software does not work yet, as HTML of the server's own. */
    status_html?: string;
    /** The next version, from its announcement until it takes effect (obligation 6.2). */
    announced?: { version: string; effective: string; documents: Record<string, { says: string; url: string }> };
}

export const readPolicy = (language: string) => get<Policy>(`/_parley/v1/policy/${language}`);
