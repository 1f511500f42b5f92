/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/language.h"

static const char *const tags[LANGUAGE_COUNT] = {[LANGUAGE_EN] = "en", [LANGUAGE_ZH_CN] = "zh-CN"};

const char *language_tag(enum language language)
{
    return tags[language];
}

enum language language_of_tag(str tag)
{
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        if (str_eq_nocase(tag, str_of(tags[i])))
            return (enum language)i;
    return LANGUAGE_COUNT;
}

/* Weight in thousandths: "q=0.8" is 800. Anything odd counts as 1. */
static int weight_of(str parameters)
{
    str q = str_trim(parameters);
    if (!str_starts(q, S("q=")))
        return 1000;
    q = str_skip(q, 2);
    if (q.len == 0 || q.ptr[0] != '0')
        return 1000;
    int weight = 0, unit = 100;
    for (size_t i = 2; i < q.len && unit; i++, unit /= 10) {
        if (q.ptr[i] < '0' || q.ptr[i] > '9')
            break;
        weight += (q.ptr[i] - '0') * unit;
    }
    return weight;
}

static enum language language_of_range(str range)
{
    str primary;
    str_split(range, '-', &primary);
    if (str_eq_nocase(primary, S("en")))
        return LANGUAGE_EN;
    return str_eq_nocase(primary, S("zh")) ? LANGUAGE_ZH_CN : LANGUAGE_COUNT;
}

enum language language_of_header(str accept_language)
{
    enum language best = LANGUAGE_EN;
    int best_weight = 0;
    for (str rest = accept_language; rest.len;) {
        str item, range;
        rest = str_split(rest, ',', &item);
        str parameters = str_split(str_trim(item), ';', &range);
        enum language language = language_of_range(str_trim(range));
        int weight = weight_of(parameters);
        if (language != LANGUAGE_COUNT && weight > best_weight) {
            best = language;
            best_weight = weight;
        }
    }
    return best;
}

enum language language_of_region(str region)
{
    return str_eq(region, S("CN")) ? LANGUAGE_ZH_CN : LANGUAGE_EN;
}

const char *language_comma(enum language language)
{
    return language == LANGUAGE_ZH_CN ? "，" : ", ";
}

const char *language_colon(enum language language)
{
    return language == LANGUAGE_ZH_CN ? "：" : ": ";
}
