/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/email.h"

enum { LABEL_MAX = 63 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || is_digit(c);
}

/* RFC 5322 "atext", in lower case. */
static bool is_atext(char c)
{
    return is_letter_or_digit(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* Words with single dots between them. */
static bool is_local(str local)
{
    if (!local.len || local.len > EMAIL_LOCAL_MAX || local.ptr[0] == '.' || local.ptr[local.len - 1] == '.')
        return false;
    for (size_t i = 0; i < local.len; i++) {
        if (local.ptr[i] == '.' ? local.ptr[i - 1] == '.' : !is_atext(local.ptr[i]))
            return false;
    }
    return true;
}

static bool is_label(str label)
{
    if (!label.len || label.len > LABEL_MAX || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++) {
        if (!is_letter_or_digit(label.ptr[i]) && label.ptr[i] != '-')
            return false;
    }
    return true;
}

/* Two labels at least, the last not a number: mail goes to names, not to addresses of machines. */
static bool is_host(str host)
{
    str label = STR_NONE, rest = host;
    size_t labels = 0;
    for (; rest.ptr; labels++) {
        rest = str_split(rest, '.', &label);
        if (!is_label(label))
            return false;
    }
    return labels >= 2 && !is_digit(label.ptr[0]);
}

enum rc email_parse(str typed, struct email *ret_email)
{
    struct email email = {.text = ""};
    str text = str_trim(typed), host;
    if (!text.len || text.len > EMAIL_MAX)
        return RC_INVALID;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x80)
            return RC_UNSUPPORTED;
        if (c <= ' ' || c == 0x7f)
            return RC_INVALID;
        email.text[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    str local, whole = str_of(email.text);
    host = str_split(whole, '@', &local);
    if (!host.ptr || !is_local(local) || !is_host(host))
        return RC_INVALID;
    email.local_len = local.len;
    *ret_email = email;
    return RC_OK;
}
