/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/badge.h"

#include "store/gate.h"
#include "store/receipts.h"
#include "sync/judge.h"
#include "sync/unread.h"

#include <stdlib.h>

/* As of when a room was counted. */
struct seen_room {
    int64_t joined_pos, receipt_pos, read_pos;
};

struct person {
    struct reckoning reckoning;
    int64_t account_data_pos; /* newer: rules, or whom they ignore, may have changed */
    struct map rooms;         /* nid → struct seen_room */
};

struct badges {
    struct judge *judge;
    struct map people; /* nid → struct person */
    size_t most_people;
};

struct badges *badges_new(void)
{
    struct badges *badges = xcalloc(1, sizeof *badges);
    badges->judge = judge_new();
    badges->most_people = BADGES_PEOPLE;
    return badges;
}

void badges_bound(struct badges *badges, size_t people)
{
    badges->most_people = people;
}

size_t badges_kept(const struct badges *badges)
{
    return badges->people.count;
}

static void map_free_values(struct map *map)
{
    void *value;
    for (size_t cursor = 0; (value = map_next(map, &cursor, NULL, NULL));)
        free(value);
    map_fini(map);
    *map = MAP_INIT;
}

static void people_forget(struct badges *badges)
{
    struct person *person;
    for (size_t cursor = 0; (person = map_next(&badges->people, &cursor, NULL, NULL));) {
        reckoning_fini(&person->reckoning);
        map_free_values(&person->rooms);
    }
    map_free_values(&badges->people);
}

void badges_free(struct badges **badges)
{
    if (!*badges)
        return;
    people_forget(*badges);
    judge_free(&(*badges)->judge);
    free(*badges);
    *badges = NULL;
}

static struct person *person_get(struct badges *badges, const struct user *user)
{
    struct person *person = map_get(&badges->people, user->nid);
    if (!person) {
        if (badges->people.count >= badges->most_people)
            people_forget(badges);
        person = xcalloc(1, sizeof *person);
        map_put(&badges->people, user->nid, person);
    }
    if (person->account_data_pos != user->account_data_pos)
        reckoning_forget(&person->reckoning);
    person->account_data_pos = user->account_data_pos;
    return person;
}

/* Receipts are everybody's; only a look at the person's own tells whose have moved. */
static enum rc room_refresh(struct sync_request *request, struct person *person, const struct room *room,
                            const struct user_room *mine)
{
    struct seen_room *seen = map_get(&person->rooms, room->nid);
    if (!seen) {
        seen = xcalloc(1, sizeof *seen);
        map_put(&person->rooms, room->nid, seen);
    }
    if (seen->joined_pos == mine->pos && seen->receipt_pos == room->receipt_pos)
        return RC_OK;
    int64_t read_pos;
    TRY(receipts_read_pos(request->tx, room, request->user->nid, &read_pos));
    if (seen->joined_pos != mine->pos || seen->read_pos != read_pos)
        reckoning_of_room(&person->reckoning, room->nid)->valid = false;
    *seen = (struct seen_room){mine->pos, room->receipt_pos, read_pos};
    return RC_OK;
}

static enum rc room_count(struct sync_request *request, struct person *person, const struct user_room *mine,
                          int64_t *total)
{
    const struct room *room;
    struct unread unread;
    TRY(rooms_get(request->tx, mine->room_nid, &room));
    TRY(room_refresh(request, person, room, mine));
    TRY(unread_count(request, room, mine, &unread));
    *total += unread.notify;
    return RC_OK;
}

static enum rc count_rooms(struct badges *badges, struct tx *tx, const struct user *user, int64_t upto,
                           int64_t *ret_unread)
{
    struct person *person = person_get(badges, user);
    struct sync_request request = {.tx = tx,
                                   .arena = tx->arena,
                                   .user = user,
                                   .reckoning = &person->reckoning,
                                   .judge = badges->judge,
                                   .now_ms = env_now_ms(tx->env)};
    *ret_unread = 0;
    request.next.pos = upto;
    TRY(gate_check(tx, user->nid, FIELD_EVENT, PURPOSE_MESSAGING));
    TRY(ignored_users_load(tx, user->nid, &request.ignored));
    for (size_t i = 0; i < user->rooms->count; i++)
        if (user->rooms->rooms[i].membership == MEMBERSHIP_JOIN && user->rooms->rooms[i].pos <= upto)
            TRY(room_count(&request, person, &user->rooms->rooms[i], ret_unread));
    return RC_OK;
}

enum rc badges_unread(struct badges *badges, struct tx *tx, uint64_t user_nid, int64_t *ret_unread)
{
    const struct user *user;
    int64_t upto = tx_pos(tx); /* before anything is read */
    TRY(users_get(tx, user_nid, &user));
    enum rc rc = count_rooms(badges, tx, user, upto, ret_unread);
    judge_forget(badges->judge);
    return rc;
}
