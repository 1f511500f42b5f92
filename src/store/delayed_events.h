/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Events to be sent later (MSC4140): scheduled, then finalised, as sent, cancelled or failed. What is to be said is
 * sealed under its author's key; the id, which is a key to it for whoever knows it, is found by a keyed hash. Of one
 * that was sent nothing is kept but which event it became; the finalised go after a day (the catalogue's row).
 */
#ifndef STORE_DELAYED_EVENTS_H
#define STORE_DELAYED_EVENTS_H

#include "store/tx.h"

/* Stands for a device as the origin of an event that was delayed; the transaction is then the delay id. */
#define DELAYED_DEVICE UINT64_MAX

enum {
    DELAYED_ID_LEN = 32,
    DELAYED_FINALISED_MAX = 1000, /* of one person; the oldest go first */
};

/* A number is a stored format: only add at the end. */
enum delayed_outcome { DELAYED_SCHEDULED, DELAYED_SENT, DELAYED_CANCELLED, DELAYED_FAILED };

struct delayed_event {
    uint64_t nid, user_nid, room_nid;
    int64_t delay_ms, since_ms, due_ms; /* since: when it was scheduled or restarted; due: since + delay */
    int64_t done_ms;                    /* when it was finalised; 0: scheduled */
    enum delayed_outcome outcome;
    bool by_action; /* finalised by somebody, not by its time */
    str id, type, content;
    str state_key; /* ptr NULL: a message */
    str event_id;  /* of one that was sent */
    str error;     /* of one that failed: a JSON object */
};

/* WRITE. Schedules for now + delay_ms; ids and times are filled in. */
enum rc delayed_add(struct tx *tx, uint64_t device_nid, str txn_id, struct delayed_event *event) MUST_USE;
/* The id of what the device has scheduled for the room, of that type, under the transaction id. RC_NOT_FOUND. */
enum rc delayed_find_txn(struct tx *tx, uint64_t user_nid, uint64_t device_nid, uint64_t room_nid, str type, str txn_id,
                         str *ret_id) MUST_USE;
/* RC_NOT_FOUND, also when its author's key is gone. */
enum rc delayed_find(struct tx *tx, str id, struct delayed_event *ret_event) MUST_USE;
enum rc delayed_get(struct tx *tx, uint64_t nid, struct delayed_event *ret_event) MUST_USE;
/* How many the user has scheduled, and when the first is due. */
enum rc delayed_count(struct tx *tx, uint64_t user_nid, int64_t *ret_count, int64_t *ret_first_ms) MUST_USE;

/* WRITE. Starts its time anew. */
enum rc delayed_restart(struct tx *tx, struct delayed_event *event) MUST_USE;
/* WRITE. With outcome, by_action, event_id and error as they are set. */
enum rc delayed_finalise(struct tx *tx, struct delayed_event *event) MUST_USE;
/* WRITE. */
enum rc delayed_remove(struct tx *tx, uint64_t nid) MUST_USE;
/* WRITE. All the user's, scheduled or not. */
enum rc delayed_drop_all(struct tx *tx, uint64_t user_nid) MUST_USE;

/* Numbers of those due, longest first, and when the next will be (INT64_MAX: none is scheduled). */
enum rc delayed_due(struct tx *tx, size_t limit, uint64_t **ret_nids, size_t *ret_count, int64_t *ret_next_ms) MUST_USE;
/* WRITE. The clock was set back: none waits longer than its delay from now on. */
enum rc delayed_clock_set_back(struct tx *tx) MUST_USE;

/* ---- lists ---- */

enum delayed_order { DELAYED_BY_DUE, DELAYED_BY_DONE, DELAYED_BY_SINCE };
struct delayed_question {
    uint64_t user_nid;
    enum delayed_order order; /* BY_DONE: the due time of those that are scheduled */
    bool backwards;
    int64_t from_ms, from_nid; /* behind this place, in the direction asked */
    int scheduled;             /* 1 or 0; -1: both */
    int outcome, by_action;    /* likewise; only finalised ones have one */
    uint64_t room_nid;         /* 0: any */
    str type;                  /* empty: any */
};
/* Up to limit events, and whether there are more. */
enum rc delayed_list(struct tx *tx, const struct delayed_question *question, size_t limit,
                     struct delayed_event **ret_events, size_t *ret_count, bool *ret_more) MUST_USE;
int64_t delayed_order_ms(const struct delayed_event *event, enum delayed_order order);

#endif
