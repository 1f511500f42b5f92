/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* E-mail addresses from anywhere: what is taken is short, plain, and its own canonical form. */
#include "base/email.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct email email, again;
    if (email_parse(str_from(data, size), &email) != RC_OK)
        return 0;
    str text = str_of(email.text);
    for (size_t i = 0; i < text.len; i++) {
        /* Nothing that ends a header's line or an SMTP command, or begins another recipient. */
        if (text.ptr[i] <= ' ' || (unsigned char)text.ptr[i] >= 0x7f || strchr("<>()[],;:\\\"", text.ptr[i]))
            abort();
    }
    if (email_parse(text, &again) != RC_OK || !str_eq(text, str_of(again.text)) || again.local_len != email.local_len)
        abort();
    if (!email_local(&email).len || !email_host(&email).len || text.len > EMAIL_MAX)
        abort();
    return 0;
}
