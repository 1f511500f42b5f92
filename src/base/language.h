/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The languages the server itself speaks: policy, messages, its few pages. */
#ifndef BASE_LANGUAGE_H
#define BASE_LANGUAGE_H

#include "base/str.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH_CN, LANGUAGE_COUNT };

/* "en" and "zh-CN". */
const char *language_tag(enum language language);
/* The exact tag, in any case; LANGUAGE_COUNT when there is none such. */
enum language language_of_tag(str tag);
/* The best of an Accept-Language header (RFC 9110 section 12.5.4); English when nothing fits. */
enum language language_of_header(str accept_language);
/* What most people of a region ("CN") read. */
enum language language_of_region(str region);

/* What stands between two parts of a sentence, with the blank that belongs to it: ", " and "，", ": " and "：". */
const char *language_comma(enum language language);
const char *language_colon(enum language language);

#endif
