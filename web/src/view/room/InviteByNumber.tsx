/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { countries } from "../../model/countries";
import { Button } from "../../ui/Button";
import { firstPhone, PhoneField } from "../welcome/PhoneField";
import { useInviteContact } from "./useInviteContact";

export function InviteByNumber({ roomId }: { roomId: string }) {
    const [phone, setPhone] = useState(firstPhone);
    const { busy, error, send } = useInviteContact(roomId, "msisdn", {
        missing: "errorPhoneMissing",
        invalid: "errorPhoneInvalid",
        done: "numberInvited",
    });
    const t = words();
    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        const calling = countries("en").find((country) => country.code === phone.country)?.calling ?? "";
        const digits = phone.number.replace(/\D/g, "");
        if (await send(phone.number.trim() && `+${calling}${digits}`)) setPhone({ ...phone, number: "" });
    }
    return (
        <section>
            <h2 class="panel-heading">{t.inviteByNumber}</h2>
            <form class="stack" onSubmit={(event) => void submit(event)}>
                <PhoneField value={phone} onInput={setPhone} error={error} hint={t.inviteByNumberText} />
                <Button type="submit" icon="userAdd" wide busy={busy}>
                    {t.inviteNumber}
                </Button>
            </form>
        </section>
    );
}
