/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ways into the app from a notification: the account it was for, then the room. */
import { onOpening } from "../platform/push";
import { replace, route } from "./route";
import { accounts, session, switchAccount } from "./session";

/** False: this device has no such account any more. */
async function open(deviceId: string, roomId: string): Promise<boolean> {
    const account = accounts.peek().find((one) => one.deviceId === deviceId && !one.signedOut);
    if (!account) return false;
    if (session.peek()?.userId !== account.userId) await switchAccount(account.userId);
    replace({ at: "room", roomId });
    return true;
}

/** Follows where the page was opened at, and later clicks. True: an account has been taken up. */
export async function watchArrivals(): Promise<boolean> {
    onOpening(({ account, room }) => void open(account, room));
    const place = route.peek();
    if (place.at !== "open") return false;
    const arrived = await open(place.deviceId, place.roomId);
    if (!arrived) replace({ at: "home" });
    return arrived;
}
