/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page the link of an e-mail leads to. */
#ifndef API_EMAIL_CONFIRM_H
#define API_EMAIL_CONFIRM_H

#include "config/config.h"

#define EMAIL_CONFIRM_PATH "/_parley/v1/email/confirm"

/* Where the page may lead afterwards (spec "next_link"): to the server itself, or to what email.next_links names. The
 * beginning of the link that makes it so ("https://chat.example.org"); empty: it may not. */
str next_link_origin(const struct config *config, str link);

#endif
