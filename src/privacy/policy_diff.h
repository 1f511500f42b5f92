/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Two wordings of a clause, word by word; Chinese sign by sign. */
#ifndef PRIVACY_POLICY_DIFF_H
#define PRIVACY_POLICY_DIFF_H

#include "base/strbuf.h"

/* HTML: what is only in `from` within <del>, what is only in `to` within <ins>. Emphasis marks are left out. Very long
 * clauses are shown as one whole gone and one whole new. */
void policy_diff_write(struct arena *arena, str from, str to, struct strbuf *out);

#endif
