/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { words } from "../../i18n";
import type { Ending } from "../../model/verification";
import { securityAsk, ways } from "../../state/recovery";
import { go } from "../../state/route";
import { showToast } from "../../state/toasts";
import {
    accept,
    askAgain,
    compareEmoji,
    leave,
    scan,
    theyDiffer,
    theyMatch,
    theyScanned,
    type Meeting,
    type Step,
} from "../../state/verification";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { lazy } from "../../ui/lazy";
import { Spinner } from "../../ui/Spinner";
import { Emojis } from "./Emojis";
import { StepText } from "./StepText";

const QrCode = lazy(() => import("../../ui/QrCode").then((module) => module.QrCode));
const ScanCode = lazy(() => import("./ScanCode").then((module) => module.ScanCode));

type At<K extends Step["at"]> = Extract<Step, { at: K }>;

const attempt = (work: () => Promise<unknown>) => () =>
    void work().catch(() => {
        leave();
        showToast(words().meetFailedText, "error");
    });

function toDevices(): void {
    leave();
    securityAsk.value = undefined;
    go({ at: "settings", page: "devices" });
}

/** Two devices, or two people, on their way to trusting each other. */
export function MeetingDialog({ meeting }: { meeting: Meeting }) {
    const { step } = meeting;
    switch (step.at) {
        case "asked":
            return <Asked {...meeting} />;
        case "waiting":
            return <Waiting {...meeting} />;
        case "choosing":
            return <Choosing step={step} />;
        case "scanning":
            return (
                <Shell at="scanning" title={words().meetScanTitle}>
                    <ScanCode onBack={attempt(() => scan(false))} />
                </Shell>
            );
        case "wasScanned":
            return <WasScanned />;
        case "comparing":
            return <Comparing meeting={meeting} step={step} />;
        case "settling":
            return <Settling read={step.read} />;
        case "done":
            return <Done {...meeting} />;
        case "ended":
            return <Ended meeting={meeting} how={step.how} />;
    }
}

/** A dialog of its own for each step: what is new is read out, and the focus is never lost with a button. */
function Shell({ at, title, children }: { at: Step["at"]; title: string; children: ComponentChildren }) {
    return (
        <Dialog key={at} title={title} class="meeting" onClose={leave}>
            {children}
        </Dialog>
    );
}

function Asked({ own, name }: Meeting) {
    const t = words();
    function refuse(): void {
        if (!own) return leave();
        toDevices();
        showToast(t.meetNotMeToast, "error");
    }
    return (
        <Shell at="asked" title={own ? t.meetAskedDevice : t.meetAskedPerson(name)}>
            <StepText>{own ? t.meetAskedDeviceText(name) : t.meetAskedPersonText}</StepText>
            <div class="dialog-actions">
                <Button onClick={refuse}>{own ? t.meetNotMe : t.notNow}</Button>
                <Button kind="primary" onClick={attempt(accept)}>
                    {own ? t.meetItsMe : t.continue}
                </Button>
            </div>
        </Shell>
    );
}

function Waiting({ own, name }: Meeting) {
    const t = words();
    const byKey = () => {
        securityAsk.value = "key";
        leave();
    };
    return (
        <Shell at="waiting" title={own ? t.meetWaitDevice : t.meetWaitPerson(name)}>
            <StepText>{!own ? t.meetWaitPersonText(name) : name ? t.meetWaitNamedText(name) : t.meetWaitDeviceText}</StepText>
            <div class="meeting-middle">
                <Spinner large />
            </div>
            {own && (
                <Button kind="subtle" onClick={attempt(askAgain)}>
                    {t.meetAskAgain}
                </Button>
            )}
            <div class="dialog-actions">
                {own && ways.value.key && securityAsk.value === "confirm" && (
                    <Button kind="subtle" onClick={byKey}>
                        {t.meetByKey}
                    </Button>
                )}
                <Button onClick={leave}>{t.cancel}</Button>
            </div>
        </Shell>
    );
}

function Choosing({ step: { code, mayScan } }: { step: At<"choosing"> }) {
    const t = words();
    return (
        <Shell at="choosing" title={t.meetChooseTitle}>
            <StepText>{code ? t.meetChooseCode : t.meetChooseNoCode}</StepText>
            {code && (
                <div class="qr-card large">
                    <QrCode text={code} label={t.meetCodeLabel} />
                </div>
            )}
            <div class="meeting-ways">
                {mayScan && (
                    <Button icon="camera" wide onClick={attempt(() => scan(true))}>
                        {t.meetScan}
                    </Button>
                )}
                <Button icon="react" wide onClick={attempt(compareEmoji)}>
                    {t.meetEmoji}
                </Button>
            </div>
        </Shell>
    );
}

function WasScanned() {
    const t = words();
    return (
        <Shell at="wasScanned" title={t.meetWasScannedTitle}>
            <StepText>{t.meetWasScannedText}</StepText>
            <div class="dialog-actions">
                <Button onClick={leave}>{t.meetTickNo}</Button>
                <Button kind="primary" onClick={attempt(theyScanned)}>
                    {t.meetTickYes}
                </Button>
            </div>
        </Shell>
    );
}

function Comparing({ meeting: { own, name }, step }: { meeting: Meeting; step: At<"comparing"> }) {
    const t = words();
    return (
        <Shell at="comparing" title={t.meetEmojiTitle}>
            <StepText>{own ? t.meetEmojiTextDevice : t.meetEmojiTextPerson(name)}</StepText>
            <Emojis emoji={step.emoji} />
            <div class="dialog-actions">
                <Button kind="danger-plain" onClick={attempt(theyDiffer)}>
                    {t.meetDiffer}
                </Button>
                <Button kind="primary" onClick={attempt(theyMatch)}>
                    {t.meetMatch}
                </Button>
            </div>
        </Shell>
    );
}

function Settling({ read }: { read: boolean }) {
    const t = words();
    return (
        <Shell at="settling" title={t.meetChooseTitle}>
            {read ? (
                <Mark good />
            ) : (
                <div class="meeting-middle">
                    <Spinner large />
                </div>
            )}
            <StepText>{read ? t.meetScanned : t.meetSettling}</StepText>
            <div class="dialog-actions">
                <Button onClick={leave}>{t.cancel}</Button>
            </div>
        </Shell>
    );
}

function Mark({ good }: { good: boolean }) {
    return (
        <div class={good ? "meeting-mark good" : "meeting-mark bad"}>
            <Icon name={good ? "check" : "alert"} />
        </div>
    );
}

function Done({ own, name }: Meeting) {
    const t = words();
    return (
        <Shell at="done" title={own ? t.meetDoneDevice : t.meetDonePerson(name)}>
            <Mark good />
            <StepText>{own ? t.meetDoneDeviceText : t.meetDonePersonText}</StepText>
            <div class="dialog-actions">
                <Button kind="primary" onClick={leave}>
                    {t.meetDone}
                </Button>
            </div>
        </Shell>
    );
}

function Ended({ meeting: { own, name }, how }: { meeting: Meeting; how: Ending }) {
    const t = words();
    const told: Record<Ending, [title: string, text: string]> = {
        mismatch: [t.meetMismatch, own ? t.meetMismatchDevice : t.meetMismatchPerson(name)],
        timeout: [t.meetTimeout, t.meetTimeoutText],
        cancelled: [t.meetCancelled, t.meetCancelledText],
        elsewhere: [t.meetCancelled, t.meetCancelledText],
        failed: [t.meetFailed, t.meetFailedText],
    };
    const [title, text] = told[how];
    return (
        <Shell at="ended" title={title}>
            <Mark good={false} />
            <StepText>{text}</StepText>
            <div class="dialog-actions">
                {how === "mismatch" && own && <Button onClick={toDevices}>{t.meetToDevices}</Button>}
                <Button kind="primary" onClick={leave}>
                    {t.close}
                </Button>
            </div>
        </Shell>
    );
}
