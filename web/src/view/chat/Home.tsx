/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { dialog } from "../../state/dialogs";
import { rooms } from "../../state/rooms";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";

export function Home() {
    const t = words();
    const any = rooms.value.length > 0;
    return (
        <EmptyState icon="chat" title={any ? t.homeTitle : t.homeEmptyTitle} text={any ? t.homeText : t.homeEmptyText}>
            <Button kind="primary" icon="group" onClick={() => (dialog.value = { kind: "newGroup" })}>
                {t.newGroup}
            </Button>
            <Button icon="person" onClick={() => (dialog.value = { kind: "newDirect" })}>
                {t.newDirect}
            </Button>
        </EmptyState>
    );
}
