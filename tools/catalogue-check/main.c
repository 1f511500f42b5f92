/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* usage: catalogue-check ROOT [STAMP DEPFILE]. STAMP is written when nothing was found; DEPFILE says what was read. */
#include "census.h"
#include "store/store_private.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

static const char advice[] = "\nWhat is about a person gets a row in src/catalogue/rows_*.c (its name: "
                             "src/catalogue/field.h); what is nobody's an\n"
                             "entry with the reason in src/catalogue/technical.c. Then it is on the page \"What we "
                             "hold\", in the export, in erasure\n"
                             "and in retention. docs/catalogue.md has the steps.\n";

struct walk {
    struct census *census;
    const char *root;
    struct strbuf read; /* paths, for the depfile */
};

static void note_read(struct walk *walk, const char *path)
{
    strbuf_add_char(&walk->read, ' ');
    for (const char *c = path; *c; c++) {
        if (*c == ' ')
            strbuf_add_char(&walk->read, '\\');
        strbuf_add_char(&walk->read, *c);
    }
}

static str read_whole(struct census *census, const char *path)
{
    FILE *file = fopen(path, "rb");
    struct strbuf text = STRBUF_INIT;
    size_t got = 0;
    if (!file)
        census_find(census, "%.200s cannot be read", path);
    do {
        text.len += got;
        got = file ? fread(strbuf_reserve(&text, 65536), 1, 65536, file) : 0;
    } while (got > 0);
    if (file)
        fclose(file);
    str whole = strbuf_to_arena(&text, &census->arena);
    strbuf_fini(&text);
    return whole;
}

static void check_file(struct walk *walk, str path)
{
    bool is_c = str_ends(path, S(".c")) || str_ends(path, S(".h")) || str_ends(path, S(".cpp"));
    bool is_web =
        str_ends(path, S(".ts")) || str_ends(path, S(".tsx")) || str_ends(path, S(".js")) || str_ends(path, S(".html"));
    if (!is_c && !is_web)
        return;
    const char *full = arena_printf(&walk->census->arena, "%s/%.*s", walk->root, STR_ARG(path)).ptr;
    str text = read_whole(walk->census, full);
    note_read(walk, full);
    if (is_c)
        census_c_source(walk->census, path, text);
    else
        census_web_source(walk->census, path, text);
}

static void check_folder(struct walk *walk, str folder)
{
    const char *full = arena_printf(&walk->census->arena, "%s/%.*s", walk->root, STR_ARG(folder)).ptr;
    const struct dirent *found;
    DIR *dir = opendir(full);
    if (!dir)
        return;
    note_read(walk, full); /* a new file changes it */
    while ((found = readdir(dir))) {
        struct stat st;
        str path = arena_printf(&walk->census->arena, "%.*s/%s", STR_ARG(folder), found->d_name);
        const char *entry = arena_printf(&walk->census->arena, "%s/%s", full, found->d_name).ptr;
        if (found->d_name[0] == '.' || stat(entry, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            check_folder(walk, path);
        else
            check_file(walk, path);
    }
    closedir(dir);
}

static void check_store(struct census *census, enum place place, const struct db_migration *steps, size_t count)
{
    sqlite3 *db = NULL;
    bool ok = sqlite3_open(":memory:", &db) == SQLITE_OK;
    for (size_t i = 0; ok && i < count; i++)
        ok = sqlite3_exec(db, steps[i].sql, NULL, NULL, NULL) == SQLITE_OK;
    if (ok)
        census_columns(census, place, db);
    else
        census_find(census, "a store cannot be made: %s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static bool write_file(const char *path, str text)
{
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (file)
        ok &= fclose(file) == 0;
    return ok;
}

static bool leave_stamp(const struct walk *walk, const char *stamp, const char *depfile)
{
    struct strbuf text = STRBUF_INIT;
    strbuf_printf(&text, "%s:", stamp);
    strbuf_add(&text, strbuf_str(&walk->read));
    strbuf_add_char(&text, '\n');
    bool ok = write_file(stamp, S("")) && write_file(depfile, strbuf_str(&text));
    strbuf_fini(&text);
    return ok;
}

int main(int argc, char **argv)
{
    struct census census;
    if (argc != 2 && argc != 4) {
        fprintf(stderr, "usage: catalogue-check ROOT [STAMP DEPFILE]\n");
        return 2;
    }
    census_init(&census);
    check_store(&census, PLACE_CHAT, schema_chat, schema_chat_count);
    check_store(&census, PLACE_VAULT, schema_vault, schema_vault_count);
    check_store(&census, PLACE_KEYS, schema_keys, schema_keys_count);
    check_store(&census, PLACE_SEARCH, schema_search, schema_search_count);
    struct walk walk = {.census = &census, .root = argv[1], .read = STRBUF_INIT};
    check_folder(&walk, S("src"));
    check_folder(&walk, S("web/src"));
    check_folder(&walk, S("web/public"));
    check_folder(&walk, S("policy/pages"));
    check_file(&walk, S("web/index.html"));
    census_unused(&census);
    bool ok = census.findings == 0;
    if (!ok)
        fprintf(stderr, "%.*s%s", STR_ARG(strbuf_str(&census.report)), advice);
    else if (argc == 4)
        ok = leave_stamp(&walk, argv[2], argv[3]);
    strbuf_fini(&walk.read);
    census_fini(&census);
    return ok ? 0 : 1;
}
