/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a device has of the messages to it, by whichever way it asks for news. */
#ifndef API_TO_DEVICE_H
#define API_TO_DEVICE_H

#include "api/call.h"

/* Of an EXEC_PARK endpoint: the caller's device has come back with the token of an answer that carried messages up to
 * that position. Parks the call until they are gone for good, and goes on with then(): who begins anew behind this
 * answer is not told of them again. */
enum rc to_device_acknowledge(struct call *call, int64_t up_to, enum rc (*then)(struct call *call, void *ctx),
                              void *ctx) MUST_USE;

#endif
