/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useRef, useState } from "preact/hooks";
import { requestCode, type CodePurpose, type PhoneProof } from "../../api/account";
import type { PhoneValue } from "./PhoneField";

/** A code on its way: asking for it, and again under the same secret with a growing attempt. */
export function useCode(purpose: CodePurpose) {
    const [proof, setProof] = useState<PhoneProof>();
    const secret = useRef(crypto.randomUUID());
    const attempt = useRef(0);
    return {
        proof,
        async ask(phone: PhoneValue): Promise<void> {
            setProof(await requestCode(purpose, phone, secret.current, ++attempt.current));
        },
        forget: () => setProof(undefined),
    };
}
