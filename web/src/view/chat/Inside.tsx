/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import "../../styles/camera.css";
import "../../styles/chat.css";
import "../../styles/composer.css";
import "../../styles/message.css";
import "../../styles/panel.css";
import "../../styles/rights.css";
import "../../styles/security.css";
import { words } from "../../i18n";
import { showBadge } from "../../platform/push";
import { cryptoState } from "../../state/crypto";
import { watchDevices } from "../../state/devices";
import { watchLifetimes } from "../../state/lifetimes";
import { watchNews } from "../../state/news";
import { watchOffers } from "../../state/offers";
import { watchPermissions } from "../../state/permissions";
import { photoAsked } from "../../state/photo";
import { watchRecovery } from "../../state/recovery";
import { route } from "../../state/route";
import { unreadTotal, watchRooms } from "../../state/rooms";
import { narrow } from "../../state/screen";
import { connection, session } from "../../state/session";
import { closeRoom } from "../../state/timeline";
import { watchTrust } from "../../state/trust";
import { watchVerification } from "../../state/verification";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { lazy } from "../../ui/lazy";
import { Spinner } from "../../ui/Spinner";
import { Toasts } from "../../ui/Toasts";
import { Dialogs } from "../dialogs/Dialogs";
import { NewRoomDialogs } from "../dialogs/NewRoom";
import { PictureDialog } from "../dialogs/Picture";
import { SearchPlace } from "../search/SearchPlace";
import { onSearchKey } from "../search/shortcut";
import { SecurityBanner } from "../security/SecurityBanner";
import { SecurityDialogs } from "../security/SecurityDialogs";
import { Settings } from "../settings/Settings";
import { Home } from "./Home";
import { JoinByLink } from "./JoinByLink";
import { Offered } from "./Offered";
import { RoomView } from "./RoomView";
import { Sidebar } from "./Sidebar";

const PhotoDialog = lazy(() => import("../camera/PhotoDialog").then((module) => module.PhotoDialog));

function Main() {
    const place = route.value;
    switch (place.at) {
        case "room":
            return <RoomView key={place.roomId} roomId={place.roomId} {...(place.panel ? { panel: place.panel } : {})} />;
        case "invite":
            return <JoinByLink key={place.token} token={place.token} />;
        case "offer":
            return <Offered key={place.token} token={place.token} />;
        case "search":
            return <SearchPlace />;
        case "settings":
            return <Settings page={place.page} />;
        default:
            return <Home />;
    }
}

/** Everything there is once an account is in use: the list, and beside or over it one place. */
export function Inside() {
    const present = session.value;
    useEffect(() => {
        if (!present) return;
        watchRooms(present.client);
        watchLifetimes(present.client);
        const watching = [watchOffers, watchNews, watchPermissions, watchRecovery, watchVerification, watchDevices, watchTrust].map((watch) => watch(present));
        const stop = effect(() => {
            document.title = unreadTotal.value > 0 ? `(${unreadTotal.value}) Parley` : "Parley";
            showBadge(unreadTotal.value);
        });
        return () => {
            stop();
            for (const end of watching) end();
            closeRoom();
            document.title = "Parley";
            showBadge(0);
        };
    }, [present]);
    useEffect(() => {
        document.addEventListener("keydown", onSearchKey);
        return () => document.removeEventListener("keydown", onSearchKey);
    }, []);
    return (
        <div class={`inside ${route.value.at === "home" ? "at-list" : "at-place"}`}>
            <Sidebar />
            <main class="place">
                {connection.value === "offline" && (
                    <p class="banner" role="status">
                        <Spinner />
                        {words().reconnecting}
                    </p>
                )}
                {cryptoState.value === "failed" && (
                    <div class="banner" role="alert">
                        <Icon name="lock" />
                        <p>{words().cryptoFailed}</p>
                        <Button compact onClick={() => location.reload()}>
                            {words().tryAgain}
                        </Button>
                    </div>
                )}
                {!(narrow.value && route.value.at === "home") && <SecurityBanner />}
                <Main />
            </main>
            <SecurityDialogs />
            <Dialogs />
            <NewRoomDialogs />
            <PictureDialog />
            {photoAsked.value && <PhotoDialog />}
            <Toasts />
        </div>
    );
}
