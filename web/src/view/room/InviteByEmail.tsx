/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { useInviteContact } from "./useInviteContact";

export function InviteByEmail({ roomId }: { roomId: string }) {
    const [email, setEmail] = useState("");
    const { busy, error, send } = useInviteContact(roomId, "email", {
        missing: "errorEmailInvalid",
        invalid: "errorEmailInvalid",
        done: "addressInvited",
    });
    const t = words();
    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        if (await send(email.trim())) setEmail("");
    }
    return (
        <section>
            <h2 class="panel-heading">{t.inviteByEmail}</h2>
            <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
                <Field
                    label={t.email}
                    type="email"
                    value={email}
                    onInput={setEmail}
                    error={error}
                    hint={t.inviteByEmailText}
                    input={{ autoComplete: "off", autocapitalize: "none", spellcheck: false, maxLength: 254 }}
                />
                <Button type="submit" icon="userAdd" wide busy={busy}>
                    {t.inviteAddress}
                </Button>
            </form>
        </section>
    );
}
