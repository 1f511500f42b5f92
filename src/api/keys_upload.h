/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keys a device publishes, as a request's body has them: device_keys, one_time_keys, fallback_keys. */
#ifndef API_KEYS_UPLOAD_H
#define API_KEYS_UPLOAD_H

#include "api/call.h"
#include "store/one_time_keys.h"

enum { KEYS_UPLOAD_BODY_MAX = 256 << 10 };

struct keys_upload {
    str device_keys; /* empty: none */
    struct published_key *one_time, *fallback;
    size_t one_time_count, fallback_count;
};

/* Those the body says are of the caller's device of that id. */
enum rc keys_upload_read(struct call *call, str device_id, struct keys_upload *ret_upload) MUST_USE;
/* WRITE. */
enum rc keys_upload_store(struct call *call, struct device_place place, const struct keys_upload *upload) MUST_USE;

#endif
