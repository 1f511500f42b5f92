/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Between the way of an attempt (uia.c) and what passes its stages (uia_judge.c). */
#ifndef API_UIA_PRIVATE_H
#define API_UIA_PRIVATE_H

#include "api/uia.h"
#include "api/uia_session.h"

struct uia_attempt {
    struct uia_session session;
    yyjson_val *auth;
    uint32_t stage;     /* 0: only a look at how things stand */
    str password, hash; /* UIA_PASSWORD */
    bool right_user, password_fits;
    unsigned char parameters[CRYPTO_SHA256_SIZE]; /* of this request */
    bool lost;                                    /* it names a session there is none of */
    bool waived;                                  /* there is nothing to prove */
    const char *errcode, *error;                  /* why the stage was not passed */
};

/* Why the stage is not passed. Returns false. errcode and error are static. */
bool uia_refuse(struct uia_attempt *attempt, const char *errcode, const char *error);

/* WRITE. Is the attempt's stage passed? What it leaves is in the attempt's session; when it is not, the attempt says
 * why. */
enum rc uia_judge(struct call *call, struct uia_attempt *attempt, bool *ret_passed) MUST_USE;
/* WRITE. All is done: uses up the session's registration token. It may have been taken back while the other steps were
 * done; then another has to be given, and *ret_passed is false. */
enum rc uia_use_token(struct call *call, struct uia_attempt *attempt, bool *ret_passed) MUST_USE;

#endif
