/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A look at a data folder from outside: a read tx with connections of its own, also beside a running server. It has no
 * store and no keys: what is sealed stays so, and what asks for the store must not be called.
 */
#ifndef STORE_LOOK_H
#define STORE_LOOK_H

#include "store/tx.h"

enum rc store_look(const char *folder, struct arena *arena, struct tx *ret_tx, struct error *err) MUST_USE;
void store_look_end(struct tx *tx);

#endif
