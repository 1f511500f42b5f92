/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../../i18n";
import { cameraFault, codeInPicture, hasCamera, watchCamera, type CameraFault } from "../../platform/codes";
import { chooseFiles } from "../../platform/images";
import { camera, lookUpCamera } from "../../state/camera";
import { scanned } from "../../state/verification";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { AskCamera } from "./AskCamera";
import { StepText } from "./StepText";

/** By the camera, once it is permitted (obligation 1.14), or from a picture. */
export function ScanCode({ onBack }: { onBack: () => void }) {
    const [fault, setFault] = useState<CameraFault | undefined>(hasCamera() ? undefined : "none");
    const [error, setError] = useState<string>();
    const t = words();
    const permitted = camera.value?.granted === true;

    useEffect(() => {
        camera.value = undefined;
        void lookUpCamera().catch(() => setFault("none"));
    }, []);

    async function found(bytes: Uint8Array): Promise<void> {
        setError((await scanned(bytes)) ? undefined : t.meetScanOther);
    }

    async function fromPicture(): Promise<void> {
        const [file] = await chooseFiles("image/*");
        if (!file) return;
        const bytes = await codeInPicture(file);
        if (bytes) await found(bytes);
        else setError(t.meetScanNone);
    }

    const live = permitted && !fault;
    return (
        <>
            <StepText key={String(live)}>{live ? t.meetScanText : fault === "refused" ? t.cameraRefused : fault === "none" ? t.cameraNone : t.cameraAsk}</StepText>
            {live ? <Camera onCode={(bytes) => void found(bytes)} onFault={setFault} /> : !fault && <AskCamera surface="verification" />}
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

interface CameraProps {
    onCode: (bytes: Uint8Array) => void;
    onFault: (fault: CameraFault) => void;
}

/** Runs only while it is on the screen: what takes it away switches the camera off. */
function Camera({ onCode, onFault }: CameraProps) {
    const video = useRef<HTMLVideoElement>(null);
    useEffect(() => {
        let gone = false;
        let stop: (() => void) | undefined;
        if (!video.current) return;
        watchCamera(video.current, onCode).then(
            (off) => {
                if (gone) off();
                else stop = off;
            },
            (reason) => !gone && onFault(cameraFault(reason)),
        );
        return () => {
            gone = true;
            stop?.();
        };
    }, []);
    return <video ref={video} class="scanner" aria-label={words().cameraPicture} muted playsInline />;
}
