/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The dehydrated device of an account (MSC3814), one at most: a device nobody is signed in with, which others send the
 * keys of encrypted rooms to while its owner has no other. It has a row in devices.h, keys and a queue of messages as
 * every device; what it is woken up from, which its owner's apps have encrypted, is here, sealed once more.
 */
#ifndef STORE_DEHYDRATED_H
#define STORE_DEHYDRATED_H

#include "store/tx.h"

struct dehydrated_device {
    uint64_t device_nid;
    str device_id;
    str data; /* a JSON object */
};

/* RC_NOT_FOUND: there is none. */
enum rc dehydrated_get(struct tx *tx, uint64_t user_nid, struct dehydrated_device *ret_device) MUST_USE;
/* WRITE. The account's device of that number, which has no session, is the dehydrated one from now on; or is it
 * already, with other data. One that was it before is to be removed first. */
enum rc dehydrated_set(struct tx *tx, uint64_t user_nid, uint64_t device_nid, str data) MUST_USE;
/* WRITE. Only what is here, if the device is it: for api/sign_in.h. */
enum rc dehydrated_forget(struct tx *tx, uint64_t user_nid, uint64_t device_nid) MUST_USE;

#endif
