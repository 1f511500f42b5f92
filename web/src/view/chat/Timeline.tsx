/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../../i18n";
import { dayName } from "../../i18n/format";
import type { Item } from "../../model/timeline";
import type { RoomSummary } from "../../state/rooms";
import { uploads } from "../../state/sending";
import { hasOlder, items, loadingOlder, loadOlder, lookAway, markRead, openRoomId, readers, reveal, trimWindow, wanted } from "../../state/timeline";
import { showToast } from "../../state/toasts";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { within } from "../../ui/within";
import { MessageRow } from "./MessageRow";
import { Notices } from "./Notices";
import { RoomBeginning } from "./RoomBeginning";
import { UploadRow } from "./UploadRow";

/* The scroller is laid out from the bottom, so its position doesn't move when history is put on top. */
const bottomSlack = 60;

export function Timeline({ room }: { room: RoomSummary }) {
    const scroller = useRef<HTMLDivElement>(null);
    const sentinel = useRef<HTMLDivElement>(null);
    const atBottom = useSignal(true);
    const missed = useSignal(0);
    const active = useSignal<string | undefined>(undefined);
    const t = words();
    const list = items.value;
    const last = list.at(-1);
    const lastKey = last?.key;
    const ready = openRoomId.value === room.roomId;
    const sending = uploads.value.filter((upload) => upload.roomId === room.roomId);

    /* When history comes near, have the next page ready. */
    useEffect(() => {
        const mark = sentinel.current;
        if (!mark) return;
        const observer = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && void loadOlder(), {
            root: scroller.current,
            rootMargin: "600px 0px 0px 0px",
        });
        observer.observe(mark);
        return () => observer.disconnect();
    }, [list.length, hasOlder.value, loadingOlder.value]);

    /* A room opens at the first unread message when that is off the screen. */
    useLayoutEffect(() => {
        if (!ready) return;
        const box = scroller.current;
        const divider = box?.querySelector<HTMLElement>(".unread-divider");
        if (box && divider && divider.getBoundingClientRect().top < box.getBoundingClientRect().top)
            divider.scrollIntoView({ block: "center" });
    }, [ready]);

    useEffect(() => {
        if (!ready) return;
        if (atBottom.peek()) {
            markRead();
            trimWindow();
        } else if (last?.kind === "message" && !last.message.mine) missed.value++;
        else if (last?.kind === "message" && last.message.status === "sending") toBottom();
    }, [ready, lastKey, room.unread]);

    useEffect(() => {
        const seen = () => {
            if (!atBottom.peek()) return;
            if (document.visibilityState === "hidden") lookAway();
            else markRead();
        };
        document.addEventListener("visibilitychange", seen);
        window.addEventListener("focus", seen);
        return () => {
            document.removeEventListener("visibilitychange", seen);
            window.removeEventListener("focus", seen);
        };
    }, []);

    function onScroll(): void {
        const box = scroller.current;
        if (!box) return;
        const now = box.scrollTop > -bottomSlack;
        if (now === atBottom.peek()) return;
        atBottom.value = now;
        if (now) {
            missed.value = 0;
            markRead();
        }
    }

    function toBottom(): void {
        scroller.current?.scrollTo({ top: 0, behavior: "smooth" });
    }

    async function jumpTo(id: string, pages?: number): Promise<boolean> {
        if (!(await reveal(id, pages))) return false;
        requestAnimationFrame(() => {
            const row = scroller.current?.querySelector<HTMLElement>(`[data-event="${CSS.escape(id)}"]`);
            row?.scrollIntoView({ block: "center" });
            row?.classList.add("flash");
            setTimeout(() => row?.classList.remove("flash"), 1600);
        });
        return true;
    }

    /* What search leads to may be far back. */
    const target = wanted.value;
    useEffect(() => {
        if (!ready || target?.roomId !== room.roomId) return;
        wanted.value = undefined;
        void jumpTo(target.id, 100).then((shown) => !shown && showToast(words().searchTooFar, "error"));
    }, [ready, target]);

    /* A tap beside the messages puts their tools away. */
    function onClick(event: MouseEvent): void {
        if (!within(event, "message")) active.value = undefined;
    }

    /* Up and down move between messages; the tools of the one in focus come with it. */
    function onKeyDown(event: KeyboardEvent): void {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        const row = (event.target as Element).closest<HTMLElement>(".message");
        if (!step || row !== event.target) return;
        const all = [...(scroller.current?.querySelectorAll<HTMLElement>(".message[tabindex]") ?? [])];
        const next = all[all.indexOf(row as HTMLElement) + step];
        if (!next) return;
        event.preventDefault();
        next.focus();
    }

    const lastMessage = list.findLast((item) => item.kind === "message")?.key;
    const show = (item: Item) => {
        switch (item.kind) {
            case "day":
                return (
                    <li key={item.key} class="day">
                        <span>{dayName(item.ts)}</span>
                    </li>
                );
            case "unread":
                return (
                    <li key="unread" class="unread-divider">
                        <span>{t.newMessages}</span>
                    </li>
                );
            case "notices":
                return <Notices key={item.key} notices={item.notices} />;
            case "message":
                return (
                    <MessageRow
                        key={item.key}
                        message={item.message}
                        previews={room.previews}
                        first={item.first}
                        last={item.last}
                        active={active}
                        tabStop={item.key === lastMessage}
                        readers={readers.value.get(item.key)}
                        onJump={(id) => void jumpTo(id)}
                    />
                );
        }
    };

    return (
        <div class="timeline-frame">
            <div ref={scroller} class="timeline" role="log" aria-label={t.messages} tabIndex={-1} onScroll={onScroll} onKeyDown={onKeyDown}>
                <div class="timeline-inner" onClick={onClick} onPointerLeave={(event) => event.pointerType === "mouse" && (active.value = undefined)}>
                    {hasOlder.value || !ready ? (
                        <div ref={sentinel} class="older">
                            <Spinner />
                        </div>
                    ) : (
                        <RoomBeginning room={room} />
                    )}
                    <ul>{list.map(show)}</ul>
                    {sending.map((upload) => (
                        <UploadRow key={upload.id} upload={upload} />
                    ))}
                </div>
            </div>
            {!atBottom.value && (
                <button type="button" class="to-bottom" aria-label={t.toNewest} title={t.toNewest} onClick={toBottom}>
                    <Icon name="down" />
                    {missed.value > 0 && <span class="badge accent">{missed.value}</span>}
                </button>
            )}
            <TypingLine names={room.typing} />
        </div>
    );
}

function TypingLine({ names }: { names: string[] }) {
    const t = words();
    return (
        <p class="typing" aria-live="polite">
            {names.length > 0 && (
                <>
                    <span class="dots" aria-hidden="true">
                        <i />
                        <i />
                        <i />
                    </span>
                    {names.length > 3 ? t.typingMany(names.length) : t.typing(names)}
                </>
            )}
        </p>
    );
}
