/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The devices of an account: an id the client may choose, and a number the server uses. What is personal about a
 * device (its name, address and agent) is kept in the vault: see privacy/device_info.h.
 *
 * Device numbers are random and never given out twice, so that whatever was kept under one cannot pass to another.
 */
#ifndef STORE_DEVICES_H
#define STORE_DEVICES_H

#include "store/tx.h"

enum { DEVICE_ID_MAX = 255, DEVICES_PER_USER = 200 };

struct device {
    uint64_t nid;
    str device_id;
    int64_t created_ms;
    int64_t seen_ms; /* when it last asked for something, give or take a few minutes */
    bool dehydrated; /* nobody is signed in with it (store/dehydrated.h) */
};

/* WRITE. The device of that id to sign in with, made if there is none (id empty: one is drawn). RC_LIMITED: the account
 * has its fill of devices; RC_INVALID: an id that is too long, not printable, or the dehydrated device's. */
enum rc devices_ensure(struct tx *tx, uint64_t user_nid, str device_id, struct device *ret_device, bool *ret_is_new,
                       struct error *err) MUST_USE;
/* WRITE. A device of that id, which the account does not have yet, whatever its number of devices. RC_INVALID. */
enum rc devices_add(struct tx *tx, uint64_t user_nid, str device_id, struct device *ret_device,
                    struct error *err) MUST_USE;
enum rc devices_find(struct tx *tx, uint64_t user_nid, str device_id, struct device *ret_device) MUST_USE;
enum rc devices_get(struct tx *tx, uint64_t device_nid, struct device *ret_device) MUST_USE;
/* All somebody is signed in with, oldest first, in the arena. */
enum rc devices_list(struct tx *tx, uint64_t user_nid, struct device **ret_devices, size_t *ret_count) MUST_USE;
/* Those, and the dehydrated one. */
enum rc devices_list_all(struct tx *tx, uint64_t user_nid, struct device **ret_devices, size_t *ret_count) MUST_USE;
/* WRITE. Only the row: sessions and personal fields go with api/sign_out.h. */
enum rc devices_remove(struct tx *tx, uint64_t user_nid, uint64_t device_nid) MUST_USE;
/* WRITE. */
enum rc devices_note_seen(struct tx *tx, uint64_t user_nid, uint64_t device_nid, int64_t seen_ms) MUST_USE;

#endif
