/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The words of messages that leave the server. */
#ifndef NOTIFY_TEMPLATES_H
#define NOTIFY_TEMPLATES_H

#include "base/language.h"
#include "base/strbuf.h"

/*
 * The SMS that carries a code. Its last line is bound to the origin (the "origin-bound one-time codes" format), so that
 * browsers fill the code in by themselves and only on that site (obligation 1.8):
 *     @host #123456
 */
void template_code_sms(struct strbuf *out, enum language language, str operator_name, str host, str code);

#endif
