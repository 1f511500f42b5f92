/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { securityAsk } from "../../state/recovery";
import { meeting } from "../../state/verification";
import { ConfirmDevice } from "./ConfirmDevice";
import { MeetingDialog } from "./MeetingDialog";
import { SaveKey } from "./SaveKey";
import { StartOver } from "./StartOver";

/** What is asked about devices and keys; two devices that meet come first. */
export function SecurityDialogs() {
    if (meeting.value) return <MeetingDialog meeting={meeting.value} />;
    switch (securityAsk.value) {
        case "confirm":
        case "key":
            return <ConfirmDevice />;
        case "save":
            return <SaveKey />;
        case "reset":
            return <StartOver />;
        default:
            return null;
    }
}
