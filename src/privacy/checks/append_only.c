/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The consent ledger (0.2, 1.17), the record of who looked at what (4.8) and what the budget of statistics was spent on
 * (1.23) refuse to be changed, whoever asks: the triggers that see to it are there. */
#include "privacy/checks/checks.h"

static struct check_result look(struct arena *arena, const char *folder, const char *table, const char *name)
{
    static const char *const refusals[] = {"replaced", "changed", "removed"};
    struct error err = {.text = ""};
    str *triggers;
    size_t count;
    if (check_schema(arena, folder, "vault.db", "trigger", &triggers, &count, &err) != RC_OK)
        return check_bad(arena, "the vault does not open: %s", err.text);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (!check_has(triggers, count, arena_printf(arena, "%s_is_not_%s", table, refusals[i])))
            return check_bad(arena, "an entry of the %s can be %s: a trigger is missing", name, refusals[i]);
    }
    return check_good(arena, "the %s can only be added to", name);
}

struct check_result check_consent_ledger(struct arena *arena, const char *folder);
struct check_result check_consent_ledger(struct arena *arena, const char *folder)
{
    return look(arena, folder, "consent", "consent ledger");
}

struct check_result check_audit_ledger(struct arena *arena, const char *folder);
struct check_result check_audit_ledger(struct arena *arena, const char *folder)
{
    return look(arena, folder, "audit", "audit");
}

struct check_result check_statistics_ledger(struct arena *arena, const char *folder);
struct check_result check_statistics_ledger(struct arena *arena, const char *folder)
{
    return look(arena, folder, "statistics_release", "budget of statistics");
}
