/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The server's own certificate, for a first start without one: self-signed, P-256. */
#ifndef CRYPTO_CERTIFICATE_H
#define CRYPTO_CERTIFICATE_H

#include "base/str.h"

/* hosts: names and IP addresses the certificate is for; duplicates are allowed. The key's file is made 0600; both
 * files appear whole or not at all, the folder must exist. */
enum rc certificate_create(const char *certificate_file, const char *key_file, const str *hosts, size_t host_count,
                           struct error *err) MUST_USE;
/* Days until the first certificate in the file expires; negative when it has. */
enum rc certificate_days_left(const char *certificate_file, int *ret_days, struct error *err) MUST_USE;

#endif
