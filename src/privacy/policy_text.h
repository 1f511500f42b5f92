/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The policy people read: policy/<language>.md, part of the program, with the operator's details from the
 * configuration filled in. Made once at start; immutable afterwards.
 *
 * The files are a small part of Markdown: front matter (version, effective), "# title", "## N section", "### heading",
 * paragraphs, "- items", **emphasis**. Each clause begins with the number of its obligation: <!-- 1.7 -->.
 */
#ifndef PRIVACY_POLICY_TEXT_H
#define PRIVACY_POLICY_TEXT_H

#include "base/language.h"
#include "base/strbuf.h"
#include "crypto/crypto.h"

enum { POLICY_SECTIONS = 9 }; /* 0 introduction … 8 contact */

/* What is filled in. Empty values are replaced by words that say so. */
struct policy_operator {
    str name, email, officer_email, phone, address, court, law, region;
};

struct policy_section {
    str title;
    str html; /* p, h3, ul, li, strong only, everything else escaped */
};

struct policy_document {
    enum language language;
    str title;
    str text;                                 /* the whole, filled in */
    unsigned char sha256[CRYPTO_SHA256_SIZE]; /* of text */
    str sha256_hex;
    struct policy_section sections[POLICY_SECTIONS];
};

struct policy {
    struct arena arena;
    str version, effective;
    struct policy_document documents[LANGUAGE_COUNT];
};

/* RC_INVALID: a file is not of the form above (a mistake of the source, found by its test). */
enum rc policy_new(const struct policy_operator *operator, struct policy ** ret_policy, struct error *err) MUST_USE;
void policy_free(struct policy **policy);

/* The document as a complete HTML page without scripts, clauses with their numbers as ids. */
void policy_write_page(const struct policy *policy, enum language language, struct strbuf *out);

/* s with &, <, > and " escaped. */
void html_add_escaped(struct strbuf *out, str s);

#endif
