/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import type { IMyDevice } from "matrix-js-sdk";
import { words } from "../../i18n";
import { fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { askPassword, confirm } from "../../state/dialogs";
import { withPassword } from "../../state/security";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";

/** Everything that is held of it (obligation 1.1). */
interface Device extends IMyDevice {
    "org.parley.user_agent"?: string;
}

export function Devices() {
    const [devices, setDevices] = useState<Device[]>();
    const [error, setError] = useState<string>();
    const t = words();
    const present = session.value;

    async function load(): Promise<void> {
        try {
            const list = (await present?.client.getDevices())?.devices ?? [];
            const own = (device: Device) => Number(device.device_id === present?.deviceId);
            setDevices(list.sort((a, b) => own(b) - own(a) || (b.last_seen_ts ?? 0) - (a.last_seen_ts ?? 0)));
        } catch (reason) {
            setError(t[errorText(reason)]);
        }
    }
    useEffect(() => void load(), []);

    async function remove(device: Device): Promise<void> {
        const name = device.display_name ?? device.device_id;
        if (!present || !(await confirm(t.deviceRemoveTitle(name), t.deviceRemoveText, t.signOut, true))) return;
        try {
            if (await withPassword(askPassword, (auth) => present.client.deleteDevice(device.device_id, auth))) showToast(t.deviceRemoved);
            await load();
        } catch (reason) {
            showToast(t[errorText(reason, { M_FORBIDDEN: "errorPasswordWrong" })], "error");
        }
    }

    if (error) return <ErrorText text={error} />;
    if (!devices)
        return (
            <div class="centered">
                <Spinner large />
            </div>
        );
    return (
        <>
            <p class="quiet">{t.devicesText}</p>
            <ul class="device-list">
                {devices.map((device) => (
                    <DeviceRow
                        key={device.device_id}
                        device={device}
                        own={device.device_id === present?.deviceId}
                        onRemove={() => void remove(device)}
                        onRenamed={() => void load()}
                    />
                ))}
            </ul>
        </>
    );
}

interface DeviceRowProps {
    device: Device;
    own: boolean;
    onRemove: () => void;
    onRenamed: () => void;
}

function DeviceRow({ device, own, onRemove, onRenamed }: DeviceRowProps) {
    const [name, setName] = useState<string>();
    const t = words();
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
                {own && <span class="role">{t.deviceThis}</span>}
                <span class="quiet small device-seen">
                    {device.last_seen_ts ? t.deviceSeen(fullTime(device.last_seen_ts)) : device.device_id}
                    {device.last_seen_ip ? ` · ${device.last_seen_ip}` : ""}
                </span>
                {device["org.parley.user_agent"] && <span class="quiet small device-seen">{device["org.parley.user_agent"]}</span>}
            </span>
            <span class="device-actions">
                <Button compact onClick={() => setName(device.display_name ?? "")}>
                    {t.rename}
                </Button>
                {!own && (
                    <Button compact kind="danger-plain" onClick={onRemove}>
                        {t.signOut}
                    </Button>
                )}
            </span>
        </li>
    );
}
