/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef API_VOIP_H
#define API_VOIP_H

#include "api/server.h"

/* At start: reads turn.secret_file into server->turn_secret, empty without one. err says what is wrong with it. */
enum rc voip_read_secret(struct server *server, struct error *err) MUST_USE;

#endif
