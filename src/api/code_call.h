/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What asking for a code and giving it back have in common, whichever way it is sent (phone_codes.c, email_codes.c). */
#ifndef API_CODE_CALL_H
#define API_CODE_CALL_H

#include "api/call.h"
#include "store/codes.h"

/* client_secret and send_attempt of the body. */
enum rc code_call_read(struct call *call, str *ret_client_secret, int64_t *ret_send_attempt) MUST_USE;
/* WRITE. Fills in who asks, counts, begins. When too much was asked for, the answer of 429 is made. */
enum rc code_call_start(struct call *call, struct code_request *request, struct code_start *ret_begun) MUST_USE;
/* Answers with the session and where its code is given back. */
void code_call_answer(struct call *call, str sid, const char *submit_path);
/* The name the messages go out under. */
str code_call_operator(struct call *call);

/* A handler: WRITE, of {sid, client_secret, token}, as the Identity Service API has it. */
enum rc code_call_submit(struct call *call);

#endif
