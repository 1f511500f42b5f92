/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/rc.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const names[] = {
    [RC_OK] = "ok",
    [RC_INVALID] = "invalid",
    [RC_BAD_JSON] = "bad_json",
    [RC_NOT_JSON] = "not_json",
    [RC_FORBIDDEN] = "forbidden",
    [RC_UNAUTHORIZED] = "unauthorized",
    [RC_NOT_FOUND] = "not_found",
    [RC_EXISTS] = "exists",
    [RC_TOO_LARGE] = "too_large",
    [RC_LIMITED] = "limited",
    [RC_EXPIRED] = "expired",
    [RC_UNSUPPORTED] = "unsupported",
    [RC_BUSY] = "busy",
    [RC_STORE] = "store",
    [RC_CRYPTO] = "crypto",
    [RC_IO] = "io",
    [RC_NOMEM] = "nomem",
    [RC_INTERNAL] = "internal",
};

const char *rc_name(enum rc rc)
{
    return (unsigned)rc < sizeof names / sizeof *names ? names[rc] : "unknown";
}

enum rc error_set(struct error *err, enum rc rc, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->rc = rc;
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return rc;
}
