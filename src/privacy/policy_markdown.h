/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From the policy's Markdown to HTML. */
#ifndef PRIVACY_POLICY_MARKDOWN_H
#define PRIVACY_POLICY_MARKDOWN_H

#include "privacy/policy_text.h"

/* Cuts document->text into its sections (in the arena) and sets document->title. with_ids: clauses carry their
 * obligation number as id. */
enum rc policy_markdown_sections(struct arena *arena, struct policy_document *document, bool with_ids,
                                 struct policy_section ret_sections[POLICY_SECTIONS], struct error *err) MUST_USE;

#endif
