/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_manifest.h"

enum { VERSIONS_MAX = 500, NAME_MAX_LEN = 16, NOTICE_DAYS_MAX = 3650 };

static const struct {
    const char *name, *words[LANGUAGE_COUNT];
} changes[POLICY_CHANGE_COUNT] = {
    [POLICY_SERVICE_MODEL] = {"service_model", {"how the service works and uses information", "服务模式及信息的使用"}},
    [POLICY_OWNERSHIP] = {"ownership", {"ownership or organisation", "所有权或组织结构"}},
    [POLICY_RECIPIENTS] = {"recipients", {"who receives information", "信息接收方"}},
    [POLICY_RIGHTS] = {"rights", {"your rights and how to use them", "您的权利及其行使方式"}},
    [POLICY_CONTACT] = {"contact", {"who is in charge and how to reach them", "负责部门及联系方式"}},
    [POLICY_HIGH_RISK] = {"high_risk", {"a high risk found by an assessment", "影响评估发现的高风险"}},
};

const char *policy_change_name(enum policy_change change)
{
    return changes[change].name;
}

const char *policy_change_words(enum policy_change change, enum language language)
{
    return changes[change].words[language];
}

bool clause_list_has(const struct clause_list *list, str id)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->ids[i], id))
            return true;
    return false;
}

/* ---- days ---- */

static bool digits_of(str text, size_t at, size_t count, int *ret_value)
{
    *ret_value = 0;
    for (size_t i = at; i < at + count; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *ret_value = *ret_value * 10 + (text.ptr[i] - '0');
    }
    return true;
}

/* Days since 1970 of a day of the Gregorian calendar, whose years are counted from March. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

enum rc policy_day_ms(str day, int64_t *ret_ms)
{
    int y, m, d;
    if (day.len != 10 || day.ptr[4] != '-' || day.ptr[7] != '-' || !digits_of(day, 0, 4, &y)
        || !digits_of(day, 5, 2, &m) || !digits_of(day, 8, 2, &d) || y < 1970 || m < 1 || m > 12 || d < 1)
        return RC_INVALID;
    int64_t days = days_of(y, m, d), next_month = m == 12 ? days_of(y + 1, 1, 1) : days_of(y, m + 1, 1);
    if (days >= next_month)
        return RC_INVALID;
    *ret_ms = days * 24 * 3600 * 1000;
    return RC_OK;
}

/* ---- one version ---- */

static bool is_name(str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(i && (c == '.' || c == '-')))
            return false;
    }
    return name.len && name.len <= NAME_MAX_LEN && !str_eq(name, S("compare"));
}

static enum rc read_day(yyjson_val *object, const char *key, str *ret_day, int64_t *ret_ms, struct error *err)
{
    TRY(json_need_str(object, key, ret_day, err));
    return policy_day_ms(*ret_day, ret_ms) == RC_OK
               ? RC_OK
               : error_set(err, RC_INVALID, "%s is not a day like 2026-11-24", key);
}

static enum rc read_list(struct arena *arena, yyjson_val *object, const char *key, struct clause_list *ret_list,
                         bool *ret_present, struct error *err)
{
    return json_get_strs(arena, object, key, &ret_list->ids, &ret_list->count, ret_present, err);
}

static enum rc read_changes(struct arena *arena, yyjson_val *object, struct policy_version *version,
                            struct policy_declared *declared, struct error *err)
{
    yyjson_val *kinds;
    size_t known = 0;
    TRY(json_need_object(object, "changes", &kinds, err));
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++) {
        bool present;
        TRY(read_list(arena, kinds, changes[i].name, &declared->changes[i], &present, err));
        version->major |= present ? 1u << i : 0;
        known += present;
    }
    return known == yyjson_obj_size(kinds) ? RC_OK : error_set(err, RC_INVALID, "changes names a kind there is not");
}

static enum rc read_in_each_language(yyjson_val *object, const char *key, str ret_words[LANGUAGE_COUNT],
                                     struct error *err)
{
    yyjson_val *languages;
    TRY(json_need_object(object, key, &languages, err));
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        TRY(json_need_str(languages, language_tag((enum language)l), &ret_words[l], err));
    return RC_OK;
}

static enum rc read_version(struct arena *arena, yyjson_val *object, struct policy_version *version,
                            struct policy_declared *declared, struct error *err)
{
    bool present;
    int64_t days;
    TRY(json_need_str(object, "version", &version->version, err));
    if (!is_name(version->version))
        return error_set(err, RC_INVALID, "a version's name has a-z, 0-9, . and - only, and is short");
    TRY(read_day(object, "announced", &version->announced, &version->announced_ms, err));
    TRY(read_day(object, "effective", &version->effective, &version->effective_ms, err));
    TRY(json_get_i64(object, "notice_days", -1, &days, err));
    if (days < 0 || days > NOTICE_DAYS_MAX)
        return error_set(err, RC_INVALID, "notice_days is missing or no number of days");
    version->notice_days = (int)days;
    TRY(json_get_bool(object, "lessens_rights", false, &version->lessens_rights, err));
    TRY(read_changes(arena, object, version, declared, err));
    TRY(read_list(arena, object, "other", &declared->other, &present, err));
    TRY(read_list(arena, object, "editorial", &declared->editorial, &present, err));
    TRY(read_list(arena, object, "removed", &declared->removed, &present, err));
    TRY(read_in_each_language(object, "says", version->says, err));
    return read_in_each_language(object, "sha256", declared->sha256, err);
}

enum rc policy_manifest_read(struct arena *arena, str text, struct policy_series *series,
                             struct policy_declared **ret_declared, struct error *err)
{
    yyjson_val *root;
    struct error inner = {0};
    TRY(json_parse(arena, text, &root, err));
    size_t count = yyjson_arr_size(root);
    if (!count || count > VERSIONS_MAX)
        return error_set(err, RC_INVALID, "is not a list of versions");
    series->versions = arena_array(arena, struct policy_version, count);
    *ret_declared = arena_array(arena, struct policy_declared, count);
    for (; series->count < count; series->count++) {
        size_t i = series->count;
        if (read_version(arena, yyjson_arr_get(root, i), &series->versions[i], &(*ret_declared)[i], &inner) != RC_OK)
            return error_set(err, RC_INVALID, "item %zu: %s", i, inner.text);
    }
    return RC_OK;
}
