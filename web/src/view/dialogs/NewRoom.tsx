/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { chooseFiles } from "../../platform/images";
import { closeDialog, dialog } from "../../state/dialogs";
import { createGroup, openDirect, type Found } from "../../state/roomActions";
import { go } from "../../state/route";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorText } from "../../ui/ErrorText";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { PeoplePicker, toggled } from "./PeoplePicker";

export function NewRoomDialogs() {
    switch (dialog.value?.kind) {
        case "newGroup":
            return <NewGroup />;
        case "newDirect":
            return <NewDirect />;
        default:
            return null;
    }
}

function useWork() {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const run = async (work: () => Promise<void>) => {
        setBusy(true);
        setError(undefined);
        try {
            await work();
        } catch (reason) {
            setError(words()[errorText(reason, { M_NOT_FOUND: "errorNoSuchPerson", M_FORBIDDEN: "errorNotAllowed" })]);
        } finally {
            setBusy(false);
        }
    };
    return { busy, error, setError, run };
}

function NewGroup() {
    const [name, setName] = useState("");
    const [picture, setPicture] = useState<{ file: File; url: string }>();
    const [people, setPeople] = useState<Found[]>([]);
    const { busy, error, setError, run } = useWork();
    const t = words();
    useEffect(() => () => picture && URL.revokeObjectURL(picture.url), [picture]);

    async function choosePicture(): Promise<void> {
        const [file] = await chooseFiles("image/*");
        if (file) setPicture({ file, url: URL.createObjectURL(file) });
    }
    function submit(event: Event): void {
        event.preventDefault();
        if (!name.trim()) return setError(t.errorGroupName);
        void run(async () => {
            const roomId = await createGroup(name.trim(), "", picture?.file, people.map((p) => p.userId));
            closeDialog();
            go({ at: "room", roomId, panel: "invite" });
        });
    }
    return (
        <Dialog title={t.newGroup} onClose={closeDialog}>
            <form class="form" onSubmit={submit}>
                <div class="group-head">
                    <button type="button" class="picture-button" onClick={() => void choosePicture()} aria-label={t.groupPicture}>
                        {picture ? <img src={picture.url} alt="" /> : <Icon name="image" />}
                    </button>
                    <div class="grow">
                        <Field
                            label={t.groupName}
                            value={name}
                            onInput={setName}
                            input={{ maxLength: 100, autofocus: true, placeholder: t.groupNamePlaceholder }}
                        />
                    </div>
                </div>
                <PeoplePicker chosen={people} onToggle={(person) => setPeople(toggled(people, person))} />
                {error && <ErrorText text={error} />}
                <div class="dialog-actions">
                    <Button onClick={closeDialog}>{t.cancel}</Button>
                    <Button type="submit" kind="primary" busy={busy}>
                        {t.createGroup}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}

function NewDirect() {
    const { busy, error, run } = useWork();
    const t = words();
    const start = (person: Found) =>
        void run(async () => {
            const roomId = await openDirect(person.userId);
            closeDialog();
            go({ at: "room", roomId });
        });
    return (
        <Dialog title={t.newDirect} onClose={closeDialog}>
            <PeoplePicker chosen={[]} onToggle={(person) => !busy && start(person)} autofocus />
            {error && <ErrorText text={error} />}
        </Dialog>
    );
}
