/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a subject has left in the stores, by kind: for the subject's own access (obligation 5.1). All in the arena. */
#ifndef STORE_OWN_H
#define STORE_OWN_H

#include "store/tx.h"

struct own_row {
    str id;            /* media: its id; filter: its number; invite link: its id */
    str text;          /* alias; filter; reason of a report; type of media */
    str name;          /* of a media file */
    uint64_t room_nid; /* 0: not about a room */
    uint64_t device_nid;
    int64_t made_ms, expires_ms, number; /* number: bytes of media, uses of a link, kind of a report */
};
struct own_rows {
    struct own_row *items;
    size_t count;
};

enum rc own_media(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_aliases(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_filters(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_reports(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_invite_links(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_third_party_invites(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
/* Published keys of devices as JSON texts, and what each is called; identity keys have no name. */
enum rc own_device_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_one_time_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_fallback_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_cross_signing_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
/* name: what is signed; text: the signature; id: by which key; number: whose it is, a user's. */
enum rc own_key_signatures(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;
enum rc own_sessions(struct tx *tx, uint64_t subject, struct own_rows *ret_rows) MUST_USE;

/* The subject's events behind position `from`, oldest first, at most `limit`, of a stretch of the stream of bounded
 * length. *ret_next: where to go on; 0 at the end. They are held until the arena goes. */
enum rc own_events(struct tx *tx, uint64_t subject, int64_t from, size_t limit, const struct event ***ret_events,
                   size_t *ret_count, int64_t *ret_next) MUST_USE;

#endif
