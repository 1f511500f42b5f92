/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * E-mail addresses, as far as they are of use: name@host in ASCII (RFC 5321), without quotes, comments, display names
 * and address literals. A name in another script, or a host in one, needs a mail system that few have: such a host has
 * a form in ASCII (xn--…), which is taken.
 *
 * The canonical form is in lower case, the name as well (spec appendix "3PID Types": addresses are compared without
 * case). Nothing of a canonical form can end a line or a bracket.
 */
#ifndef BASE_EMAIL_H
#define BASE_EMAIL_H

#include "base/str.h"

enum { EMAIL_MAX = 254, EMAIL_LOCAL_MAX = 64 };

struct email {
    char text[EMAIL_MAX + 1];
    size_t local_len; /* of what stands before the '@' */
};

/* From what a person typed. RC_INVALID: this is none; RC_UNSUPPORTED: it has characters outside ASCII. */
enum rc email_parse(str typed, struct email *ret_email) MUST_USE;

static inline str email_local(const struct email *email)
{
    return str_head(str_of(email->text), email->local_len);
}

static inline str email_host(const struct email *email)
{
    return str_skip(str_of(email->text), email->local_len + 1);
}

#endif
