/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The sessions of user-interactive authentication: a bounded table, thread-safe. */
#ifndef API_UIA_SESSION_H
#define API_UIA_SESSION_H

#include "api/uia.h"
#include "crypto/crypto.h"
#include "store/registration_tokens.h"

enum { UIA_ID_LENGTH = 24, UIA_REMEMBERED_MAX = 1024 };

struct uia_session {
    char id[UIA_ID_LENGTH + 1];
    const struct uia_operation *operation;
    uint64_t user_nid;
    unsigned char parameters[CRYPTO_SHA256_SIZE]; /* of the request without "auth" */
    uint32_t completed;
    int64_t until_ms; /* steady clock */
    enum language language;
    struct uia_proof proofs[CODE_MEDIA];
    char token[REGISTRATION_TOKEN_ID + 1]; /* the registration token of which it holds a use; empty: none */
    uint64_t subject;                      /* whose contact was proven */
    uint64_t made_user_nid;                /* registration: the account it ended in */
    size_t remembered_len;
    char remembered[UIA_REMEMBERED_MAX]; /* any_parameters: the request's members beside "auth", as JSON */
};

/* A new session of the given operation, user and parameters; id and time are filled in. */
void uia_session_add(struct uia *uia, struct uia_session *session_in_out);
/* RC_NOT_FOUND: there is none, or its time is over. Copies. */
enum rc uia_session_get(struct uia *uia, str id, struct uia_session *ret_session) MUST_USE;
/* What a stage changed. Nothing happens if the session is gone. */
void uia_session_set(struct uia *uia, const struct uia_session *session);
/* Of it, the parameters remembered and nothing else. */
void uia_session_remember(struct uia *uia, const struct uia_session *session);
void uia_session_remove(struct uia *uia, str id);
/* How many living sessions but `except` hold a use of the registration token and have not made an account yet. */
int64_t uia_sessions_holding(struct uia *uia, str token, str except);

#endif
