/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { offers, refuseOffer, takeOffer } from "../../state/offers";
import { go, hrefTo, route } from "../../state/route";
import { Avatar } from "../../ui/Avatar";
import { EmptyState } from "../../ui/EmptyState";
import { InvitedQuestion } from "./Invited";

/** An invite to one's own number: whoever made it learns nothing before it's accepted. */
export function Offered({ token }: { token: string }) {
    const t = words();
    const offer = offers.value.find((one) => one.token === token);
    if (!offer) return <EmptyState icon="userAdd" title={t.offerGone} text={t.errorInviteGone} />;
    return (
        <InvitedQuestion
            avatar={<Avatar id={offer.token} name={offer.name || t.offerUnnamed} mxc={offer.avatar_url} size="xl" group />}
            name={offer.name || t.offerUnnamed}
            text={t.invitationFrom(offer.inviter)}
            hint={t.offerText}
            yes={[t.accept, async () => go({ at: "room", roomId: await takeOffer(token) })]}
            no={[
                t.decline,
                async () => {
                    await refuseOffer(token);
                    go({ at: "home" });
                },
            ]}
        />
    );
}

/** On top of the list of chats. */
export function OfferRows() {
    const t = words();
    return (
        <>
            {offers.value.map((offer) => {
                const place = route.value;
                const current = place.at === "offer" && place.token === offer.token;
                return (
                    <li key={offer.token}>
                        <a class="room-row" href={hrefTo({ at: "offer", token: offer.token })} aria-current={current ? "page" : undefined}>
                            <Avatar id={offer.token} name={offer.name || t.offerUnnamed} mxc={offer.avatar_url} size="l" group />
                            <span class="grow">
                                <span class="room-line">
                                    <span class="room-name clip">{offer.name || t.offerUnnamed}</span>
                                </span>
                                <span class="room-line">
                                    <span class="room-last clip">{t.invitedBy(offer.inviter)}</span>
                                    <span class="badge accent">{t.inviteBadge}</span>
                                </span>
                            </span>
                        </a>
                    </li>
                );
            })}
        </>
    );
}
