/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The operator's notices to people (spec "Server Notices"); part of admin/accounts.h. */
#ifndef ADMIN_NOTICES_H
#define ADMIN_NOTICES_H

#include "admin/accounts.h"

/* WRITE. NOTICE_SEND, NOTICE_END: the running server delivers it, or the next one that runs. */
enum rc notice_send(struct tx *tx, const struct account_request *request, struct error *err) MUST_USE;

#endif
