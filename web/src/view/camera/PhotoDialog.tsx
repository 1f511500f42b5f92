/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { words } from "../../i18n";
import { cameraCount, photograph, type Facing } from "../../platform/camera";
import { camera } from "../../state/camera";
import { photoAsked } from "../../state/photo";
import { Button, IconButton } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Spinner } from "../../ui/Spinner";
import { LiveCamera } from "./LiveCamera";
import { WithCamera } from "./WithCamera";

/** Takes a picture for whoever asked for one. */
export function PhotoDialog() {
    const asked = photoAsked.value;
    return asked ? <Photo key={asked.facing} {...asked} /> : null;
}

function nameOfPhoto(): string {
    const now = new Date();
    const two = (value: number) => String(value).padStart(2, "0");
    const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    return `${words().photo} ${day} ${two(now.getHours())}.${two(now.getMinutes())}.jpg`;
}

interface PhotoProps {
    facing: Facing;
    action: string;
    answer: (file: File | undefined) => void;
}

function Photo({ facing: first, action, answer }: PhotoProps) {
    const [taken, setTaken] = useState<File>();
    const t = words();
    const permitted = camera.value?.granted === true;
    return (
        <Dialog title={t.photoTake} class="photo-dialog" onClose={() => answer(undefined)}>
            {taken ? (
                <Taken file={taken} action={action} onUse={() => answer(taken)} onAgain={() => setTaken(undefined)} />
            ) : (
                <>
                    {!permitted && <p>{t.cameraAsk}</p>}
                    <WithCamera surface="photo" otherwise={t.photoOtherwise}>
                        {(onFault) => <Viewfinder first={first} onTaken={setTaken} onFault={onFault} />}
                    </WithCamera>
                </>
            )}
        </Dialog>
    );
}

interface ViewfinderProps {
    first: Facing;
    onTaken: (file: File) => void;
    onFault: Parameters<typeof LiveCamera>[0]["onFault"];
}

function Viewfinder({ first, onTaken, onFault }: ViewfinderProps) {
    const [facing, setFacing] = useState(first);
    const [several, setSeveral] = useState(false);
    const [ready, setReady] = useState(false);
    const video = useRef<HTMLVideoElement | null>(null);
    const t = words();

    function shown(element: HTMLVideoElement): () => void {
        video.current = element;
        setReady(true);
        void cameraCount().then((count) => setSeveral(count > 1));
        return () => {
            video.current = null;
        };
    }
    async function take(): Promise<void> {
        if (video.current) onTaken(await photograph(video.current, nameOfPhoto()));
    }
    function turn(): void {
        setReady(false);
        setFacing(facing === "user" ? "environment" : "user");
    }
    return (
        <>
            <div class="viewfinder">
                <LiveCamera facing={facing} onPicture={shown} onFault={onFault} />
                {!ready && <Spinner large />}
            </div>
            <div class="shutter-row">
                <span />
                <button type="button" class="shutter" aria-label={t.photoShoot} title={t.photoShoot} disabled={!ready} onClick={() => void take()} />
                {several ? <IconButton icon="retry" label={t.photoTurn} onClick={turn} /> : <span />}
            </div>
        </>
    );
}

interface TakenProps {
    file: File;
    action: string;
    onUse: () => void;
    onAgain: () => void;
}

function Taken({ file, action, onUse, onAgain }: TakenProps) {
    const t = words();
    const url = useMemo(() => URL.createObjectURL(file), [file]);
    useEffect(() => () => URL.revokeObjectURL(url), [url]);
    return (
        <>
            <div class="viewfinder">
                <img src={url} alt={t.photoTaken} />
            </div>
            <div class="dialog-actions">
                <Button onClick={onAgain}>{t.photoAgain}</Button>
                <Button kind="primary" autofocus onClick={onUse}>
                    {action}
                </Button>
            </div>
        </>
    );
}
