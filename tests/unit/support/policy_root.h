/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A folder of policy texts: version 1, and a version 2 that a test describes. */
#ifndef TESTS_SUPPORT_POLICY_ROOT_H
#define TESTS_SUPPORT_POLICY_ROOT_H

#include "privacy/policy_text.h"
#include "support/cmocka.h"
#include "support/folder.h"

#include <stdio.h>
#include <sys/stat.h>

/* A clause with other words; words NULL: it is gone. id NULL: none. */
struct policy_edit {
    const char *id, *words;
};

struct policy_second {
    const char *days;    /* "\"announced\":…,\"effective\":…,\"notice_days\":…"; NULL: with 30 days of notice */
    const char *changes; /* more members of its object, with "changes" */
    struct policy_edit en[3], zh[3];
    bool unpinned;
};

static inline void policy_root_put(const struct folder *folder, const char *name, str text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fwrite(text.ptr, 1, text.len, file);
    fclose(file);
}

static inline str policy_root_text(struct arena *arena, const char *language, const struct policy_edit *edits)
{
    struct strbuf text = STRBUF_INIT;
    strbuf_printf(&text, "# Policy in %s of {{operator.name}}\n", language);
    for (int section = 0; section < POLICY_SECTIONS; section++) {
        strbuf_printf(&text, "\n## %d Section %d\n\n", section, section);
        for (int n = 1; n <= 2; n++) {
            char id[8];
            snprintf(id, sizeof id, "%d.%d", section, n);
            const char *words = "The words of this clause.";
            for (int i = 0; edits && i < 3 && edits[i].id; i++)
                if (strcmp(edits[i].id, id) == 0)
                    words = edits[i].words;
            if (words)
                strbuf_printf(&text, "<!-- %s --> %s\n\n", id, words);
        }
    }
    str result = strbuf_to_arena(&text, arena);
    strbuf_fini(&text);
    return result;
}

static inline str policy_root_pin(struct arena *arena, str text)
{
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256(text, digest);
    return crypto_hex(arena, str_from(digest, sizeof digest));
}

static inline str policy_root_version(struct arena *arena, const char *name, const char *members, str en, str zh)
{
    return arena_printf(arena,
                        "{\"version\":\"%s\",%s,\"says\":{\"en\":\"What is new.\",\"zh-CN\":\"新内容。\"},"
                        "\"sha256\":{\"en\":\"%.*s\",\"zh-CN\":\"%.*s\"}}",
                        name, members, STR_ARG(policy_root_pin(arena, en)), STR_ARG(policy_root_pin(arena, zh)));
}

/* Version 1 in force from 2027-01-01; the second, as described, from 2027-03-03 if nothing else is said. */
static inline void policy_root_write(const struct folder *folder, const struct policy_second *second)
{
    struct arena arena = ARENA_INIT;
    char path[600];
    str en[2] = {policy_root_text(&arena, "en", NULL), policy_root_text(&arena, "en", second->en)};
    str zh[2] = {policy_root_text(&arena, "zh", NULL), policy_root_text(&arena, "zh", second->zh)};
    const char *days = second->days;
    if (!days)
        days = "\"announced\":\"2027-02-01\",\"effective\":\"2027-03-03\",\"notice_days\":30";
    str members = arena_printf(&arena, "%s,%s", days, second->changes);
    str first = policy_root_version(
        &arena, "1", "\"announced\":\"2027-01-01\",\"effective\":\"2027-01-01\",\"notice_days\":0,\"changes\":{}",
        en[0], zh[0]);
    str next = policy_root_version(&arena, "2", members.ptr, second->unpinned ? S("") : en[1], zh[1]);
    snprintf(path, sizeof path, "%s/archive", folder->path);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/archive/1", folder->path);
    mkdir(path, 0700);
    policy_root_put(folder, "archive/1/en.md", en[0]);
    policy_root_put(folder, "archive/1/zh-CN.md", zh[0]);
    policy_root_put(folder, "en.md", en[1]);
    policy_root_put(folder, "zh-CN.md", zh[1]);
    policy_root_put(folder, "versions.json", arena_printf(&arena, "[%.*s,%.*s]", STR_ARG(first), STR_ARG(next)));
    arena_fini(&arena);
}

static inline enum rc policy_root_load(const struct folder *folder, struct policy **ret_policy, struct error *err)
{
    const struct policy_operator operator= {.name = S("Example")};
    return policy_new(folder->path, &operator, ret_policy, err);
}

#endif
