/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Nothing is kept longer than the catalogue says, and no erasure is late (obligations 4.2, 5.5). */
#include "privacy/retention.h"
#include "privacy/checks/checks.h"
#include "store/look.h"

static struct check_result judge(struct arena *arena, struct tx *tx)
{
    struct retention_line *lines;
    size_t count;
    int64_t late, rooms;
    if (retention_rooms_overdue(tx, &rooms) != RC_OK)
        return check_bad(arena, "the stores do not say which rooms are due");
    if (retention_status(tx, &lines, &count) != RC_OK || retention_erasures_overdue(tx, &late) != RC_OK)
        return check_bad(arena, "the stores do not say what is overdue");
    for (size_t i = 0; i < count; i++)
        if (lines[i].overdue)
            return check_bad(arena, "%lld rows of %s are overdue", (long long)lines[i].overdue,
                             catalogue_row(lines[i].field)->name);
    if (rooms)
        return check_bad(arena, "messages of %lld rooms are overdue", (long long)rooms);
    if (late)
        return check_bad(arena, "%lld erasures are overdue", (long long)late);
    return check_good(
        arena, "nothing of %zu kinds with a fixed time is overdue, nor a room's messages, and no erasure is late",
        count);
}

struct check_result check_retention(struct arena *arena, const char *folder);
struct check_result check_retention(struct arena *arena, const char *folder)
{
    struct error err = {.text = ""};
    struct tx tx;
    if (store_look(folder, arena, &tx, &err) != RC_OK)
        return check_bad(arena, "the stores do not open: %s", err.text);
    struct check_result result = judge(arena, &tx);
    store_look_end(&tx);
    return result;
}
