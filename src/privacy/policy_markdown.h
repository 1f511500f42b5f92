/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From the policy's Markdown to HTML. */
#ifndef PRIVACY_POLICY_MARKDOWN_H
#define PRIVACY_POLICY_MARKDOWN_H

#include "privacy/policy_text.h"

/* Cuts document->text into its sections (in the arena) and sets document->title. with_ids: clauses carry their number
 * as id. Without "## " lines there is one section, which has no title. */
void policy_markdown_sections(struct arena *arena, struct policy_document *document, bool with_ids,
                              struct policy_section **ret_sections, size_t *ret_count);
/* A text without title and sections. */
str policy_markdown_html(struct arena *arena, str text);
/* **emphasis** within a line. */
void policy_markdown_add_inline(struct strbuf *out, str text);

#endif
