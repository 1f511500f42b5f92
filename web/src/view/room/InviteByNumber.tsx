/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { inviteNumber } from "../../api/numbers";
import { words } from "../../i18n";
import { countries } from "../../model/countries";
import { errorText } from "../../model/errors";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { firstPhone, PhoneField } from "../welcome/PhoneField";

/** Says the same whether the number is somebody's here or not, because the server does. */
export function InviteByNumber({ roomId }: { roomId: string }) {
    const [phone, setPhone] = useState(firstPhone);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();
    async function send(event: Event): Promise<void> {
        event.preventDefault();
        const present = session.value;
        if (!present) return;
        if (!phone.number.trim()) return setError(t.errorPhoneMissing);
        setBusy(true);
        setError(undefined);
        try {
            const calling = countries("en").find((country) => country.code === phone.country)?.calling ?? "";
            const server = present.userId.slice(present.userId.indexOf(":") + 1);
            await inviteNumber(roomId, `+${calling}${phone.number.replace(/\D/g, "")}`, server, present.authorized.fetch);
            setPhone({ ...phone, number: "" });
            showToast(t.numberInvited);
        } catch (reason) {
            setError(
                t[
                    errorText(reason, {
                        M_INVALID_PARAM: "errorPhoneInvalid",
                        M_LIMIT_EXCEEDED: "errorInvitesTooOften",
                        M_FORBIDDEN: "errorNotAllowed",
                    })
                ],
            );
        } finally {
            setBusy(false);
        }
    }
    return (
        <section>
            <h2 class="panel-heading">{t.inviteByNumber}</h2>
            <form class="stack" onSubmit={(event) => void send(event)}>
                <PhoneField value={phone} onInput={setPhone} error={error} hint={t.inviteByNumberText} />
                <Button type="submit" icon="userAdd" wide busy={busy}>
                    {t.inviteNumber}
                </Button>
            </form>
        </section>
    );
}
