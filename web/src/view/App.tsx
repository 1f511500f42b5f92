/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { watchArrivals } from "../state/arrivals";
import { route } from "../state/route";
import { accounts, consentUri, elsewhere, loadAccounts, session, switchAccount } from "../state/session";
import "../state/theme";
import { lazy } from "../ui/lazy";
import { Spinner } from "../ui/Spinner";
import { Elsewhere } from "./Elsewhere";

const Outside = lazy(() => import("./welcome/Outside").then((module) => module.Outside));
const Inside = lazy(() => import("./chat/Inside").then((module) => module.Inside));

const NewPolicy = lazy(() => import("./welcome/NewPolicy").then((module) => module.NewPolicy));

const started = signal(false);

/** Takes up the account used last, if there is one that is still signed in. */
async function start(): Promise<void> {
    try {
        const last = (await loadAccounts()).find((account) => !account.signedOut);
        const arrived = await watchArrivals();
        if (last && !arrived) await switchAccount(last.userId);
    } finally {
        started.value = true;
    }
}

export function App() {
    useEffect(() => void start(), []);
    if (elsewhere.value) return <Elsewhere userId={elsewhere.value} />;
    if (!started.value && !session.value)
        return (
            <div class="centered">
                <Spinner large />
            </div>
        );
    const outside = !session.value || ["login", "forgot", "signup", "welcome", "accounts", "policy", "erasure"].includes(route.value.at);
    if (!outside && consentUri.value) return <NewPolicy />;
    return outside ? <Outside known={accounts.value.length > 0} /> : <Inside key={session.value?.userId} />;
}
