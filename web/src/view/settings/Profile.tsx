/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { hasCamera } from "../../platform/camera";
import { chooseFiles } from "../../platform/images";
import { confirm } from "../../state/dialogs";
import { takePhoto } from "../../state/photo";
import { uploadAvatar } from "../../state/roomActions";
import { standing } from "../../state/recovery";
import { replace } from "../../state/route";
import { loadMe, me } from "../../state/rooms";
import { session } from "../../state/session";
import { signOutWithCare } from "../../state/signOut";
import { showToast } from "../../state/toasts";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Storage } from "./Storage";

export function Profile() {
    const [edited, setName] = useState<string>();
    const name = edited ?? me.value.name;
    const [busy, setBusy] = useState(false);
    const t = words();
    const client = session.value?.client;

    async function attempt(work: () => Promise<unknown>): Promise<void> {
        if (!client) return;
        setBusy(true);
        try {
            await work();
            await loadMe(client);
            setName(undefined);
            showToast(t.saved);
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        } finally {
            setBusy(false);
        }
    }
    async function changePicture(chosen: Promise<File | undefined>): Promise<void> {
        const file = await chosen;
        if (file) await attempt(async () => client?.setAvatarUrl(await uploadAvatar(file)));
    }
    async function leave(): Promise<void> {
        const text = standing.value === "unsaved" ? t.signOutUnsaved : t.signOutText;
        if (!(await confirm(t.signOutTitle, text, t.signOut, true))) return;
        if (await signOutWithCare(me.value.userId)) replace({ at: "home" });
    }
    return (
        <>
            <div class="panel-hero">
                <button type="button" class="avatar-button" aria-label={t.changePicture} onClick={() => void changePicture(chooseFiles("image/*").then(([file]) => file))}>
                    <Avatar id={me.value.userId} name={me.value.name} mxc={me.value.avatar} size="xl" />
                    <span>{t.changePicture}</span>
                </button>
                <p class="quiet">{me.value.userId}</p>
                {hasCamera() && (
                    <Button kind="subtle" compact icon="camera" busy={busy} onClick={() => void changePicture(takePhoto("user", t.photoAsAvatar))}>
                        {t.photoTake}
                    </Button>
                )}
            </div>
            <form
                class="form"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (name.trim()) void attempt(async () => client?.setDisplayName(name.trim()));
                }}
            >
                <Field label={t.displayName} value={name} onInput={setName} hint={t.displayNameHint} input={{ maxLength: 100, autoComplete: "nickname" }} />
                <Button type="submit" kind="primary" busy={busy} disabled={!name.trim() || name.trim() === me.value.name}>
                    {t.save}
                </Button>
            </form>
            <hr />
            <Storage />
            <hr />
            <Button icon="leave" kind="danger-plain" onClick={() => void leave()}>
                {t.signOut}
            </Button>
        </>
    );
}
