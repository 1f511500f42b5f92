/* SPDX-License-Identifier: AGPL-3.0-or-later */
interface OtpCredential extends Credential {
    code?: string;
}

/**
 * Waits for the device to hand over the code of an origin-bound SMS (WebOTP), where the platform can.
 * Nothing but that one message is ever read. Resolves with nothing when it can't, or was stopped.
 */
export async function awaitSmsCode(signal: AbortSignal): Promise<string | undefined> {
    if (!("OTPCredential" in window) || !navigator.credentials) return undefined;
    try {
        const options = { otp: { transport: ["sms"] }, signal } as CredentialRequestOptions;
        const credential = (await navigator.credentials.get(options)) as OtpCredential | null;
        return credential?.code;
    } catch {
        return undefined;
    }
}
