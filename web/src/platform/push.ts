/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the browser has for telling a person that something is new: its permission, its push service, its icons. */

export type Permission = "unsupported" | "denied" | "granted" | "unasked";

export function permission(): Permission {
    if (!("Notification" in window) || !("serviceWorker" in navigator)) return "unsupported";
    return Notification.permission === "default" ? "unasked" : Notification.permission;
}

/** Only on a click: a browser may refuse for good who asks unbidden. */
export async function askPermission(): Promise<Permission> {
    if (permission() === "unasked") await Notification.requestPermission();
    return permission();
}

/** The two keys and the address of a push subscription, as servers are told them. */
export interface Subscription {
    endpoint: string;
    p256dh: string;
    auth: string;
}

function plain(subscription: PushSubscription): Subscription | undefined {
    const { endpoint, keys } = subscription.toJSON();
    return endpoint && keys?.["p256dh"] && keys["auth"] ? { endpoint, p256dh: keys["p256dh"], auth: keys["auth"] } : undefined;
}

const address = "/worker.js";

export async function presentSubscription(): Promise<Subscription | undefined> {
    const registration = await navigator.serviceWorker?.getRegistration();
    const subscription = await registration?.pushManager?.getSubscription();
    return subscription ? plain(subscription) : undefined;
}

const bytes = (text: string) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

const same = (a: ArrayBuffer | null, b: Uint8Array) => !!a && new Uint8Array(a).join() === b.join();

export async function startWorker(): Promise<void> {
    await navigator.serviceWorker.register(address);
    await navigator.serviceWorker.ready;
}

/** With the server's key. Undefined: there is no push service; one that cannot be reached may keep us waiting for long. */
export async function subscribe(serverKey: string): Promise<Subscription | undefined> {
    const { pushManager } = await navigator.serviceWorker.ready;
    if (!pushManager) return undefined;
    const key = bytes(serverKey);
    try {
        const known = await pushManager.getSubscription();
        if (known && !same(known.options.applicationServerKey, key)) await known.unsubscribe();
        return plain(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
    } catch {
        return undefined;
    }
}

export async function unsubscribe(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

/** Shown by the worker's registration, so that a click is the worker's to answer. */
export async function notify(title: string, options: NotificationOptions): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.showNotification(title, options);
}

/** Takes away what an account was shown. */
export async function clearNotifications(tag: string): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const shown of (await registration?.getNotifications({ tag })) ?? []) shown.close();
}

/** The number on the app's icon. */
export function showBadge(count: number): void {
    void (count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => undefined);
}

export interface Opening {
    account: string;
    room: string;
}

/** A notification was clicked while the app was open somewhere. */
export function onOpening(listener: (opening: Opening) => void): void {
    navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent) => {
        if (data?.type === "open" && typeof data.account === "string" && typeof data.room === "string")
            listener({ account: data.account, room: data.room });
    });
}
