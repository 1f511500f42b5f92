/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The camera as the browser has it. Whether it may be used at all is decided in state/camera.ts. */

/** "denied": by the browser or its owner's settings. "busy": another program has it. "stopped": it ran and went away. */
export type CameraFault = "denied" | "none" | "busy" | "stopped";

/** Away from the person, at a code; or at the person. */
export type Facing = "environment" | "user";

/** Browsers have none for pages that came unencrypted. */
export const hasCamera = (): boolean => Boolean(navigator.mediaDevices?.getUserMedia);

export function openCamera(facing: Facing): Promise<MediaStream> {
    return navigator.mediaDevices.getUserMedia({
        video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
}

/** The browser's light goes out with the last track. */
export function closeCamera(stream: MediaStream): void {
    for (const track of stream.getTracks()) track.stop();
}

export function cameraFault(reason: unknown): CameraFault {
    switch ((reason as { name?: unknown } | null)?.name) {
        case "NotAllowedError":
        case "SecurityError":
            return "denied";
        case "NotReadableError":
        case "AbortError":
            return "busy";
        default:
            return "none";
    }
}

/** What the browser says before it is asked; nothing where it doesn't say. */
export async function cameraDenied(): Promise<boolean> {
    const status = await navigator.permissions?.query({ name: "camera" as PermissionName }).catch(() => undefined);
    return status?.state === "denied";
}

export async function cameraCount(): Promise<number> {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    return devices.filter(({ kind }) => kind === "videoinput").length;
}

/** The present picture as a file of its own: drawn, so that it says nothing beside what is seen (obligation 1.15). */
export async function photograph(video: HTMLVideoElement, name: string): Promise<File> {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
    if (!blob) throw new Error("no picture");
    return new File([blob], name, { type: "image/jpeg" });
}
