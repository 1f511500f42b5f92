/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef } from "preact/hooks";
import { words } from "../../i18n";
import { cameraFault, type CameraFault, type Facing } from "../../platform/camera";
import { startCamera, stopCamera } from "../../state/camera";

interface LiveProps {
    facing: Facing;
    class?: string;
    /** Its picture is on the screen. What is returned ends with it. */
    onPicture: (video: HTMLVideoElement) => void | (() => void);
    onFault: (fault: CameraFault) => void;
}

/** Runs only while it is on the screen (supplement on the camera, 2): what takes it away switches the camera off. */
export function LiveCamera({ facing, class: extra = "", onPicture, onFault }: LiveProps) {
    const ref = useRef<HTMLVideoElement>(null);
    useEffect(() => {
        const video = ref.current;
        let gone = false;
        let stop: (() => void) | undefined;
        if (!video) return;
        async function run(shown: HTMLVideoElement): Promise<void> {
            const stream = await startCamera(facing);
            stop = () => stopCamera(stream);
            if (gone) return stop();
            for (const track of stream.getTracks()) track.addEventListener("ended", () => !gone && onFault("stopped"));
            shown.srcObject = stream;
            await shown.play().catch(() => undefined);
            if (gone) return;
            const end = onPicture(shown);
            stop = () => {
                end?.();
                shown.srcObject = null;
                stopCamera(stream);
            };
        }
        run(video).catch((reason) => !gone && onFault(cameraFault(reason)));
        return () => {
            gone = true;
            stop?.();
        };
    }, [facing]);
    const mirrored = facing === "user" ? "mirrored" : "";
    return <video ref={ref} class={`scanner ${mirrored} ${extra}`} aria-label={words().cameraPicture} muted playsInline />;
}
