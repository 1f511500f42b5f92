/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Links into a room: whoever holds one may join as if its maker had invited them. Tokens are stored as hashes, so that
 * a link is shown once, when it is made.
 */
#ifndef STORE_INVITE_LINKS_H
#define STORE_INVITE_LINKS_H

#include "store/tx.h"

enum { INVITE_LINKS_PER_ROOM = 100 };

struct invite_link {
    str id;
    uint64_t room_nid, maker_nid;
    int64_t created_ms;
    int64_t expires_ms; /* 0: never */
    int64_t max_uses;   /* 0: any number */
    int64_t uses;
};

/* WRITE. Draws id and token. RC_LIMITED: the room has its fill of links. */
enum rc invite_links_add(struct tx *tx, struct invite_link *link_in_out, str *ret_token) MUST_USE;
/* Living links of a room, oldest first. */
enum rc invite_links_list(struct tx *tx, uint64_t room_nid, struct invite_link **ret_links, size_t *ret_count) MUST_USE;
/* RC_NOT_FOUND: no such link; RC_EXPIRED: it has run out. */
enum rc invite_links_find(struct tx *tx, str token, struct invite_link *ret_link) MUST_USE;
enum rc invite_links_count_use(struct tx *tx, str id) MUST_USE; /* WRITE */
/* WRITE. RC_NOT_FOUND: not one of the room's. */
enum rc invite_links_remove(struct tx *tx, uint64_t room_nid, str id) MUST_USE;

#endif
