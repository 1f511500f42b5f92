/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useRef, useState } from "preact/hooks";
import type { CodeProof } from "../../api/account";

/** A code on its way to a contact: asking for it, and again under the same secret with a growing attempt. */
export function useCode<Contact>(request: (contact: Contact, secret: string, attempt: number) => Promise<CodeProof>) {
    const [proof, setProof] = useState<CodeProof>();
    const secret = useRef(crypto.randomUUID());
    const attempt = useRef(0);
    return {
        proof,
        async ask(contact: Contact): Promise<void> {
            setProof(await request(contact, secret.current, ++attempt.current));
        },
        forget: () => setProof(undefined),
    };
}
