/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The catalogue: what is known of each personal field, once (obligations 0.8, 4.7). Access, sealing, uniqueness,
 * export, erasure, retention and the page "What we hold" ask it. Each field has a row; what is stored and is nobody's
 * data stands in catalogue/technical.h. The build checks that together they account for every column, log field,
 * cookie, header and key of the browser's storage exactly once (tools/catalogue-check).
 */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include "catalogue/field.h"
#include "catalogue/purpose.h"

#include <stdbool.h>
#include <stddef.h>

/* Obligation 0.8: personal information identifies; sensitive information can harm when it leaks. */
enum data_class { CLASS_PERSONAL, CLASS_SENSITIVE };

/* How far it may travel inside the operator: each grade asks more of who reads it. */
enum data_grade {
    GRADE_SHARED = 1,     /* what the people one talks with see anyway */
    GRADE_INTERNAL = 2,   /* the running service and support */
    GRADE_RESTRICTED = 3, /* named staff with a reason */
    GRADE_SECRET = 4,     /* no person: only the code that checks it */
};

enum place {
    PLACE_CHAT,   /* a table of chat.db */
    PLACE_VAULT,  /* a table of vault.db */
    PLACE_KEYS,   /* a table of keys.db */
    PLACE_SEARCH, /* a table of search.db */
    PLACE_FILES,  /* a folder below the data folder */
    PLACE_MEMORY, /* gone with the process */
    PLACE_LOG,    /* a field of log lines */
    PLACE_COOKIE,
    PLACE_HEADER,
    PLACE_BROWSER, /* a key of the web app's storage, on the person's own device */
};

/* Tables under the data folder. */
static inline bool place_is_store(enum place place)
{
    return place == PLACE_CHAT || place == PLACE_VAULT || place == PLACE_KEYS || place == PLACE_SEARCH;
}

/* Who writes it. */
enum data_keeper {
    KEEPER_VAULT,        /* personal_set() */
    KEEPER_USER_PROFILE, /* users_set_profile(), which keeps the snapshots others see */
    KEEPER_USER_CREATE,  /* users_create(), once */
    KEEPER_MODULE,       /* the store file that owns the table */
};

/* When a row dies (obligation 4.2). Days count from the row's time column. */
enum retention_rule {
    RETENTION_ACCOUNT,     /* with the account, unless the person or what it belongs to (a device) removes it before */
    RETENTION_DAYS,        /* days after time_column */
    RETENTION_DESENSITISE, /* after days the value is replaced by its coarse form (1.2) */
    RETENTION_AFTER_ACCOUNT, /* days after the account ended: what law asks to be kept */
    RETENTION_ELSEWHERE,     /* the person's own device, or memory: nothing here to remove */
    RETENTION_FOR_GOOD,      /* what stays leads to nobody once the account is erased: `why_kept` */
};

enum export_form {
    EXPORT_VALUE,     /* as it is */
    EXPORT_ROWS,      /* a list of objects */
    EXPORT_FILES,     /* files beside the list */
    EXPORT_EXISTENCE, /* only that it is held: a secret (password hash, token hash) */
    EXPORT_NOT_HELD,  /* not on the server */
};

/* How it is shown to those who may not see it whole (obligation 4.6). */
enum masking { MASK_NOTHING_LEFT, MASK_PHONE, MASK_EMAIL, MASK_NAME, MASK_ADDRESS, MASK_AGENT, MASK_NOT_NEEDED };

/* What erasing the subject does to it, besides the key's destruction (obligations 4.3, 5.4). */
enum erasure {
    ERASE_ROWS,     /* every row of the subject is deleted */
    ERASE_KEY_ONLY, /* the row stays, unreadable: others' conversation keeps its shape */
    ERASE_FILES,    /* rows and files */
    ERASE_KEPT,     /* kept: `why_kept` says by what duty, for how long the retention */
    ERASE_CANNOT,   /* on the person's own device */
};

/* Under which heading people find it. */
enum topic {
    TOPIC_RECORDS, /* what was agreed to and done */
    TOPIC_ACCOUNT,
    TOPIC_DEVICES,
    TOPIC_ROOMS,
    TOPIC_CODES,
    TOPIC_SAFE, /* keys and copies */
    TOPIC_PASSING,
    TOPIC_BROWSER,
    TOPIC_COUNT,
};

struct catalogue_row {
    enum personal_field field;
    enum topic topic;
    const char *name; /* stable, public; a vault field's name in the store */
    const char *title[LANGUAGE_COUNT];
    const char *holds[LANGUAGE_COUNT]; /* one sentence for people: what it is */
    enum data_class class;
    enum data_grade grade;
    uint32_t purposes; /* PURPOSE_BIT()s */
    uint32_t bases;    /* BASIS_BIT()s that make a use lawful */
    enum place place;
    const char *table;   /* or folder, log field, cookie, header (lower case), storage ("localStorage",
                          * "sessionStorage", "indexedDB:STORE"); of memory, words of ours */
    const char *columns; /* of the table, or keys of the storage, separated by blanks: those this row accounts for */
    const char *subject_column; /* whose it is, by internal number; NULL: the rows do not say, they go by retention */
    const char *time_column;    /* ms since 1970, from which RETENTION_DAYS counts; NULL: none */
    enum retention_rule retention;
    int retention_days;
    enum export_form export;
    enum masking masking;
    enum erasure erasure;
    const char *why_kept[LANGUAGE_COUNT]; /* of ERASE_KEPT and ERASE_KEY_ONLY: one sentence for people */
    bool sealed;                          /* under the subject's key */
    bool unique;                          /* no two subjects may have the same value */
    bool blind;                           /* findable by value */
    bool several;                         /* one per item (a device), not one per subject */
    enum data_keeper keeper;
};

/* Of any field but FIELD_NONE, whose row is empty. */
const struct catalogue_row *catalogue_row(enum personal_field field);

#endif
