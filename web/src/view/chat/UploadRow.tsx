/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { fileSize } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { fitImage } from "../../model/timeline";
import type { Sending } from "../../state/sending";
import { IconButton } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";

/** A file on its way up. */
export function UploadRow({ upload }: { upload: Sending }) {
    const t = words();
    const box = fitImage(upload.w, upload.h);
    return (
        <div class="message mine last first upload">
            <div class="bubble-column">
                <div class="bubble">
                    {upload.preview ? (
                        <div class="picture" style={{ width: `${box.w}px`, aspectRatio: `${box.w} / ${box.h}` }}>
                            <img src={upload.preview} alt="" />
                        </div>
                    ) : (
                        <div class="file-card">
                            <span class="file-icon">
                                <Icon name="file" />
                            </span>
                            <span class="grow">
                                <span class="file-name">{upload.name}</span>
                                <span class="small quiet">{fileSize(upload.size)}</span>
                            </span>
                        </div>
                    )}
                    <div class="upload-line">
                        {upload.failed ? (
                            <>
                                <ErrorText text={t[errorText(upload.failed, { M_FORBIDDEN: "errorStorageFull" })]} />
                                <IconButton icon="retry" label={t.tryAgain} onClick={upload.again} />
                            </>
                        ) : (
                            <div
                                class="progress grow"
                                role="progressbar"
                                aria-label={t.uploading(upload.name)}
                                aria-valuemin={0}
                                aria-valuemax={100}
                                aria-valuenow={Math.round(upload.progress * 100)}
                            >
                                <span style={{ transform: `scaleX(${upload.progress})` }} />
                            </div>
                        )}
                        <IconButton icon="close" label={t.cancel} onClick={upload.stop} />
                    </div>
                </div>
            </div>
        </div>
    );
}
