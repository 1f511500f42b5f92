/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { linkOf } from "../../model/linkPreview";
import type { Message } from "../../model/timeline";
import { isHidden } from "../../state/hiddenPreviews";
import { isRefused } from "../../state/linkPreviews";
import { session } from "../../state/session";
import { openRoomId } from "../../state/timeline";
import { lazy } from "../../ui/lazy";

const LinkCard = lazy(() => import("./LinkCard").then((module) => module.LinkCard), () => <div class="link-card" />);

/** Below a message that links to a page: where the card with what it is about comes. */
export function LinkPlace({ message }: { message: Message }) {
    const link = linkOf(message.body);
    const roomId = openRoomId.value;
    if (!link || !roomId || isRefused(link) || isHidden(session.value?.userId ?? "", message.id)) return null;
    return <LinkCard key={link} link={link} message={message} roomId={roomId} />;
}
