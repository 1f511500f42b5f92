/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { words } from "../../i18n";
import { duration } from "../../i18n/format";
import type { RoomPanel } from "../../model/route";
import { go, hrefTo, replace } from "../../state/route";
import { rooms, roomsReady, type RoomSummary } from "../../state/rooms";
import { sendFile } from "../../state/sending";
import { closeRoom, openRoom } from "../../state/timeline";
import { IconButton } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { RoomPanelView } from "../room/RoomPanel";
import { Composer } from "./Composer";
import { IdentityChanged } from "./IdentityChanged";
import { Invited } from "./Invited";
import { Lock } from "./Lock";
import { RoomAvatar } from "./RoomAvatar";
import { Timeline } from "./Timeline";

interface RoomViewProps {
    roomId: string;
    panel?: RoomPanel;
}

export function RoomView({ roomId, panel }: RoomViewProps) {
    const room = rooms.value.find((candidate) => candidate.roomId === roomId);
    const joined = room?.membership === "join";
    const t = words();
    useEffect(() => {
        if (!joined) return;
        openRoom(roomId);
        return closeRoom;
    }, [roomId, joined]);
    if (!room)
        return roomsReady.value ? (
            <EmptyState icon="chat" title={t.roomGoneTitle} text={t.roomGoneText}>
                <a class="button plain" href={hrefTo({ at: "home" })}>
                    {t.back}
                </a>
            </EmptyState>
        ) : (
            <div class="centered">
                <Spinner large />
            </div>
        );
    if (!joined) return <Invited room={room} />;
    return (
        <div class={`room${panel ? " with-panel" : ""}`}>
            <Conversation room={room} panel={panel} />
            {panel && <RoomPanelView key={panel} room={room} panel={panel} />}
        </div>
    );
}

function Conversation({ room, panel }: { room: RoomSummary; panel: RoomPanel | undefined }) {
    const dragging = useSignal(0);
    const files = (event: DragEvent) => !room.notices && (event.dataTransfer?.types.includes("Files") ?? false);
    return (
        <section
            class="conversation"
            aria-label={room.name}
            onDragEnter={(event) => files(event) && dragging.value++}
            onDragLeave={(event) => files(event) && dragging.value--}
            onDragOver={(event) => files(event) && event.preventDefault()}
            onDrop={(event) => {
                if (!files(event)) return;
                event.preventDefault();
                dragging.value = 0;
                for (const file of event.dataTransfer?.files ?? []) void sendFile(file);
            }}
        >
            <RoomHeader room={room} panel={panel} />
            <IdentityChanged roomId={room.roomId} />
            <Timeline room={room} />
            {room.notices ? <p class="composer-closed quiet">{words().noticesReadOnly}</p> : <Composer room={room} />}
            {dragging.value > 0 && (
                <div class="drop-target" aria-hidden="true">
                    <Icon name="paperclip" />
                    {words().dropHere}
                </div>
            )}
        </section>
    );
}

function RoomHeader({ room, panel }: { room: RoomSummary; panel: RoomPanel | undefined }) {
    const t = words();
    const toggle = (wanted: RoomPanel) =>
        panel === wanted ? replace({ at: "room", roomId: room.roomId }) : go({ at: "room", roomId: room.roomId, panel: wanted });
    return (
        <header class="room-head">
            <a class="icon-button only-narrow" href={hrefTo({ at: "home" })} aria-label={t.back}>
                <Icon name="back" />
            </a>
            <button type="button" class="room-title" onClick={() => toggle("info")}>
                <RoomAvatar room={room} />
                <span class="grow">
                    <span class="room-title-line">
                        <h1 class="clip">{room.name}</h1>
                        {room.encrypted && <Lock />}
                    </span>
                    <span class="room-about quiet small">
                        <span class="clip">{room.notices ? t.noticesFrom : room.direct ? room.direct : t.membersCount(room.members)}</span>
                        {room.lifetime > 0 && (
                            <span class="lifetime-mark" role="img" aria-label={t.disappearAfter(duration(room.lifetime))} title={t.disappearAfter(duration(room.lifetime))}>
                                <Icon name="clock" mini /> {duration(room.lifetime, "narrow")}
                            </span>
                        )}
                    </span>
                </span>
            </button>
            <IconButton icon="search" label={t.searchInChat} pressed={panel === "search"} onClick={() => toggle("search")} />
            {!room.notices && (
                <>
                    <IconButton icon="userAdd" label={t.invitePeople} pressed={panel === "invite"} onClick={() => toggle("invite")} />
                    <IconButton icon="group" label={t.members} pressed={panel === "members"} onClick={() => toggle("members")} />
                </>
            )}
        </header>
    );
}
