/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The border to libphonenumber: C on this side, C++ and its exceptions on the other. */
#ifndef NOTIFY_PHONE_SHIM_H
#define NOTIFY_PHONE_SHIM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum phone_shim_result { PHONE_SHIM_MOBILE, PHONE_SHIM_NOT_MOBILE, PHONE_SHIM_INVALID };

/* e164_size ≥ 17, region_size ≥ 3; both NUL-terminated on PHONE_SHIM_MOBILE. */
enum phone_shim_result phone_shim_parse(const char *number, size_t number_len, const char *country, size_t country_len,
                                        char *ret_e164, size_t e164_size, char *ret_region, size_t region_size);

#ifdef __cplusplus
}
#endif

#endif
