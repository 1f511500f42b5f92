/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";

/** What was agreed to, by its name in the ledger; `stranger` for what the app has no words for. */
export function consentName(purpose: string, stranger = (name: string): string => name): string {
    const t = words();
    if (purpose === "service") return t.privacyPolicy;
    return purpose === "adult_declaration" ? t.adultDeclaration : stranger(purpose);
}
