/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The policy people read, and its supplements: part of the program, or of the folder policy.root names, with the
 * operator's details from the configuration filled in. Made once at start; immutable afterwards.
 *
 * A series is one document through its versions: the policy itself, or the supplement of one optional purpose
 * (obligation 0.3). versions.json lists them (privacy/policy_manifest.h); the newest has its texts in <language>.md,
 * the others in archive/<version>/<language>.md. What a version must satisfy stands in privacy/policy_rules.h.
 *
 * Texts are a small part of Markdown: "# title", "## N section", "### heading", paragraphs, "- items", **emphasis**.
 * Each clause begins with its number, in the policy that of its obligation: <!-- 1.7 -->.
 */
#ifndef PRIVACY_POLICY_TEXT_H
#define PRIVACY_POLICY_TEXT_H

#include "base/language.h"
#include "base/strbuf.h"
#include "catalogue/purpose.h"
#include "crypto/crypto.h"

enum { POLICY_SECTIONS = 9 }; /* 0 introduction … 8 contact; a supplement has one, without a title */

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
    str source;                               /* as written, with {{places}} to fill in */
    str text;                                 /* the whole, filled in */
    unsigned char sha256[CRYPTO_SHA256_SIZE]; /* of text */
    str sha256_hex;
    struct policy_section *sections;
    size_t section_count;
};

/* The six kinds of major change (obligation 6.3). */
enum policy_change {
    POLICY_SERVICE_MODEL, /* purposes, kinds of information, ways of use */
    POLICY_OWNERSHIP,     /* and organisation */
    POLICY_RECIPIENTS,
    POLICY_RIGHTS, /* and how to use them */
    POLICY_CONTACT,
    POLICY_HIGH_RISK, /* an assessment found one */
    POLICY_CHANGE_COUNT,
};
/* Stable and public: "service_model". */
const char *policy_change_name(enum policy_change change);
const char *policy_change_words(enum policy_change change, enum language language);

struct policy_version {
    str version, announced, effective;  /* "2", "2026-11-24" */
    int64_t announced_ms, effective_ms; /* these days' beginning in UTC */
    int notice_days;
    uint32_t major;      /* 1u << policy_change */
    bool lessens_rights; /* obligation 6.1 */
    str says[LANGUAGE_COUNT];
    struct policy_document documents[LANGUAGE_COUNT];
};
/* Whether people are bound by it only through a yes of their own. */
static inline bool policy_version_asks(const struct policy_version *version)
{
    return version->major || version->lessens_rights;
}

struct policy_series {
    str name;                        /* empty: the policy; else the purpose whose supplement it is */
    struct policy_version *versions; /* oldest first */
    size_t count;                    /* 0: there is no such supplement */
};

struct policy {
    struct arena arena;
    struct policy_series main, supplements[PURPOSE_COUNT];
    str status_html[LANGUAGE_COUNT]; /* what of the software does not work yet; empty: nothing */
};

/* root NULL: what is built in. RC_INVALID, with words for whoever wrote the texts: they break a rule. */
enum rc policy_new(const char *root, const struct policy_operator *operator, struct policy ** ret_policy,
                   struct error *err) MUST_USE;
void policy_free(struct policy **policy);

/* The version in force at that time; before the first takes effect, the first. */
const struct policy_version *policy_in_force(const struct policy_series *series, int64_t at_ms);
/* The next one, if it is announced by then and not in force yet; NULL: none. */
const struct policy_version *policy_to_come(const struct policy_series *series, int64_t at_ms);
/* By name; NULL: none. */
const struct policy_version *policy_version_find(const struct policy_series *series, str version);
/* Whether anything between the version agreed to (NULL: none) and `to` needs a yes of the person's own. */
bool policy_asks_between(const struct policy_version *agreed, const struct policy_version *to);

/* "2026-11-24" to that day's beginning in UTC. RC_INVALID. */
enum rc policy_day_ms(str day, int64_t *ret_ms) MUST_USE;

/* s with &, <, > and " escaped. */
void html_add_escaped(struct strbuf *out, str s);
/* A form's hidden field. */
void html_add_hidden(struct strbuf *out, const char *name, str value);

#endif
