/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The messages whose link the person wants no card of, on this device. */
import { keptByAccount } from "./keptByAccount";

const most = 500;
const hidden = keptByAccount<string[]>("previews");

export const isHidden = (userId: string, eventId: string): boolean => hidden.of(userId)?.includes(eventId) ?? false;

export function hidePreview(userId: string, eventId: string, hide: boolean): void {
    const others = (hidden.of(userId) ?? []).filter((id) => id !== eventId);
    const next = hide ? [...others, eventId].slice(-most) : others;
    hidden.change(userId, next.length > 0 ? next : undefined);
}

export const forgetHidden = (userId: string): void => hidden.change(userId, undefined);
