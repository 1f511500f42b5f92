/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Anonymisation (obligation 1.21): a table nobody can link back, the operator included.
 *
 * The result is a function of the values alone: who a record is about is used to make sure that nobody is in the table
 * twice, and dropped. No key is involved, no pseudonym, no order. Identifying columns are left out, all others are
 * made coarser, step by step and for all records alike, until nearly every record agrees in every column with k - 1
 * others (k-anonymity; Datafly's way of choosing what to coarsen); the records that do not are left out, and never
 * fewer than k of them, so that what is missing points at nobody either. Every column counts as one by which somebody
 * could be recognised: there are none that are passed on as they are.
 */
#ifndef PRIVACY_ANONYMISE_H
#define PRIVACY_ANONYMISE_H

#include "base/arena.h"

enum { ANONYMISE_COLUMNS_MAX = 8, ANONYMISE_K_MIN = 5, ANONYMISE_LEFT_OUT_PERCENT = 10 };

enum anonymise_kind {
    ANONYMISE_DROP,    /* identifies: left out */
    ANONYMISE_PHONE,   /* calling code, nothing */
    ANONYMISE_ADDRESS, /* /24 or /48, /16 or /32, nothing */
    ANONYMISE_AGENT,   /* "Firefox on Windows", "Firefox", nothing */
    ANONYMISE_DAY,     /* "2026-11-24": day, month, year, nothing */
    ANONYMISE_WORD,    /* of a fixed list of the program's (a language): itself, nothing */
};

struct anonymise_column {
    const char *name;
    enum anonymise_kind kind;
};

struct anonymise_record {
    uint64_t subject;
    const str *values; /* one a column */
};

/* A class of records that agree in all that is left of them. */
struct anonymous_row {
    const str *values; /* one a column left; "*": nothing */
    size_t count;      /* ≥ k */
};

struct anonymous_table {
    const char *columns[ANONYMISE_COLUMNS_MAX];
    size_t column_count;
    const struct anonymous_row *rows; /* by value, in byte order */
    size_t row_count;
    size_t left_out; /* records: 0, or ≥ k */
};

/* RC_INVALID: k below ANONYMISE_K_MIN, too many columns, or a subject with two records. */
enum rc anonymise(struct arena *arena, const struct anonymise_column *columns, size_t column_count,
                  const struct anonymise_record *records, size_t record_count, size_t k,
                  struct anonymous_table *ret_table, struct error *err) MUST_USE;

#endif
