/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The gate: the only way from a sealed value to one that can be read (obligations 1.18, 1.20, 4.8).
 *
 * The store unseals into a `struct personal` and can go no further; privacy/gate.c, above it, implements what is
 * declared here and decides. So nothing in the program reads personal data except in an act that says who does it and
 * for what.
 */
#ifndef STORE_GATE_H
#define STORE_GATE_H

#include "catalogue/catalogue.h"
#include "catalogue/personal_value.h"
#include "store/tx.h"

enum actor {
    ACTOR_NOBODY,  /* an act nobody filled in: everything is refused */
    ACTOR_USER,    /* a signed-in person, or one who signs in or up; what they may see is the endpoint's business */
    ACTOR_SERVICE, /* the program's own machinery: start-up, indexes, delivery of what the person asked for */
    ACTOR_JOB,     /* works through many subjects: retention, exports. Audited */
    ACTOR_COMMAND, /* the operator's command line. Audited */
    ACTOR_STAFF,   /* audited */
    ACTOR_COUNT,
};
const char *actor_name(enum actor actor);
static inline bool actor_is_audited(enum actor actor)
{
    return actor >= ACTOR_JOB;
}

/* An act of processing: what a tx is for. Declared by the endpoint, job or command, never by the code that reads. */
struct act {
    enum actor actor;
    uint64_t actor_nid;     /* the user's or staff member's; 0 */
    enum purpose purpose;   /* the main one */
    uint32_t purposes;      /* PURPOSE_BIT()s: it and what else the act declares */
    enum legal_basis basis; /* BASIS_CONTRACT for the service itself; a purpose that needs consent asks for it anyhow,
                             * unless the basis is another of the ten with a reason */
    const char *reason;     /* named, for the ten and for audited actors: goes on the subject's record */
};

/*
 * Releases a value. Refused with RC_FORBIDDEN, and recorded, when the act does not declare the purpose, the catalogue
 * does not list it for the field, or neither live consent nor a basis with a reason allows it. When the act's actor is
 * audited the entry is written before the value is released, which needs a writable tx. The result lives as long as
 * the value. NULL gives an empty str and needs no permission.
 */
enum rc gate_release(struct tx *tx, uint64_t subject, enum personal_field field, enum purpose purpose,
                     const struct personal *value, str *ret_value) MUST_USE;
/* The same decision without a value: before handing out what is already in memory in the clear (rooms' events). */
enum rc gate_check(struct tx *tx, uint64_t subject, enum personal_field field, enum purpose purpose) MUST_USE;

#endif
