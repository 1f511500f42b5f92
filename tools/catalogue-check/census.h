/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Does the catalogue account for everything (obligation 0.8)? Run by each build: a column of any store, a log field, a
 * header, a cookie or a key of the web app's storage that neither a row of the catalogue nor technical.c names fails
 * it, and so does a name that nothing uses any more.
 *
 * Columns are asked of the databases the migrations make. The rest is found in the sources: a name the check cannot see
 * (put together at run time) is a finding too.
 */
#ifndef CATALOGUE_CENSUS_H
#define CATALOGUE_CENSUS_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "catalogue/catalogue.h"

#include <sqlite3.h>

/* A name the catalogue accounts for. */
struct claim {
    enum place place;
    str table, name;
    const char *by;
    bool is_value; /* of the vault's table of values, which many rows share */
    bool seen;
};

struct census {
    struct arena arena;
    struct strbuf report; /* one finding a line */
    size_t findings;
    VEC(struct claim) claims;
};

/* Reads the catalogue; names that two entries claim, or that a row uses and does not claim, are findings. */
void census_init(struct census *census);
void census_fini(struct census *census);
void census_find(struct census *census, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Something is stored, logged or sent under this name. where: for the finding, if nobody accounts for it. */
void census_seen(struct census *census, enum place place, str table, str name, str where);
/* Every column of the database. */
void census_columns(struct census *census, enum place place, sqlite3 *db);
/* path: as shown in findings, from the root of the tree; it decides what is looked for. */
void census_c_source(struct census *census, str path, str text);
void census_web_source(struct census *census, str path, str text);
/* At the end: what is claimed and was never seen. */
void census_unused(struct census *census);

#endif
