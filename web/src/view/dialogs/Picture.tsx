/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { fullTime } from "../../i18n/format";
import { saveBlob } from "../../platform/images";
import { closeDialog, dialog } from "../../state/dialogs";
import { loadFile, picture } from "../../state/media";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorText } from "../../ui/ErrorText";
import { Spinner } from "../../ui/Spinner";

/** A picture as it was sent, in full. */
export function PictureDialog() {
    const open = dialog.value;
    if (open?.kind !== "picture" || open.message.body.kind !== "image") return null;
    const { body, sender, ts } = open.message;
    const shown = picture(body.file).value;
    const t = words();
    const save = async () => saveBlob(await loadFile(body.file), body.name);
    return (
        <Dialog title={sender.name} onClose={closeDialog} class="picture-dialog">
            <div class="picture-full">
                {shown.state === "ready" ? (
                    <img src={shown.url} alt={body.name} />
                ) : shown.state === "failed" ? (
                    <ErrorText text={t.pictureFailed} />
                ) : (
                    <Spinner large />
                )}
            </div>
            <div class="picture-foot">
                <span class="grow small quiet clip">
                    {body.name} · {fullTime(ts)}
                </span>
                <Button icon="download" compact onClick={() => void save()}>
                    {t.save}
                </Button>
            </div>
        </Dialog>
    );
}
