/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef } from "preact/hooks";
import "../../styles/linkCard.css";
import { words } from "../../i18n";
import type { LinkPreview } from "../../model/linkPreview";
import type { MediaFile } from "../../model/sealedFile";
import type { Message } from "../../model/timeline";
import { leaveTo } from "../../state/dialogs";
import { hidePreview } from "../../state/hiddenPreviews";
import { askPreview, previewOf } from "../../state/linkPreviews";
import { picture } from "../../state/media";
import { session } from "../../state/session";
import { IconButton } from "../../ui/Button";

interface LinkCardProps {
    link: string;
    message: Message;
    roomId: string;
}

/** Asked for when its place comes on the screen; the place has the card's size, so that nothing moves when it comes. */
export function LinkCard({ link, message, roomId }: LinkCardProps) {
    const place = useRef<HTMLDivElement>(null);
    const answer = previewOf(link).value;
    useEffect(() => {
        const mark = place.current;
        if (!mark || answer.state !== "unasked") return;
        const observer = new IntersectionObserver((seen) => {
            if (!seen.some((entry) => entry.isIntersecting)) return;
            observer.disconnect();
            void askPreview(link, { roomId, eventId: message.source });
        });
        observer.observe(mark);
        return () => observer.disconnect();
    }, [link, answer.state]);
    if (answer.state === "nothing") return null;
    if (answer.state !== "found")
        return (
            <div ref={place} class="link-card waiting" aria-hidden="true">
                <span class="link-words">
                    <i />
                    <i />
                    <i />
                </span>
            </div>
        );
    const hide = (event: MouseEvent) => {
        (event.currentTarget as Element).closest<HTMLElement>("li.message")?.focus();
        hidePreview(session.peek()?.userId ?? "", message.id, true);
    };
    return <Card link={link} preview={answer.preview} onHide={hide} />;
}

function Card({ link, preview, onHide }: { link: string; preview: LinkPreview; onHide: (event: MouseEvent) => void }) {
    const { title, site, description, image } = preview;
    return (
        <div class="link-card">
            <a
                href={link}
                rel="noopener noreferrer"
                aria-label={words().previewOf(title, site)}
                onClick={(event) => {
                    event.preventDefault();
                    leaveTo(link);
                }}
            >
                {image && <Thumbnail image={image} />}
                <span class="link-words">
                    <span class="link-site clip">{site}</span>
                    <strong class="clip">{title}</strong>
                    {description && <span class="link-about">{description}</span>}
                </span>
            </a>
            <IconButton icon="close" label={words().previewHide} onClick={onHide} />
        </div>
    );
}

/** By the way of all pictures here: from this server, with the person's own token. */
function Thumbnail({ image }: { image: MediaFile }) {
    const shown = picture(image, { width: 320, height: 240, method: "scale" }).value;
    if (shown.state === "failed") return null;
    return <span class="link-picture">{shown.state === "ready" && <img src={shown.url} alt="" />}</span>;
}
