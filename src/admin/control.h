/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The control socket: how `parley admin` asks a running server. A Unix socket in the data folder, for its owner only;
 * one JSON object a line each way. A thread of its own serves it, one command after another.
 */
#ifndef ADMIN_CONTROL_H
#define ADMIN_CONTROL_H

#include "admin/accounts.h"

struct control;

/* policy outlives it. */
enum rc control_start(struct store *store, const struct policy *policy, str data_folder, struct control **ret_control,
                      struct error *err) MUST_USE;
/* Finishes the command under way. Before the store closes. */
void control_stop(struct control **control);

/* The other side: has the running server carry the request out. RC_NOT_FOUND with *ret_no_server set: none is running.
 */
enum rc control_ask(str data_folder, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                    bool *ret_no_server, struct error *err) MUST_USE;

#endif
