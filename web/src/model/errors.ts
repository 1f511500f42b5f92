/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { TextKey } from "../i18n/dictionary";

const texts: Record<string, TextKey> = {
    OFFLINE: "errorOffline",
    ORG_PARLEY_CODE_WRONG: "errorCodeWrong",
    ORG_PARLEY_CODE_EXPIRED: "errorCodeExpired",
    ORG_PARLEY_CODE_USED: "errorCodeUsed",
    ORG_PARLEY_CODE_TOO_MANY: "errorCodeTooMany",
    M_THREEPID_IN_USE: "errorPhoneInUse",
    M_THREEPID_DENIED: "errorPhoneOptedOut",
    M_USER_IN_USE: "errorNameTaken",
    M_INVALID_USERNAME: "errorNameInvalid",
    M_EXCLUSIVE: "errorNameTaken",
    M_WEAK_PASSWORD: "errorPasswordWeak",
    M_PASSWORD_TOO_SHORT: "errorPasswordWeak",
    M_LIMIT_EXCEEDED: "errorTooFast",
    M_TOO_LARGE: "errorTooLarge",
    M_USER_DEACTIVATED: "errorAccountClosed",
    M_USER_LOCKED: "errorAccountLocked",
    M_UNKNOWN_TOKEN: "errorSignedOut",
};

/** The text for a refusal; `special` says what a code means at this very place. */
export function errorText(error: unknown, special: Record<string, TextKey> = {}): TextKey {
    const code = errorCode(error);
    return special[code] ?? texts[code] ?? "errorUnknown";
}

/** The errcode of our own errors and of the SDK's alike. */
export function errorCode(error: unknown): string {
    if (error === null || typeof error !== "object") return "";
    const { errcode, name } = error as { errcode?: unknown; name?: unknown };
    if (typeof errcode === "string") return errcode;
    return name === "ConnectionError" ? "OFFLINE" : "";
}
