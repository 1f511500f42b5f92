/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef, useState } from "preact/hooks";
import { beginRegistration, giveToken, type Registration } from "../../api/account";
import { errorCode } from "../../model/errors";

/**
 * A registration under way. It is begun when somebody comes to sign up, to know what the server asks for; when that fails,
 * for want of a connection say, it is begun when it is needed.
 */
export function useRegistration(onBegun: (registration: Registration | undefined) => void) {
    const begun = useRef<Registration | undefined>(undefined);
    const [needsToken, setNeedsToken] = useState(false);
    const [again, setAgain] = useState(false);

    async function begin(): Promise<Registration> {
        begun.current = await beginRegistration();
        setNeedsToken(begun.current.needsToken);
        return begun.current;
    }

    useEffect(() => {
        void begin().then(onBegun, () => onBegun(undefined));
    }, []);

    const session = async () => (begun.current ?? (await begin())).session;

    /* A session that is over, by time or a restart of the server, is begun anew. */
    async function hand(token: string): Promise<void> {
        try {
            await giveToken(await session(), token);
        } catch (reason) {
            if (errorCode(reason) !== "M_UNKNOWN") throw reason;
            await giveToken((await begin()).session, token);
        }
    }

    return {
        needsToken,
        /** The token was given before, and is to be given once more. */
        again,
        session,
        giveToken: hand,
        restart(): Promise<Registration> {
            setAgain(true);
            return begin();
        },
    };
}
