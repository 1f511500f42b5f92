/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the bells ask of the waker. */
#ifndef WAKER_WAKER_PRIVATE_H
#define WAKER_WAKER_PRIVATE_H

#include "sync/badge.h"
#include "waker/bell.h"

/* Telling people's devices what they asked to be told. */
extern const struct act waker_act;

const struct waker_parts *waker_parts_of(const struct waker *waker);
struct loop *waker_loop(struct waker *waker);
struct badges *waker_badges(struct waker *waker);
/* False: too much is under way, and the bell is looked at again when something is not any more. */
bool waker_take_turn(struct waker *waker, struct bell *bell);
void waker_end_turn(struct waker *waker);
/* To be written down: how far the pusher was told, or that it goes. */
void waker_note_told(struct waker *waker, struct bell *bell);
/* Looks at the bell, which may be gone afterwards. */
void waker_look(struct waker *waker, struct bell *bell);

#endif
