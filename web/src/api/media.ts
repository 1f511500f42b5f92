/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Authenticated media (spec 11.15): fetched with the token, shown as blobs. */
import { ApiError, get, toError, type Json } from "./http";
import type { Authorized } from "./authorized";

export interface ThumbnailSize {
    width: number;
    height: number;
    method: "crop" | "scale";
}

const base = "/_matrix/client/v1/media";

function split(mxc: string): string {
    const match = /^mxc:\/\/([^/]+)\/([^/?#]+)$/.exec(mxc);
    if (!match) throw new ApiError(0, "M_NOT_FOUND", "not a media address");
    return `${encodeURIComponent(match[1] ?? "")}/${encodeURIComponent(match[2] ?? "")}`;
}

export async function fetchMedia(session: Authorized, mxc: string, size?: ThumbnailSize): Promise<Blob> {
    const path = split(mxc);
    const response = size
        ? await session.fetch(
              `${base}/thumbnail/${path}?width=${size.width}&height=${size.height}&method=${size.method}&animated=false`,
          )
        : await session.fetch(`${base}/download/${path}`);
    if (!response.ok) throw await toError(response);
    return response.blob();
}

/** What an account's pictures and files take on the server, and what they may. */
export interface StorageUse {
    bytes: number;
    max_bytes: number;
    files: number;
    files_today: number;
    max_files_a_day: number;
}

export const fetchStorageUse = (session: Authorized) => get<StorageUse>("/_parley/v1/media/usage", { fetch: session.fetch });

export interface Upload {
    done: Promise<string>;
    abort(): void;
}

/** Uploads with progress from 0 to 1; `done` is the mxc address. XMLHttpRequest, because fetch can't tell progress. */
export function uploadMedia(session: Authorized, file: Blob, name: string, onProgress?: (share: number) => void): Upload {
    const xhr = new XMLHttpRequest();
    const done = session.token().then(
        (token) =>
            new Promise<string>((resolve, reject) => {
                const offline = () => reject(new ApiError(0, "OFFLINE", "upload failed"));
                xhr.open("POST", `/_matrix/media/v3/upload?filename=${encodeURIComponent(name)}`);
                xhr.setRequestHeader("Authorization", `Bearer ${token}`);
                xhr.setRequestHeader("Content-Type", file.type || "application/octet-stream");
                xhr.responseType = "json";
                xhr.upload.onprogress = (event) => onProgress?.(event.total ? event.loaded / event.total : 0);
                xhr.onload = () => {
                    const body = (xhr.response ?? {}) as Json;
                    if (xhr.status === 200 && typeof body["content_uri"] === "string") resolve(body["content_uri"]);
                    else reject(new ApiError(xhr.status, String(body["errcode"] ?? `HTTP_${xhr.status}`), String(body["error"] ?? ""), body));
                };
                xhr.onerror = offline;
                xhr.ontimeout = offline;
                xhr.onabort = () => reject(new ApiError(0, "ABORTED", "upload stopped"));
                xhr.send(file);
            }),
    );
    return { done, abort: () => xhr.abort() };
}
