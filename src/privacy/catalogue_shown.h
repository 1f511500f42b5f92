/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The catalogue as people and programs see it: the page "What we hold" and its data (obligations 0.8, 4.7). */
#ifndef PRIVACY_CATALOGUE_SHOWN_H
#define PRIVACY_CATALOGUE_SHOWN_H

#include "base/language.h"
#include "base/strbuf.h"
#include "json/json.h"

/* {"fields": […], "technical": […], "purposes": […]}, whole. */
yyjson_mut_val *catalogue_json(yyjson_mut_doc *doc);
/* A complete HTML page without scripts; each field's name is its anchor. */
void catalogue_write_page(enum language language, struct strbuf *out);

#endif
