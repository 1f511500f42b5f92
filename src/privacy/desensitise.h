/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Coarse forms: what is left of a value when what tells people apart is taken away (obligations 1.2, 1.24). Used where
 * values are kept longer than they are needed whole, and for whatever leaves for outsiders.
 *
 * A coarse form is of a small, fixed set, or of a block that many people share; it depends on nothing else of the
 * value. The coarse form of a coarse form is itself. What is not a value of its kind has no coarse form: empty.
 * Coarse is not anonymous (1.21): that is privacy/anonymise.h.
 */
#ifndef PRIVACY_DESENSITISE_H
#define PRIVACY_DESENSITISE_H

#include "base/arena.h"
#include "catalogue/catalogue.h"

/* By the kind of value the catalogue names: phone, address and agent as below, names and e-mail addresses (whose host
 * may be one person's) to nothing. */
str desensitise(struct arena *arena, enum masking kind, str value);

/* "+4915112345678" to "+49": who gave the number out. Numbers are E.164. */
str desensitise_phone(str number);
/* "203.0.113.9" to "203.0.113.0/24", "2001:db8:1:2::3" to "2001:db8:1::/48". 6to4 addresses have a whole IPv4 address
 * in their first 48 bits: "2002:cb00:7109::1" to "2002:cb00:7100::/40". */
str desensitise_address(struct arena *arena, str address);
/* "Mozilla/5.0 (Windows NT 10.0; …) … Firefox/131.0" to "Firefox on Windows"; "Other" for what is not known. */
str desensitise_agent(struct arena *arena, str agent);
/* Its first half alone: "Firefox", "Other"; empty for an empty one. Static text. */
str desensitise_product(str agent);
/* Milliseconds since 1970 to the day in UTC: "2026-11-24". */
str desensitise_time(struct arena *arena, int64_t ms);

#endif
