/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Retention, by the catalogue (obligations 1.2, 4.2): every row has a date of death or a reason to have none. What is
 * over its time is removed, or made coarse, in turns of bounded work; what law holds (store/holds.h) is left alone.
 */
#ifndef PRIVACY_RETENTION_H
#define PRIVACY_RETENTION_H

#include "catalogue/catalogue.h"
#include "store/tx.h"

enum {
    RETENTION_TURN = 500,                /* rows */
    RETENTION_GRACE_MS = 15 * 60 * 1000, /* the job comes by more often than this */
};

/* WRITE, in an act of PURPOSE_RETENTION. *ret_more: something may be left for another turn. What was removed of each
 * kind is an entry of the audit. */
enum rc retention_turn(struct tx *tx, bool *ret_more) MUST_USE;

struct retention_line {
    enum personal_field field;
    int64_t overdue; /* rows that should have been gone for longer than the grace */
};

/* One line a field that days count for, in the catalogue's order. */
enum rc retention_status(struct tx *tx, struct retention_line **ret_lines, size_t *ret_count) MUST_USE;
/* Erasures that are due for longer than the grace, are not held and have not ended. */
enum rc retention_erasures_overdue(struct tx *tx, int64_t *ret_overdue) MUST_USE;

/* Messages end when their room says so (store/lifetimes.h). Not persistent: a process begins anew, as the operator's
 * bounds may have changed. */
struct retention_rooms {
    uint64_t looked_at; /* rooms up to this number */
    int64_t at_ms;      /* the clock then: set back since, what was looked at is looked at again */
    void (*remove_file)(void *ctx, str name); /* an upload that ended with its message */
    void *ctx;
};
/* WRITE, in an act of PURPOSE_RETENTION, as often as a second. Buries what is over in rooms that are due. */
enum rc retention_rooms_turn(struct tx *tx, struct retention_rooms *rooms) MUST_USE;
/* Rooms that should have been looked at for longer than the grace. */
enum rc retention_rooms_overdue(struct tx *tx, int64_t *ret_rooms) MUST_USE;

const char *retention_rule_name(enum retention_rule rule);

#endif
