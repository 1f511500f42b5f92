/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { words } from "../../i18n";
import { fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { devicesChanged, listDevices, type Device } from "../../state/devices";
import { askPassword, confirm } from "../../state/dialogs";
import { securityAsk, standing } from "../../state/recovery";
import { withPassword } from "../../state/security";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { askDevice } from "../../state/verification";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { RecoverySection } from "../security/RecoverySection";

export function Devices() {
    const [devices, setDevices] = useState<Device[]>();
    const [error, setError] = useState<string>();
    const t = words();
    const present = session.value;

    async function load(): Promise<void> {
        try {
            if (present) setDevices(await listDevices(present));
        } catch (reason) {
            setError(t[errorText(reason)]);
        }
    }
    useEffect(() => void load(), [devicesChanged.value, standing.value]);

    /** The password is asked for once, however many are signed out. */
    async function remove(ids: string[], done: string): Promise<void> {
        if (!present) return;
        try {
            if (await withPassword(askPassword, (auth) => present.client.deleteMultipleDevices(ids, auth))) showToast(done);
            await load();
        } catch (reason) {
            showToast(t[errorText(reason, { M_FORBIDDEN: "errorPasswordWrong" })], "error");
        }
    }

    async function removeOne(device: Device): Promise<void> {
        const name = device.display_name ?? device.device_id;
        if (await confirm(t.deviceRemoveTitle(name), t.deviceRemoveText, t.signOut, true)) await remove([device.device_id], t.deviceRemoved);
    }

    async function removeOthers(others: Device[]): Promise<void> {
        const text = t.devicesSignOutOthersText(others.length);
        if (await confirm(t.devicesSignOutOthersTitle, text, t.devicesSignOutOthers, true))
            await remove(others.map((device) => device.device_id), t.devicesSignedOut);
    }

    if (error) return <ErrorText text={error} />;
    if (!devices)
        return (
            <div class="centered">
                <Spinner large />
            </div>
        );
    const others = devices.filter((device) => !device.own);
    return (
        <>
            <RecoverySection />
            <p class="quiet">{t.devicesText}</p>
            <ul class="device-list">
                {devices.map((device) => (
                    <DeviceRow key={device.device_id} device={device} onRemove={() => void removeOne(device)} onRenamed={() => void load()} />
                ))}
            </ul>
            {others.length > 1 && (
                <Button icon="leave" kind="danger-plain" onClick={() => void removeOthers(others)}>
                    {t.devicesSignOutOthers}
                </Button>
            )}
        </>
    );
}

/** This device is confirmed by another, or by the recovery key; another one by this. */
async function confirmDevice(device: Device): Promise<void> {
    if (device.own) return void (securityAsk.value = "confirm");
    try {
        await askDevice(device.device_id);
    } catch (reason) {
        showToast(words()[errorText(reason)], "error");
    }
}

function TrustMark({ trust }: { trust: Device["trust"] }) {
    const t = words();
    if (trust === "unknown") return null;
    if (trust === "keyless") return <span class="trust">{t.deviceKeyless}</span>;
    return (
        <span class={`trust ${trust}`}>
            <Icon name={trust === "confirmed" ? "privacy" : "alert"} mini />
            {trust === "confirmed" ? t.deviceConfirmed : t.deviceUnconfirmed}
        </span>
    );
}

interface DeviceRowProps {
    device: Device;
    onRemove: () => void;
    onRenamed: () => void;
}

function DeviceRow({ device, onRemove, onRenamed }: DeviceRowProps) {
    const [name, setName] = useState<string>();
    const t = words();
    /* Only what is confirmed itself can vouch for others. */
    const mayConfirm = device.trust === "unconfirmed" && (device.own ? standing.value === "unconfirmed" : ["unsaved", "complete"].includes(standing.value));
    async function rename(event: Event): Promise<void> {
        event.preventDefault();
        try {
            await session.peek()?.client.setDeviceDetails(device.device_id, { display_name: name?.trim() ?? "" });
            setName(undefined);
            onRenamed();
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        }
    }
    if (name !== undefined)
        return (
            <li class="device">
                <form class="form grow" onSubmit={(event) => void rename(event)}>
                    <Field label={t.deviceName} value={name} onInput={setName} input={{ maxLength: 100, autofocus: true }} />
                    <div class="dialog-actions">
                        <Button compact onClick={() => setName(undefined)}>
                            {t.cancel}
                        </Button>
                        <Button compact type="submit" kind="primary">
                            {t.save}
                        </Button>
                    </div>
                </form>
            </li>
        );
    return (
        <li class="device">
            <span class="device-icon">
                <Icon name={/Android|iOS/.test(device.display_name ?? "") ? "phone" : "device"} />
            </span>
            <span class="grow">
                <strong class="device-name">{device.display_name || device.device_id}</strong>
                {device.own && <span class="role">{t.deviceThis}</span>}
                <TrustMark trust={device.trust} />
                <span class="quiet small device-seen">
                    {device.last_seen_ts ? t.deviceSeen(fullTime(device.last_seen_ts)) : device.device_id}
                    {device.last_seen_ip ? ` · ${device.last_seen_ip}` : ""}
                </span>
                {device["org.parley.user_agent"] && <span class="quiet small device-seen">{device["org.parley.user_agent"]}</span>}
                {mayConfirm && !device.own && <span class="small device-seen device-asked">{t.deviceUnconfirmedText}</span>}
            </span>
            <span class="device-actions">
                {mayConfirm && (
                    <Button compact kind="primary" onClick={() => void confirmDevice(device)}>
                        {t.deviceConfirm}
                    </Button>
                )}
                <Button compact onClick={() => setName(device.display_name ?? "")}>
                    {t.rename}
                </Button>
                {!device.own && (
                    <Button compact kind="danger-plain" onClick={onRemove}>
                        {t.signOut}
                    </Button>
                )}
            </span>
        </li>
    );
}
