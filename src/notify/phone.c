/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/phone.h"

#include "notify/phone_shim.h"

enum { TYPED_MAX = 32 };

enum rc phone_parse(str country, str number, struct phone_number *ret_number)
{
    char region[2] = {0};
    if (number.len == 0 || number.len > TYPED_MAX)
        return RC_INVALID;
    if (country.len == 2) {
        for (size_t i = 0; i < 2; i++)
            region[i] = country.ptr[i] >= 'a' && country.ptr[i] <= 'z' ? country.ptr[i] - 'a' + 'A' : country.ptr[i];
    } else if (number.ptr[0] != '+') {
        return RC_INVALID;
    }
    struct phone_number parsed;
    enum phone_shim_result result =
        phone_shim_parse(number.ptr, number.len, region, country.len == 2 ? 2 : 0, parsed.e164, sizeof parsed.e164,
                         parsed.region, sizeof parsed.region);
    if (result != PHONE_SHIM_MOBILE)
        return RC_INVALID;
    *ret_number = parsed;
    return RC_OK;
}
