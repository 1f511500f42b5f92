/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The catalogue's kinds in words: a stable name for programs, a title for people. */
#ifndef CATALOGUE_WORDS_H
#define CATALOGUE_WORDS_H

#include "base/strbuf.h"
#include "catalogue/catalogue.h"

const char *class_name(enum data_class class);
const char *class_title(enum data_class class, enum language language);
const char *grade_name(enum data_grade grade);
const char *grade_title(enum data_grade grade, enum language language);
const char *place_name(enum place place);
const char *place_title(enum place place, enum language language);
const char *export_name(enum export_form form);
const char *export_title(enum export_form form, enum language language);
const char *masking_name(enum masking masking);
const char *masking_title(enum masking masking, enum language language);
const char *erasure_name(enum erasure erasure);
const char *erasure_title(enum erasure erasure, enum language language);
const char *topic_name(enum topic topic);
const char *topic_title(enum topic topic, enum language language);
const char *retention_name(enum retention_rule rule);
/* How long a row of it stays: "1 day". */
void retention_add_words(struct strbuf *out, const struct catalogue_row *row, enum language language);

#endif
