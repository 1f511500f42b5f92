/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What whoever acts is shown of a value that was released to them (obligation 4.6). */
#ifndef PRIVACY_SHOWN_H
#define PRIVACY_SHOWN_H

#include "privacy/mask.h"
#include "store/tx.h"

enum { SHOWN_REASON_MAX = 200 };

/* Staff and the operator's commands are shown the mask. Looking behind it needs a reason (why: a line of text), which
 * is written on the subject's record first: WRITE. RC_INVALID: not a reason. Everyone else sees the value. */
enum rc shown(struct tx *tx, uint64_t subject, enum personal_field field, str value, str why, str *ret_shown) MUST_USE;

#endif
