/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/policy_notice.h"

#include "api/server_notices.h"
#include "privacy/policy_page.h"
#include "store/account_data.h"
#include "json/json.h"

#include <stdlib.h>

enum { BATCH = 50 };

static str address_of(struct tx *tx, struct server *server, const struct policy_version *version,
                      enum language language)
{
    return arena_printf(tx->arena, "%.*s/policy/archive/%.*s?lang=%s", STR_ARG(server->config->server.public_url),
                        STR_ARG(version->version), language_tag(language));
}

static str notice_of(struct tx *tx, struct server *server, const struct policy_version *version)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc), *documents = yyjson_mut_obj(doc);
    json_set_str(doc, object, "version", version->version);
    json_set_str(doc, object, "announced", version->announced);
    json_set_str(doc, object, "effective", version->effective);
    json_set_bool(doc, object, "needs_consent", policy_version_asks(version));
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        yyjson_mut_val *text = yyjson_mut_obj(doc);
        json_set_str(doc, text, "says", version->says[l]);
        json_set_str(doc, text, "url", address_of(tx, server, version, (enum language)l));
        json_set(doc, documents, language_tag((enum language)l), text);
    }
    json_set(doc, object, "documents", documents);
    return json_mut_text(tx->arena, object);
}

/* The same in the person's room for notices, where every client shows it. Not pinned: it will be in force by itself. */
static struct announcement announcement_of(struct tx *tx, struct server *server, const struct policy_version *version)
{
    static const char *const words[LANGUAGE_COUNT] = {
        "A new version of the privacy policy takes effect on %.*s. %.*s\n%.*s",
        "隐私政策的新版本将于 %.*s 生效。%.*s\n%.*s",
    };
    struct announcement announcement = {0};
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        announcement.text[l] = arena_printf(tx->arena, words[l], STR_ARG(version->effective), STR_ARG(version->says[l]),
                                            STR_ARG(address_of(tx, server, version, (enum language)l)));
    return announcement;
}

/* Told already, perhaps before a restart? */
static enum rc tell(struct tx *tx, struct server *server, uint64_t user, str notice,
                    const struct announcement *announcement)
{
    str had;
    enum rc rc = account_data_get(tx, user, 0, S(POLICY_NOTICE_TYPE), &had);
    if (rc == RC_OK && str_eq(had, notice))
        return RC_OK;
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    rc = account_data_set(tx, user, 0, S(POLICY_NOTICE_TYPE), notice);
    if (rc == RC_LIMITED || rc == RC_NOT_FOUND)
        return RC_OK; /* no place, or erased: the pages announce it anyhow */
    TRY(rc);
    return server_notices_tell(tx, server, announcement, user);
}

static enum rc next_people(struct tx *tx, uint64_t after, uint64_t people[BATCH], size_t *ret_count)
{
    struct db_query q;
    *ret_count = 0;
    TRY(db_query(tx_chat(tx), &q, "SELECT nid FROM user WHERE nid > ?1 AND flags & ?2 = 0 ORDER BY nid LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)after);
    db_bind_i64(&q, 2, USER_DEACTIVATED | USER_GUEST | USER_SERVER | USER_MACHINE);
    db_bind_i64(&q, 3, BATCH);
    while (db_next(&q))
        people[(*ret_count)++] = (uint64_t)db_column_i64(&q, 0);
    return db_done(&q, NULL);
}

/* How far the telling has come; a commit that fails leaves it where it was. */
struct progress {
    struct server *server;
    uint64_t told_up_to;
};

static void publish(struct store *store, void *arg)
{
    const struct progress *progress = arg;
    (void)store;
    progress->server->policy_told_up_to = progress->told_up_to;
    free(arg);
}

enum rc policy_notice_job(struct tx *tx, struct server *server)
{
    const struct policy_version *version = policy_to_come(&server->policy->main, env_now_ms(tx->env));
    uint64_t people[BATCH];
    size_t count;
    if (version != server->policy_told) {
        server->policy_told = version;
        server->policy_told_up_to = 0;
    }
    if (!version)
        return RC_OK;
    TRY(next_people(tx, server->policy_told_up_to, people, &count));
    if (!count)
        return RC_OK;
    str notice = notice_of(tx, server, version);
    struct announcement announcement = announcement_of(tx, server, version);
    for (size_t i = 0; i < count; i++)
        TRY(tell(tx, server, people[i], notice, &announcement));
    struct progress *progress = xcalloc(1, sizeof *progress);
    *progress = (struct progress){server, people[count - 1]};
    tx_after_commit(tx, publish, free, progress);
    return RC_OK;
}
