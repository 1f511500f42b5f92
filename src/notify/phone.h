/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Mobile numbers, by libphonenumber. Its tables are built when the first number is looked at, not at start.
 * Thread-safe.
 */
#ifndef NOTIFY_PHONE_H
#define NOTIFY_PHONE_H

#include "base/str.h"

enum { PHONE_E164_MAX = 16 };

struct phone_number {
    char e164[PHONE_E164_MAX + 1]; /* "+4915112345678" */
    char region[3];                /* "DE" */
};

/* From what a person typed and the country they picked ("DE"; ignored for numbers that begin with '+'). RC_INVALID:
 * no such number in that country's plan, or not one that a mobile phone can have. */
enum rc phone_parse(str country, str number, struct phone_number *ret_number) MUST_USE;

#endif
