/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* versions.json: what is declared of each version of a series. policy/README.md describes its members. */
#ifndef PRIVACY_POLICY_MANIFEST_H
#define PRIVACY_POLICY_MANIFEST_H

#include "privacy/policy_text.h"
#include "json/json.h"

struct clause_list {
    str *ids;
    size_t count;
};

/* What a version declares of its changes, and what its texts are pinned with. */
struct policy_declared {
    struct clause_list changes[POLICY_CHANGE_COUNT]; /* by kind of major change */
    struct clause_list other, editorial, removed;
    str sha256[LANGUAGE_COUNT];
};

/* Fills what versions.json says into series->versions and, item by item, *ret_declared. RC_INVALID. */
enum rc policy_manifest_read(struct arena *arena, str text, struct policy_series *series,
                             struct policy_declared **ret_declared, struct error *err) MUST_USE;

bool clause_list_has(const struct clause_list *list, str id);

#endif
