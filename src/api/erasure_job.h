/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The job that erases whoever is due (obligations 5.4, 5.5): a turn at a time, the one due longest first. */
#ifndef API_ERASURE_JOB_H
#define API_ERASURE_JOB_H

#include "api/server.h"
#include "store/gate.h"

/* Closing an account leaves rooms and withdraws consents in the person's name. */
#define ERASURE_JOB_ACT                                                                                                \
    {                                                                                                                  \
        .actor = ACTOR_SERVICE, .purpose = PURPOSE_RIGHTS,                                                             \
        .purposes = PURPOSE_BIT(PURPOSE_RIGHTS) | PURPOSE_BIT(PURPOSE_SERVICE) | PURPOSE_BIT(PURPOSE_MESSAGING)        \
                    | PURPOSE_BIT(PURPOSE_RETENTION),                                                                  \
        .basis = BASIS_CONTRACT                                                                                        \
    }

enum rc erasure_job(struct tx *tx, struct server *server) MUST_USE;

#endif
