/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect } from "preact/hooks";
import "../../styles/welcome.css";
import { replace, route } from "../../state/route";
import { signedOutUser } from "../../state/session";
import { agreement } from "../../state/agreement";
import { Toasts } from "../../ui/Toasts";
import { Dialogs } from "../dialogs/Dialogs";
import { Accounts } from "./Accounts";
import { ErasurePage } from "./ErasurePage";
import { FirstVisit } from "./FirstVisit";
import { Forgot } from "./Forgot";
import { Invitation } from "./Invitation";
import { Login } from "./Login";
import { PolicyPage } from "./PolicyPage";
import { SignUp } from "./SignUp";

function Screen({ known }: { known: boolean }) {
    const place = route.value;
    const unagreed = place.at === "signup" && !agreement.value;
    useEffect(() => {
        if (unagreed) replace({ at: "welcome" });
    }, [unagreed]);
    switch (place.at) {
        case "signup":
            return unagreed ? null : <SignUp />;
        case "login":
            return <Login />;
        case "forgot":
            return <Forgot />;
        case "accounts":
            return <Accounts />;
        case "erasure":
            return <ErasurePage claim={place.claim} />;
        case "policy":
            return <PolicyPage />;
        case "invite":
            return <Invitation token={place.token} />;
        case "welcome":
            return <FirstVisit />;
        default:
            if (signedOutUser.value) return <Login />;
            return known ? <Accounts /> : <FirstVisit />;
    }
}

/** Everything before there is a session. */
export function Outside({ known }: { known: boolean }) {
    return (
        <>
            <Screen known={known} />
            <Dialogs />
            <Toasts />
        </>
    );
}
