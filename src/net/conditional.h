/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* RFC 9110: asking for a part of something (section 14), and only if it is not known yet (section 13). Pure. */
#ifndef NET_CONDITIONAL_H
#define NET_CONDITIONAL_H

#include "base/str.h"

#include <stdint.h>

enum range_answer {
    RANGE_WHOLE, /* none was asked for, or in no way that is understood: answered as if it had not been */
    RANGE_PART,
    RANGE_NOWHERE, /* it begins behind the end: 416 */
};

/* range: the header's value, or STR_NONE. Of several ranges none is answered. */
enum range_answer conditional_range(str range, uint64_t size, uint64_t *ret_from, uint64_t *ret_len);
/* If-Range: is what the client has a part of the one with this (strong) tag? True without the header. A date is not. */
bool conditional_if_range(str if_range, str tag);
/* If-None-Match: does the client have it? False without the header. Tags compare weakly. */
bool conditional_none_match(str if_none_match, str tag);

#endif
