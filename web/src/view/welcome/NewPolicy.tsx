/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { language, words } from "../../i18n";
import { session, signOut } from "../../state/session";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { CardPage } from "./Page";

/** A version of the policy that needs a yes of one's own is in force: the server's page asks for it (obligation 6.1). */
export function NewPolicy({ uri }: { uri: string }) {
    const t = words();
    const leave = () => {
        const userId = session.peek()?.userId;
        if (userId) void signOut(userId);
    };
    return (
        <CardPage title={t.newPolicyTitle} lead={t.newPolicyText}>
            <a class="button primary wide" href={`${uri}&lang=${language.value}`}>
                <Icon name="privacy" />
                {t.newPolicyRead}
            </a>
            <Button wide onClick={() => location.reload()}>
                {t.newPolicyAgreed}
            </Button>
            <Button wide kind="plain" onClick={leave}>
                {t.signOut}
            </Button>
        </CardPage>
    );
}
