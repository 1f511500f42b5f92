/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/erasure_job.h"

#include "api/accounts.h"
#include "api/sign_in.h"
#include "api/terms.h"
#include "media/file.h"
#include "privacy/audit.h"
#include "privacy/erasure.h"

enum { LOOK_EVERY_MS = 60 * 1000 }; /* a hold may have been lifted */

/* ---- one subject ---- */

static enum rc end_account(struct tx *tx, struct server *server, const struct erasure_record *erasure)
{
    const struct consent_issuer issuer = terms_issuer_of(server);
    const struct user *user;
    TRY(users_get(tx, erasure->subject, &user));
    return erasure->cause == ERASURE_FOUND ? account_shut_out(tx, user) : account_close(tx, &issuer, user, false);
}

static enum rc begin(struct tx *tx, struct server *server, const struct erasure_record *erasure)
{
    const struct audit_entry entry = {.kind = AUDIT_ERASURE,
                                      .subject = erasure->subject,
                                      .purpose = PURPOSE_RIGHTS,
                                      .detail = S("the key is destroyed")};
    TRY(end_account(tx, server, erasure));
    TRY(audit_append(tx, &entry));
    return erasure_begin(tx, erasure->subject);
}

static enum rc go_on(struct tx *tx, struct server *server, const struct erasure_record *erasure)
{
    const struct consent_issuer issuer = terms_issuer_of(server);
    struct erasure_files files;
    const struct user *user;
    bool clean;
    /* A commit may have got no further than the vault. */
    TRY(users_get(tx, erasure->subject, &user));
    if (!(user->flags & USER_DEACTIVATED))
        TRY(account_shut_out(tx, user));
    TRY(erasure_turn(tx, erasure->subject, &files, &clean));
    /* Before their rows are gone for good: should this turn be undone, the next finds the rows again. With the key gone
     * nobody could read them. */
    for (size_t i = 0; i < files.count; i++)
        media_file_remove(server->media, files.names[i]);
    if (!clean || !store_logs_are_emptied(server->store))
        return RC_OK;
    return erasure_end(tx, &issuer, erasure);
}

/* ---- the job ---- */

static enum rc find_lost(struct tx *tx, struct server *server)
{
    TRY(erasures_find_lost(tx, server->erasure_seen, &server->erasure_seen));
    server->erasure_seen_all = server->erasure_seen == 0;
    return RC_OK;
}

static enum rc work(struct tx *tx, struct server *server, int64_t *ret_look_ms)
{
    struct erasure_record erasure;
    int64_t next_ms;
    if (!server->erasure_seen_all)
        return find_lost(tx, server);
    enum rc rc = erasures_due(tx, &erasure, &next_ms);
    if (rc == RC_NOT_FOUND) {
        *ret_look_ms = next_ms < *ret_look_ms ? next_ms : *ret_look_ms;
        return RC_OK;
    }
    TRY(rc);
    *ret_look_ms = 0;
    return erasure.begun_ms ? go_on(tx, server, &erasure) : begin(tx, server, &erasure);
}

enum rc erasure_job(struct tx *tx, struct server *server)
{
    int64_t now = env_now_ms(tx->env), look_ms = now + LOOK_EVERY_MS;
    if (now < server->erasure_look_ms && server->erasure_look_ms < now + 2 * LOOK_EVERY_MS)
        return RC_OK;
    bool searching = !server->erasure_seen_all;
    enum rc rc = work(tx, server, &look_ms);
    server->erasure_look_ms = rc == RC_OK && searching ? 0 : look_ms;
    return rc;
}
