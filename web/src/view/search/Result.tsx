/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { fullTime, shortTime } from "../../i18n/format";
import { markText } from "../../model/search";
import { hrefTo } from "../../state/route";
import { rooms } from "../../state/rooms";
import type { Found } from "../../state/search";
import { showInRoom } from "../../state/timeline";

interface ResultProps {
    found: Found;
    withRoom: boolean;
}

/** One message that was found: where, who, when, and its words among what was said around it. Leads to it. */
export function Result({ found, withRoom }: ResultProps) {
    const room = rooms.value.find((candidate) => candidate.roomId === found.roomId);
    return (
        <li>
            <a class="search-result" href={hrefTo({ at: "room", roomId: found.roomId })} onClick={() => showInRoom(found.roomId, found.id)}>
                <span class="search-line">
                    <strong class="clip">{found.sender}</strong>
                    {withRoom && room && <span class="quiet small clip">{room.name}</span>}
                    <time class="quiet small" dateTime={new Date(found.ts).toISOString()} title={fullTime(found.ts)}>
                        {shortTime(found.ts)}
                    </time>
                </span>
                {found.before && <span class="search-around quiet small clip">{found.before}</span>}
                <span class="search-text">
                    {markText(found.text, found.marks).map((piece) => (piece.hit ? <mark>{piece.text}</mark> : piece.text))}
                </span>
                {found.after && <span class="search-around quiet small clip">{found.after}</span>}
            </a>
        </li>
    );
}
