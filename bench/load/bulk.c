/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/bulk.h"

#include <stdlib.h>

struct run {
    const struct bulk *bulk;
    size_t next, under_way;
    bool failed;
};

struct lane {
    struct wire wire;
    struct run *run;
    size_t index;
};

static void lane_next(struct lane *lane)
{
    struct run *run = lane->run;
    if (run->failed || run->next >= run->bulk->count)
        return;
    lane->index = run->next++;
    run->under_way++;
    run->bulk->make(run->bulk->ctx, lane->index, wire_begin(&lane->wire));
    wire_send(&lane->wire);
}

static void lane_answer(struct wire *wire, int status, str body)
{
    struct lane *lane = wire->owner;
    struct run *run = lane->run;
    run->under_way--;
    if (run->bulk->latency)
        histogram_add(run->bulk->latency, wire->client->now - wire->started);
    if (!run->failed && !run->bulk->take(run->bulk->ctx, lane->index, status, body))
        run->failed = true;
}

bool bulk_run(struct client *client, const struct bulk *bulk)
{
    struct run run = {.bulk = bulk};
    size_t lanes = bulk->connections < bulk->count ? bulk->connections : bulk->count;
    struct lane *lane = xcalloc(lanes + 1, sizeof *lane);
    for (size_t i = 0; i < lanes; i++) {
        lane[i].run = &run;
        wire_init(&lane[i].wire, client, lane_answer, &lane[i]);
    }
    do {
        for (size_t i = 0; i < lanes; i++) {
            if (!lane[i].wire.busy)
                lane_next(&lane[i]);
        }
        if (run.under_way > 0)
            client_turn(client, 1000);
    } while (run.under_way > 0 || (!run.failed && run.next < bulk->count));
    for (size_t i = 0; i < lanes; i++)
        wire_fini(&lane[i].wire);
    free(lane);
    return !run.failed;
}
