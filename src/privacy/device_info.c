/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/device_info.h"

static enum rc get(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t device_nid,
                   enum purpose purpose, str *ret_value)
{
    enum rc rc = personal_get(tx, subject, field, device_nid, purpose, ret_value);
    if (rc == RC_NOT_FOUND)
        *ret_value = STR_NONE;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc device_info_get(struct tx *tx, uint64_t subject, uint64_t device_nid, enum purpose purpose,
                        struct device_info *ret_info)
{
    TRY(get(tx, subject, FIELD_DEVICE_NAME, device_nid, purpose, &ret_info->name));
    TRY(get(tx, subject, FIELD_DEVICE_ADDRESS, device_nid, purpose, &ret_info->address));
    return get(tx, subject, FIELD_DEVICE_AGENT, device_nid, purpose, &ret_info->agent);
}

static enum rc set(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t device_nid, str value)
{
    if (value.len)
        return personal_set(tx, subject, field, device_nid, value);
    enum rc rc = personal_remove(tx, subject, field, device_nid);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc device_info_set_name(struct tx *tx, uint64_t subject, uint64_t device_nid, str name)
{
    return set(tx, subject, FIELD_DEVICE_NAME, device_nid, name);
}

enum rc device_info_set_seen(struct tx *tx, uint64_t subject, uint64_t device_nid, str address, str agent)
{
    TRY(set(tx, subject, FIELD_DEVICE_ADDRESS, device_nid, address));
    return set(tx, subject, FIELD_DEVICE_AGENT, device_nid, str_head(agent, DEVICE_AGENT_MAX));
}

enum rc device_info_remove(struct tx *tx, uint64_t subject, uint64_t device_nid)
{
    TRY(set(tx, subject, FIELD_DEVICE_NAME, device_nid, STR_NONE));
    TRY(set(tx, subject, FIELD_DEVICE_ADDRESS, device_nid, STR_NONE));
    return set(tx, subject, FIELD_DEVICE_AGENT, device_nid, STR_NONE);
}
