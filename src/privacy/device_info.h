/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What is personal about a device: the name its owner gave it, the address and agent it was last seen with
 * (obligation 1.1). Vault fields of the device's owner, for the security of the account.
 */
#ifndef PRIVACY_DEVICE_INFO_H
#define PRIVACY_DEVICE_INFO_H

#include "privacy/personal.h"

enum { DEVICE_NAME_MAX = 255, DEVICE_AGENT_MAX = 255 };

struct device_info {
    str name, address, agent; /* empty: not known */
};

enum rc device_info_get(struct tx *tx, uint64_t subject, uint64_t device_nid, enum purpose purpose,
                        struct device_info *ret_info) MUST_USE;
/* WRITE. Empty removes. */
enum rc device_info_set_name(struct tx *tx, uint64_t subject, uint64_t device_nid, str name) MUST_USE;
/* WRITE. Where and with what it was just seen. */
enum rc device_info_set_seen(struct tx *tx, uint64_t subject, uint64_t device_nid, str address, str agent) MUST_USE;
enum rc device_info_remove(struct tx *tx, uint64_t subject, uint64_t device_nid) MUST_USE; /* WRITE */

#endif
