/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * An act of processing: what a tx is for, and on whose behalf (obligations 1.18, 1.20). Declared by the endpoint, job
 * or command that opens the tx, never by the code that reads; the gate (store/gate.h) asks it at each personal value.
 */
#ifndef STORE_ACT_H
#define STORE_ACT_H

#include "catalogue/catalogue.h"

enum actor {
    ACTOR_NOBODY,     /* an act nobody filled in: everything is refused */
    ACTOR_USER,       /* a signed-in person, or one who signs in or up; what they may see is the endpoint's business */
    ACTOR_APPSERVICE, /* an application service, in the name of an account it keeps; the reason says which. Of others it
                       * is given only what the service itself is for */
    ACTOR_SERVICE,    /* the program's own machinery: start-up, indexes, delivery of what the person asked for */
    ACTOR_JOB,        /* works through many subjects: retention, exports. Audited */
    ACTOR_COMMAND,    /* the operator's command line. Audited */
    ACTOR_STAFF,      /* audited */
    ACTOR_COUNT,
};
const char *actor_name(enum actor actor);
/* Each release to them is an entry of the audit, and they name a reason. */
static inline bool actor_is_audited(enum actor actor)
{
    return actor >= ACTOR_JOB;
}

struct act {
    enum actor actor;
    uint64_t actor_nid;     /* the user's or staff member's; 0: not signed in, or nobody in particular */
    enum purpose purpose;   /* the main one */
    uint32_t purposes;      /* PURPOSE_BIT()s: it and what else the act declares */
    enum legal_basis basis; /* BASIS_CONTRACT for the service itself; a purpose that needs consent asks for it anyhow,
                             * unless the basis is another of the ten */
    const char *reason;     /* goes on the subject's record; audited actors and all bases but contract and consent are
                             * refused without one */
    enum data_grade grade;  /* of a member of staff: how far their role reaches; unset, nowhere (obligation 4.7) */
};

/* The program's own machinery, for one purpose; a constant. */
#define ACT_SERVICE(main)                                                                                              \
    {                                                                                                                  \
        .actor = ACTOR_SERVICE, .purpose = (main), .purposes = PURPOSE_BIT(main), .basis = BASIS_CONTRACT              \
    }

#endif
