/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Result codes and error texts.
 *
 * Every function that can fail returns an `enum rc` and, where a reader needs to know more, fills an
 * optional `struct error`. Results come back through `ret_x` parameters that are set only on RC_OK.
 * Texts are for operators and developers: they never hold a secret or a personal value.
 * Only `api/error.c` turns an rc into an HTTP status and a Matrix `M_…` code.
 */
#ifndef BASE_RC_H
#define BASE_RC_H

enum rc {
    RC_OK = 0,
    RC_INVALID,      /* input is not of the demanded form */
    RC_BAD_JSON,     /* well-formed JSON of the wrong shape */
    RC_NOT_JSON,     /* not JSON at all */
    RC_FORBIDDEN,    /* a rule says no */
    RC_UNAUTHORIZED, /* nobody is signed in, or the token is unknown */
    RC_NOT_FOUND,
    RC_EXISTS, /* taken, or there already */
    RC_TOO_LARGE,
    RC_LIMITED, /* a rate or a quota is used up */
    RC_EXPIRED,
    RC_UNSUPPORTED,
    RC_BUSY,   /* try again later: overload, drain */
    RC_STORE,  /* the disk or the database failed */
    RC_CRYPTO, /* a seal or signature does not verify, or a key is gone */
    RC_IO,
    RC_NOMEM,
    RC_INTERNAL,
};

#define MUST_USE __attribute__((warn_unused_result))

/* A failure in words. `rc` repeats what the function returned. */
struct error {
    enum rc rc;
    char text[240];
};

/* The rc's name in lower case, for logs. Static text. */
const char *rc_name(enum rc rc);

/* Fills err (may be NULL) and returns rc, so that `return error_set(err, RC_X, "…")` reads well. */
enum rc error_set(struct error *err, enum rc rc, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Evaluates an expression of type enum rc and returns it from the current function unless it is RC_OK. */
#define TRY(expression)                                                                                                \
    do {                                                                                                               \
        enum rc try_rc_ = (expression);                                                                                \
        if (try_rc_ != RC_OK)                                                                                          \
            return try_rc_;                                                                                            \
    } while (0)

#endif
