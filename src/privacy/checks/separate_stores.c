/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keys, personal fields and chat are in stores of their own (4.3, 4.5). */
#include "privacy/checks/checks.h"

struct check_result check_separate_stores(struct arena *arena, const char *folder);
struct check_result check_separate_stores(struct arena *arena, const char *folder)
{
    static const struct {
        const char *store, *has;
    } HOMES[] = {{"chat.db", "event"}, {"vault.db", "personal"}, {"keys.db", "data_key"}};
    struct error err = {.text = ""};
    for (size_t i = 0; i < 3; i++) {
        str *tables;
        size_t count;
        if (check_schema(arena, folder, HOMES[i].store, "table", &tables, &count, &err) != RC_OK)
            return check_bad(arena, "%s does not open: %s", HOMES[i].store, err.text);
        for (size_t k = 0; k < 3; k++) {
            if (check_has(tables, count, str_of(HOMES[k].has)) != (i == k))
                return check_bad(arena, "%s is %s the table %s", HOMES[i].store, i == k ? "without" : "with",
                                 HOMES[k].has);
        }
    }
    return check_good(arena, "chat, personal fields and keys are apart");
}
