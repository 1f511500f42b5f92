/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { createInviteLink, inviteAddress, listInviteLinks, revokeInviteLink, type InviteLink, type NewInviteLink } from "../../api/invites";
import { words } from "../../i18n";
import { fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { confirm } from "../../state/dialogs";
import { rightsIn } from "../../state/members";
import { invite, type Found } from "../../state/roomActions";
import type { RoomSummary } from "../../state/rooms";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { lazy } from "../../ui/lazy";
import { PeoplePicker, toggled } from "../dialogs/PeoplePicker";
import { InviteByEmail } from "./InviteByEmail";
import { InviteByNumber } from "./InviteByNumber";

const QrCode = lazy(() => import("../../ui/QrCode").then((module) => module.QrCode));
const week = 7 * 24 * 3_600_000;

export function InvitePanel({ room }: { room: RoomSummary }) {
    const t = words();
    const present = session.value;
    const matrixRoom = present?.client.getRoom(room.roomId);
    if (!present || !matrixRoom) return null;
    if (!rightsIn(matrixRoom, present.userId).invite) return <p class="quiet">{t.mayInviteNot}</p>;
    return (
        <>
            <ByLink roomId={room.roomId} />
            <InviteByNumber roomId={room.roomId} />
            <InviteByEmail roomId={room.roomId} />
            <ByName roomId={room.roomId} here={new Set(matrixRoom.getJoinedMembers().map((member) => member.userId))} />
        </>
    );
}

function ByLink({ roomId }: { roomId: string }) {
    const [made, setMade] = useState<NewInviteLink>();
    const [links, setLinks] = useState<InviteLink[]>();
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();
    const send = session.value?.authorized.fetch ?? fetch;

    const load = () =>
        listInviteLinks(roomId, send).then(
            (all) => setLinks(all.filter((link) => !link.expires_ts || link.expires_ts > Date.now())),
            () => setLinks([]),
        );
    useEffect(() => void load(), [roomId]);

    async function attempt(work: () => Promise<unknown>): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            await work();
            await load();
        } catch (reason) {
            setError(t[errorText(reason, { M_FORBIDDEN: "errorNotAllowed" })]);
        } finally {
            setBusy(false);
        }
    }
    const create = () => attempt(async () => setMade(await createInviteLink(roomId, send, week)));
    async function revoke(id: string): Promise<void> {
        if (!(await confirm(t.revokeTitle, t.revokeText, t.revoke, true))) return;
        await attempt(async () => {
            await revokeInviteLink(roomId, id, send);
            if (made?.id === id) setMade(undefined);
        });
    }

    return (
        <section class="invite-link">
            <h2 class="panel-heading">{t.inviteByLink}</h2>
            {made ? (
                <Address address={inviteAddress(made.token)} />
            ) : (
                <>
                    <p class="quiet small">{t.inviteByLinkText}</p>
                    <Button kind="primary" icon="link" wide busy={busy} onClick={() => void create()}>
                        {t.createLink}
                    </Button>
                </>
            )}
            {error && <ErrorText text={error} />}
            {links && links.length > 0 && (
                <ul class="link-list" aria-label={t.activeLinks}>
                    {links.map((link) => (
                        <li key={link.id}>
                            <span class="grow small">
                                {link.expires_ts ? t.linkExpires(fullTime(link.expires_ts)) : t.linkForever}
                                <span class="quiet"> {t.linkUses(link.uses)}</span>
                            </span>
                            <button type="button" class="text-button small" onClick={() => void revoke(link.id)}>
                                {t.revoke}
                            </button>
                        </li>
                    ))}
                </ul>
            )}
        </section>
    );
}

function Address({ address }: { address: string }) {
    const t = words();
    const copy = () => void navigator.clipboard.writeText(address).then(() => showToast(t.linkCopied));
    const share = () => void navigator.share({ url: address }).catch(() => undefined);
    return (
        <>
            <div class="qr-card">
                <QrCode text={address} label={t.qrLabel} />
            </div>
            <input class="input link-field" readOnly aria-label={t.inviteLink} value={address} onFocus={(event) => event.currentTarget.select()} />
            <div class="button-row">
                <Button kind="primary" icon="copy" onClick={copy}>
                    {t.copyLink}
                </Button>
                {"share" in navigator && (
                    <Button icon="share" onClick={share}>
                        {t.share}
                    </Button>
                )}
            </div>
        </>
    );
}

function ByName({ roomId, here }: { roomId: string; here: ReadonlySet<string> }) {
    const [people, setPeople] = useState<Found[]>([]);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();
    async function send(): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            for (const person of people) {
                await invite(roomId, person.userId);
                setPeople((left) => left.filter((p) => p.userId !== person.userId));
                showToast(t.invitedPerson(person.name));
            }
        } catch (reason) {
            setError(t[errorText(reason, { M_NOT_FOUND: "errorNoSuchPerson", M_FORBIDDEN: "errorNotAllowed" })]);
        } finally {
            setBusy(false);
        }
    }
    return (
        <section>
            <h2 class="panel-heading">{t.inviteByName}</h2>
            <PeoplePicker chosen={people} onToggle={(person) => setPeople(toggled(people, person))} without={here} />
            {error && <ErrorText text={error} />}
            {people.length > 0 && (
                <Button kind="primary" icon="userAdd" wide busy={busy} onClick={() => void send()}>
                    {t.inviteChosen(people.length)}
                </Button>
            )}
        </section>
    );
}
