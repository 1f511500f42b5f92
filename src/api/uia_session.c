/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/uia_session.h"

#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>

/* Sessions are few and short: one lock. In order of age, so that the oldest goes when the table is full. */
struct node {
    struct uia_session session;
    struct node *older, *newer;
};

struct uia {
    struct env *env;
    pthread_mutex_t lock;
    struct map by_id;
    struct node *oldest, *newest;
};

struct uia *uia_new(struct env *env)
{
    struct uia *uia = xcalloc(1, sizeof *uia);
    uia->env = env;
    pthread_mutex_init(&uia->lock, NULL);
    return uia;
}

static void node_remove(struct uia *uia, struct node *node)
{
    *(node->older ? &node->older->newer : &uia->oldest) = node->newer;
    *(node->newer ? &node->newer->older : &uia->newest) = node->older;
    map_remove_str(&uia->by_id, str_of(node->session.id));
    crypto_wipe(node, sizeof *node);
    free(node);
}

void uia_free(struct uia **uia)
{
    if (!*uia)
        return;
    while ((*uia)->oldest)
        node_remove(*uia, (*uia)->oldest);
    map_fini(&(*uia)->by_id);
    pthread_mutex_destroy(&(*uia)->lock);
    free(*uia);
    *uia = NULL;
}

static void make_room(struct uia *uia, int64_t now)
{
    while (uia->oldest && (uia->oldest->session.until_ms <= now || uia->by_id.count >= UIA_SESSIONS))
        node_remove(uia, uia->oldest);
}

void uia_session_add(struct uia *uia, struct uia_session *session_in_out)
{
    struct arena arena = ARENA_INIT;
    struct node *node = xcalloc(1, sizeof *node);
    int64_t now = env_steady_ms(uia->env);
    str id = crypto_random_name(uia->env, &arena, UIA_ID_LENGTH);
    memcpy(session_in_out->id, id.ptr, id.len);
    session_in_out->id[id.len] = 0;
    session_in_out->until_ms = now + UIA_SESSION_LIFE_MS;
    node->session = *session_in_out;
    arena_fini(&arena);
    pthread_mutex_lock(&uia->lock);
    make_room(uia, now);
    node->older = uia->newest;
    *(uia->newest ? &uia->newest->newer : &uia->oldest) = node;
    uia->newest = node;
    map_put_str(&uia->by_id, str_of(node->session.id), node);
    pthread_mutex_unlock(&uia->lock);
}

enum rc uia_session_get(struct uia *uia, str id, struct uia_session *ret_session)
{
    int64_t now = env_steady_ms(uia->env);
    pthread_mutex_lock(&uia->lock);
    struct node *node = map_get_str(&uia->by_id, id);
    bool living = node && node->session.until_ms > now;
    if (living)
        *ret_session = node->session;
    pthread_mutex_unlock(&uia->lock);
    return living ? RC_OK : RC_NOT_FOUND;
}

void uia_session_set(struct uia *uia, const struct uia_session *session)
{
    pthread_mutex_lock(&uia->lock);
    struct node *node = map_get_str(&uia->by_id, str_of(session->id));
    if (node)
        node->session = *session;
    pthread_mutex_unlock(&uia->lock);
}

void uia_session_remember(struct uia *uia, const struct uia_session *session)
{
    pthread_mutex_lock(&uia->lock);
    struct node *node = map_get_str(&uia->by_id, str_of(session->id));
    if (node) {
        memcpy(node->session.remembered, session->remembered, sizeof session->remembered);
        node->session.remembered_len = session->remembered_len;
    }
    pthread_mutex_unlock(&uia->lock);
}

void uia_session_remove(struct uia *uia, str id)
{
    pthread_mutex_lock(&uia->lock);
    struct node *node = map_get_str(&uia->by_id, id);
    if (node)
        node_remove(uia, node);
    pthread_mutex_unlock(&uia->lock);
}

int64_t uia_sessions_holding(struct uia *uia, str token, str except)
{
    int64_t count = 0, now = env_steady_ms(uia->env);
    pthread_mutex_lock(&uia->lock);
    for (const struct node *node = uia->oldest; node; node = node->newer) {
        const struct uia_session *session = &node->session;
        count += session->until_ms > now && !session->made_user_nid && str_eq(str_of(session->token), token)
                 && !str_eq(str_of(session->id), except);
    }
    pthread_mutex_unlock(&uia->lock);
    return count;
}
