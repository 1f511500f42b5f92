/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { Button } from "../../ui/Button";
import { TopBar } from "./Page";
import { PolicyText, usePolicy } from "./PolicyText";

/** The policy for those who just want to read it again. */
export function PolicyPage() {
    return (
        <div class="outside">
            <TopBar />
            <main class="policy-stage" tabIndex={0}>
                <PolicyText {...usePolicy()} />
            </main>
            <footer class="policy-bar">
                <Button icon="back" onClick={() => history.back()}>
                    {words().back}
                </Button>
            </footer>
        </div>
    );
}
