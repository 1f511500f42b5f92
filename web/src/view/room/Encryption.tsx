/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { confirm } from "../../state/dialogs";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";

interface EncryptionProps {
    encrypted: boolean;
    /** Anybody can come in: a lock would keep nobody out. */
    open: boolean;
    mayChange: boolean;
    busy: boolean;
    onTurnOn: () => void;
}

/** Who can read what is written here; for those who may, a way to make it fewer. */
export function Encryption({ encrypted, open, mayChange, busy, onTurnOn }: EncryptionProps) {
    const t = words();
    const ask = async () => {
        if (await confirm(t.encryptTitle, t.encryptText, t.encryptTurnOn)) onTurnOn();
    };
    return (
        <section class="encryption">
            <h3>
                {encrypted && <Icon name="lock" mini />}
                {encrypted ? t.encrypted : t.notEncrypted}
            </h3>
            <p class="quiet small">{encrypted ? t.encryptedText : open ? t.notEncryptedOpen : t.notEncryptedText}</p>
            {!encrypted && !open && mayChange && (
                <Button icon="lock" wide busy={busy} onClick={() => void ask()}>
                    {t.encryptTurnOn}
                </Button>
            )}
        </section>
    );
}
