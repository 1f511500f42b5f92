/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The consent ledger refuses to be changed, whoever asks: its triggers are there (0.2, 1.17). */
#include "privacy/checks/checks.h"

struct check_result check_consent_ledger(struct arena *arena, const char *folder);
struct check_result check_consent_ledger(struct arena *arena, const char *folder)
{
    struct error err = {.text = ""};
    str *triggers;
    size_t count;
    if (check_schema(arena, folder, "vault.db", "trigger", &triggers, &count, &err) != RC_OK)
        return check_bad(arena, "the vault does not open: %s", err.text);
    if (!check_has(triggers, count, S("consent_is_not_changed"))
        || !check_has(triggers, count, S("consent_is_not_removed")))
        return check_bad(arena, "the consent ledger can be changed: a trigger is missing");
    return check_good(arena, "the consent ledger can only be added to");
}
