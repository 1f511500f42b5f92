/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useRef, useState } from "preact/hooks";
import { words } from "../../i18n";
import { codeInPicture, isMeetingCode, watchForCodes } from "../../platform/codes";
import { chooseFiles } from "../../platform/images";
import { camera } from "../../state/camera";
import { scanned } from "../../state/verification";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { LiveCamera } from "../camera/LiveCamera";
import { WithCamera } from "../camera/WithCamera";
import { StepText } from "./StepText";

/** By the camera, once it is permitted (obligation 1.14), or from a picture. */
export function ScanCode({ onBack }: { onBack: () => void }) {
    const [error, setError] = useState<string>();
    const judging = useRef(false);
    const t = words();
    const permitted = camera.value?.granted === true;

    /** A camera sees the same code many times a second: one at a time is judged. */
    async function found(bytes: Uint8Array): Promise<void> {
        if (judging.current) return;
        judging.current = true;
        try {
            if (!isMeetingCode(bytes)) setError(t.meetScanStrange);
            else setError((await scanned(bytes)) ? undefined : t.meetScanOther);
        } finally {
            judging.current = false;
        }
    }

    async function fromPicture(): Promise<void> {
        const [file] = await chooseFiles("image/*");
        if (!file) return;
        const bytes = await codeInPicture(file);
        if (bytes) await found(bytes);
        else setError(t.meetScanNone);
    }

    return (
        <>
            <StepText key={String(permitted)}>{permitted ? t.meetScanText : t.cameraAsk}</StepText>
            <WithCamera surface="verification" otherwise={t.meetScanOtherwise}>
                {(onFault) => (
                    <LiveCamera facing="environment" onPicture={(video) => watchForCodes(video, (bytes) => void found(bytes))} onFault={onFault} />
                )}
            </WithCamera>
            <div aria-live="polite">{error && <ErrorText text={error} />}</div>
            <div class="dialog-actions">
                <Button onClick={onBack}>{t.back}</Button>
                <Button icon="image" onClick={() => void fromPicture()}>
                    {t.meetScanPicture}
                </Button>
            </div>
        </>
    );
}
