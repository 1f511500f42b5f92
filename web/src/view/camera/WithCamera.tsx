/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { words } from "../../i18n";
import { hasCamera, type CameraFault } from "../../platform/camera";
import { camera } from "../../state/camera";
import { lookUpPermissions } from "../../state/permissions";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { AskPermission } from "./AskPermission";

interface WithCameraProps {
    surface: string;
    /** What can be done without a camera. */
    otherwise: string;
    children: (onFault: (fault: CameraFault) => void) => ComponentChildren;
}

type Trouble = CameraFault | "unknown";

/** The way to a running camera: permitted on record, then by the browser; or what stands in between, and what to do. */
export function WithCamera({ surface, otherwise, children }: WithCameraProps) {
    const [looked, setLooked] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | undefined>(hasCamera() ? undefined : "none");
    const t = words();

    async function look(): Promise<void> {
        setTrouble(undefined);
        setLooked(false);
        try {
            await lookUpPermissions();
            setLooked(true);
        } catch {
            setTrouble("unknown");
        }
    }
    useEffect(() => {
        if (hasCamera()) void look();
    }, []);
    /* Taken back while it ran: what the camera said of its end is no trouble. */
    const granted = camera.value?.granted === true;
    useEffect(() => {
        if (!granted) setTrouble((now) => (now === "stopped" || now === "denied" ? undefined : now));
    }, [granted]);

    const texts: Record<Trouble, string> = {
        denied: t.cameraDenied,
        none: t.cameraNone,
        busy: t.cameraBusy,
        stopped: t.cameraStopped,
        unknown: t.errorOffline,
    };
    if (trouble)
        return (
            <div class="camera-trouble" role="alert">
                <Icon name={trouble === "denied" ? "lock" : "camera"} />
                <p>{texts[trouble]}</p>
                <p class="quiet small">{otherwise}</p>
                {hasCamera() && (
                    <Button icon="retry" onClick={() => void look()}>
                        {t.tryAgain}
                    </Button>
                )}
            </div>
        );
    if (!looked || !camera.value)
        return (
            <div class="camera-trouble">
                <Spinner large />
            </div>
        );
    if (!granted) return <AskPermission purpose={camera.value} surface={surface} action={t.cameraPermit} icon="camera" />;
    return <>{children(setTrouble)}</>;
}
