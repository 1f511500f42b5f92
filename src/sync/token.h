/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Positions clients hold: "s<pos>" in the stored stream, which survives restarts, and for what is only in memory
 * (typing, presence) "_<typing>_<presence>_<boot>", which counts from zero in each process: a token of another boot
 * is read with those at zero. A fifth part is there when the answer carried messages to the device: how far they
 * reach. Who comes back with it has them.
 */
#ifndef SYNC_TOKEN_H
#define SYNC_TOKEN_H

#include "base/strbuf.h"

struct sync_token {
    int64_t pos;       /* everything up to and including it has been delivered */
    int64_t typing;    /* rooms_typing_serial() */
    int64_t presence;  /* presence_serial() */
    int64_t to_device; /* messages to the device are delivered up to here: not beyond pos, and usually pos */
    bool carried;      /* the answer had some */
};

/* boot: any number that differs from process to process. RC_INVALID for what no server of ours gave out. A bare
 * "s<pos>" (and "t<pos>", as /messages gives) is accepted. */
enum rc sync_token_parse(str text, uint32_t boot, struct sync_token *ret_token) MUST_USE;
void sync_token_add(struct strbuf *buf, const struct sync_token *token, uint32_t boot);

#endif
