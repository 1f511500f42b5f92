/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CRYPTO_CRYPTO_PRIVATE_H
#define CRYPTO_CRYPTO_PRIVATE_H

#include "crypto/crypto.h"

/* Looks SHA-256 up in OpenSSL, once. */
enum rc crypto_hash_init(void) MUST_USE;

#endif
