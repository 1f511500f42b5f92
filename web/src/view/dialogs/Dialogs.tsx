/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { closeDialog, dialog, type DialogSpec } from "../../state/dialogs";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { PasswordField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";

type Of<K extends DialogSpec["kind"]> = Extract<DialogSpec, { kind: K }>;

/** The questions that can come up anywhere. */
export function Dialogs() {
    const open = dialog.value;
    switch (open?.kind) {
        case "confirm":
            return <Confirm {...open} />;
        case "choose":
            return <Choose {...open} />;
        case "password":
            return <Password {...open} />;
        case "progress":
            return <Progress {...open} />;
        case "leaving":
            return <Leaving {...open} />;
        default:
            return null;
    }
}

function Confirm({ title, text, action, danger, answer }: Of<"confirm">) {
    return (
        <Dialog title={title} onClose={() => answer(false)}>
            <p>{text}</p>
            <div class="dialog-actions">
                <Button onClick={() => answer(false)}>{words().cancel}</Button>
                <Button kind={danger ? "danger" : "primary"} autofocus onClick={() => answer(true)}>
                    {action}
                </Button>
            </div>
        </Dialog>
    );
}

function Choose({ title, text, first, second, answer }: Of<"choose">) {
    return (
        <Dialog title={title} onClose={() => answer(undefined)}>
            <p>{text}</p>
            <div class="dialog-actions">
                <Button onClick={() => answer("second")}>{second}</Button>
                <Button kind="primary" autofocus onClick={() => answer("first")}>
                    {first}
                </Button>
            </div>
        </Dialog>
    );
}

function Password({ answer }: Of<"password">) {
    const [password, setPassword] = useState("");
    const t = words();
    const submit = (event: Event) => {
        event.preventDefault();
        if (password) answer(password);
    };
    return (
        <Dialog title={t.confirmItsYou} onClose={() => answer(undefined)}>
            <form class="form" onSubmit={submit}>
                <p>{t.confirmItsYouText}</p>
                <PasswordField label={t.password} value={password} onInput={setPassword} autofocus />
                <div class="dialog-actions">
                    <Button onClick={() => answer(undefined)}>{t.cancel}</Button>
                    <Button type="submit" kind="primary">
                        {t.continue}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}

function Progress({ title, line, stop }: Of<"progress">) {
    return (
        <Dialog title={title} onClose={stop}>
            <p class="progress-line" role="status">
                <Spinner />
                {line.value}
            </p>
            <div class="dialog-actions">
                <Button autofocus onClick={stop}>
                    {words().cancel}
                </Button>
            </div>
        </Dialog>
    );
}

/** The name people go by is the host; the rest is shown whole so that nothing hides in it. */
function Leaving({ href }: Of<"leaving">) {
    const t = words();
    const url = new URL(href);
    const mail = url.protocol === "mailto:";
    const place = mail ? url.pathname : url.host;
    return (
        <Dialog title={mail ? t.leavingMailTitle : t.leavingTitle} onClose={closeDialog}>
            <p>{mail ? t.leavingMailText : t.leavingText}</p>
            <p class="address">
                <strong>{place}</strong>
                {!mail && <span class="quiet small">{href}</span>}
            </p>
            {url.protocol === "http:" && (
                <p class="error">
                    <Icon name="alert" />
                    {t.leavingInsecure}
                </p>
            )}
            <div class="dialog-actions">
                <Button onClick={closeDialog}>{t.stayHere}</Button>
                <a class="button primary" href={href} target="_blank" rel="noopener noreferrer" onClick={closeDialog}>
                    {t.leaveTo(place)}
                </a>
            </div>
        </Dialog>
    );
}
