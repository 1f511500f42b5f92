/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef API_ANSWER_H
#define API_ANSWER_H

#include "api/call.h"

/* Sends what the call has become: its answer, or the error an rc stands for. The call is gone afterwards. */
void call_finish(struct call *call, enum rc rc);
/* An answer without a call: no endpoint stands behind it. errcode NULL: no body. */
void answer_error(struct http_request *request, int status, const char *errcode, const char *text);
/* 405; allowed: for the Allow header. */
void answer_wrong_method(struct http_request *request, str allowed);

#endif
