/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The service worker: shows that something is new while the app is closed, and leads there. It fetches nothing, keeps
 * nothing and stands between the app and the server nowhere.
 */
import { addressOf, readMessage, type Target } from "./message";

interface Worker {
    registration: ServiceWorkerRegistration;
    clients: {
        claim(): Promise<void>;
        openWindow(url: string): Promise<unknown>;
        matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<WindowClient[]>;
    };
    navigator: Navigator;
    skipWaiting(): Promise<void>;
    addEventListener(type: "install" | "activate", listener: (event: Waiting) => void): void;
    addEventListener(type: "push", listener: (event: Waiting & { data: { json(): unknown } | null }) => void): void;
    addEventListener(type: "notificationclick", listener: (event: Waiting & { notification: Notification }) => void): void;
}
interface Waiting {
    waitUntil(work: Promise<unknown>): void;
}
interface WindowClient {
    focused: boolean;
    focus(): Promise<WindowClient>;
    postMessage(message: unknown): void;
}

const worker = self as unknown as Worker;

const windows = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });

function parse(data: { json(): unknown } | null): unknown {
    try {
        return data?.json();
    } catch {
        return undefined;
    }
}

async function show(message: unknown): Promise<void> {
    const { title, options, unread } = readMessage(message, worker.navigator.language);
    if (unread !== undefined) await worker.navigator.setAppBadge?.(unread).catch(() => undefined);
    /* Who looks at the app sees it there. */
    if (!(await windows()).some((window) => window.focused)) await worker.registration.showNotification(title, options);
}

async function open(target: Target): Promise<void> {
    const [window] = await windows();
    if (!window) {
        await worker.clients.openWindow(addressOf(target));
        return;
    }
    window.postMessage({ type: "open", ...target });
    await window.focus();
}

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => event.waitUntil(show(parse(event.data))));
worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data as Target));
});
