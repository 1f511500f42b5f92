/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Typing, receipts and presence that wait to be told (spec: Application Service API, "Pushing EDUs"). In memory only,
 * and bounded: what is about a moment is worth little later.
 */
#ifndef COURIER_NEWS_H
#define COURIER_NEWS_H

#include "base/vec.h"
#include "courier/interest.h"
#include "store/gate.h"
#include "sync/presence.h"

enum {
    NEWS_ROOMS = 256,        /* further ones are not told of */
    NEWS_PEOPLE = 256,       /* likewise */
    NEWS_BYTES = 128 * 1024, /* of one transaction: what is over waits for the next */
};

struct news_room {
    uint64_t nid;
    bool typing;           /* who types has changed */
    int64_t receipts_from; /* receipts behind this position are new; -1: none are */
};

struct news {
    VEC(struct news_room) rooms;
    VEC(uint64_t) people; /* whose presence has changed */
};

void news_fini(struct news *news);
static inline bool news_is_empty(const struct news *news)
{
    return !news->rooms.count && !news->people.count;
}
/* receipts_from as above. */
void news_note_room(struct news *news, uint64_t room_nid, bool typing, int64_t receipts_from);
void news_note_person(struct news *news, uint64_t user_nid);
void news_note_all(struct news *news, const struct news *more);
void news_clear(struct news *news);

/* Whose data, and which, a transaction holds; the service's own people are not among them. */
struct subject {
    uint64_t nid;
    enum personal_field field;
};
typedef VEC(struct subject) subjects;

/* Takes out what fits and appends the events that are the service's to see, comma-separated. `to` is a position that
 * was read before tx began. presence may be NULL: it is off. */
enum rc news_add(struct news *news, struct tx *tx, struct interest *interest, struct presence *presence, int64_t to,
                 subjects *ret_subjects, struct strbuf *out) MUST_USE;

#endif
