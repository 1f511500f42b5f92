/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The catalogue: every personal field once (obligations 0.8, 4.7). Access, sealing and uniqueness are driven by it.
 */
#ifndef PRIVACY_CATALOGUE_H
#define PRIVACY_CATALOGUE_H

#include "privacy/personal.h"

/* Obligation 0.8: personal information identifies; sensitive information can harm when it leaks. */
enum data_class { CLASS_PERSONAL, CLASS_SENSITIVE };

/* How far it may travel inside the operator: each grade asks more of who reads it. */
enum data_grade {
    GRADE_SHARED = 1,     /* what the people one talks with see anyway */
    GRADE_INTERNAL = 2,   /* the running service and support */
    GRADE_RESTRICTED = 3, /* named staff with a reason */
    GRADE_SECRET = 4,     /* no person: only the code that checks it */
};

/* Who writes it. */
enum data_keeper {
    KEEPER_VAULT,        /* personal_set() */
    KEEPER_USER_PROFILE, /* users_set_profile(), which keeps the snapshots others see */
    KEEPER_USER_CREATE,  /* users_create(), once */
};

struct catalogue_row {
    enum personal_field field;
    const char *name; /* the vault's field; also what the subject is shown */
    enum data_class class;
    enum data_grade grade;
    uint32_t purposes; /* 1 << enum purpose */
    bool unique;       /* no two subjects may have the same value */
    bool blind;        /* findable by value */
    bool several;      /* one per item (a device), not one per subject */
    enum data_keeper keeper;
};

const struct catalogue_row *catalogue_row(enum personal_field field);

#endif
