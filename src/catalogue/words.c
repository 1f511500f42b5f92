/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/words.h"

struct word {
    const char *name, *title[LANGUAGE_COUNT];
};

static const struct word class_words[] = {
    [CLASS_PERSONAL] = {"personal", {"Personal", "个人信息"}},
    [CLASS_SENSITIVE] = {"sensitive", {"Sensitive", "敏感个人信息"}},
};

const char *class_name(enum data_class class)
{
    return class_words[class].name;
}

const char *class_title(enum data_class class, enum language language)
{
    return class_words[class].title[language];
}

static const struct word grade_words[] = {
    [GRADE_SHARED] = {"shared", {"Yes, as the people you talk with do", "可见，与您交流的人同样可见"}},
    [GRADE_INTERNAL] = {"internal", {"Those who run the service and support you", "运行服务与提供客服的人员"}},
    [GRADE_RESTRICTED] = {"restricted", {"Only those named for it, with a reason", "仅限指定人员，须说明理由"}},
    [GRADE_SECRET] = {"secret", {"By nobody, only the program uses it", "任何人都不可见，仅供程序使用"}},
};

const char *grade_name(enum data_grade grade)
{
    return grade_words[grade].name;
}

const char *grade_title(enum data_grade grade, enum language language)
{
    return grade_words[grade].title[language];
}

static const struct word place_words[] = {
    [PLACE_CHAT] = {"chat", {"The store of conversations", "会话数据库"}},
    [PLACE_VAULT] = {"vault", {"The vault, apart from conversations", "个人信息库，与会话分开"}},
    [PLACE_KEYS] = {"keys", {"The store of keys, apart from all data", "密钥库，与所有数据分开"}},
    [PLACE_SEARCH] = {"search",
                      {"The search index, made from the store of conversations", "由会话数据库生成的搜索索引"}},
    [PLACE_FILES] = {"files", {"Files", "文件"}},
    [PLACE_MEMORY] = {"memory", {"Memory only", "仅在内存中"}},
    [PLACE_LOG] = {"log", {"The log", "日志"}},
    [PLACE_COOKIE] = {"cookie", {"A cookie in your browser", "您浏览器中的 Cookie"}},
    [PLACE_HEADER] = {"header", {"Sent along with a request", "随请求一同发送"}},
    [PLACE_BROWSER] = {"browser", {"Your own device", "您自己的设备"}},
};

const char *place_name(enum place place)
{
    return place_words[place].name;
}

const char *place_title(enum place place, enum language language)
{
    return place_words[place].title[language];
}

static const struct word export_words[] = {
    [EXPORT_VALUE] = {"value", {"As it is", "原样提供"}},
    [EXPORT_ROWS] = {"rows", {"As a list", "以列表提供"}},
    [EXPORT_FILES] = {"files", {"As files", "以文件提供"}},
    [EXPORT_EXISTENCE] = {"existence", {"That it is held", "仅说明持有"}},
    [EXPORT_NOT_HELD] = {"not_held", {"Nothing stays with us", "我们处不留存"}},
};

const char *export_name(enum export_form form)
{
    return export_words[form].name;
}

const char *export_title(enum export_form form, enum language language)
{
    return export_words[form].title[language];
}

static const struct word masking_words[] = {
    [MASK_NOTHING_LEFT] = {"nothing_left", {"Hidden", "隐藏"}},
    [MASK_PHONE] = {"phone", {"Most digits hidden", "隐去大部分数字"}},
    [MASK_EMAIL] = {"email", {"First letter and provider only", "仅显示首字母与邮件服务商"}},
    [MASK_NAME] = {"name", {"First letter only", "仅显示首字"}},
    [MASK_ADDRESS] = {"address", {"Coarse network only", "仅显示大致网段"}},
    [MASK_AGENT] = {"agent", {"Kind of program only", "仅显示程序类别"}},
    [MASK_NOT_NEEDED] = {"not_needed", {"As it is", "原样显示"}},
};

const char *masking_name(enum masking masking)
{
    return masking_words[masking].name;
}

const char *masking_title(enum masking masking, enum language language)
{
    return masking_words[masking].title[language];
}

static const struct word erasure_words[] = {
    [ERASE_ROWS] = {"rows", {"Deleted", "删除"}},
    [ERASE_KEY_ONLY] = {"key_only", {"Made unreadable for good", "永久不可读"}},
    [ERASE_FILES] = {"files", {"Deleted with its files", "连同文件删除"}},
    [ERASE_KEPT] = {"kept", {"Stays", "保留"}},
    [ERASE_CANNOT] = {"cannot", {"You remove it on your device", "由您在设备上移除"}},
};

const char *erasure_name(enum erasure erasure)
{
    return erasure_words[erasure].name;
}

const char *erasure_title(enum erasure erasure, enum language language)
{
    return erasure_words[erasure].title[language];
}

static const struct word topic_words[] = {
    [TOPIC_RECORDS] = {"records", {"Records of what was agreed and done", "同意与处理的记录"}},
    [TOPIC_ACCOUNT] = {"account", {"You and your account", "您与您的账号"}},
    [TOPIC_DEVICES] = {"devices", {"Devices and sign-ins", "设备与登录"}},
    [TOPIC_ROOMS] = {"rooms", {"Messages and groups", "消息与群组"}},
    [TOPIC_CODES] = {"codes", {"Codes and messages to you", "验证码与消息"}},
    [TOPIC_SAFE] = {"safe", {"Keys, files and copies", "密钥、文件与副本"}},
    [TOPIC_PASSING] = {"passing", {"In passing", "随请求而来，即时使用"}},
    [TOPIC_BROWSER] = {"browser", {"On your own device", "在您自己的设备上"}},
};

const char *topic_name(enum topic topic)
{
    return topic_words[topic].name;
}

const char *topic_title(enum topic topic, enum language language)
{
    return topic_words[topic].title[language];
}

/* ---- retention ---- */

const char *retention_name(enum retention_rule rule)
{
    static const char *const names[] = {
        [RETENTION_ACCOUNT] = "account",         [RETENTION_DAYS] = "days",
        [RETENTION_DESENSITISE] = "desensitise", [RETENTION_AFTER_ACCOUNT] = "after_account",
        [RETENTION_ELSEWHERE] = "elsewhere",     [RETENTION_FOR_GOOD] = "for_good",
    };
    return names[rule];
}

static void add_days(struct strbuf *out, int days, enum language language)
{
    bool years = days % 365 == 0;
    int count = years ? days / 365 : days;
    if (language == LANGUAGE_ZH_CN)
        strbuf_printf(out, "%d %s", count, years ? "年" : "天");
    else
        strbuf_printf(out, "%d %s%s", count, years ? "year" : "day", count == 1 ? "" : "s");
}

void retention_add_words(struct strbuf *out, const struct catalogue_row *row, enum language language)
{
    /* What stands before and after the days. */
    static const struct {
        const char *before[LANGUAGE_COUNT], *after[LANGUAGE_COUNT];
    } words[] = {
        [RETENTION_ACCOUNT] = {{"Until it is removed, at the latest with the account", "直至移除，最迟至账号终止"},
                               {"", ""}},
        [RETENTION_DAYS] = {{"", ""}, {"", ""}},
        [RETENTION_DESENSITISE] = {{"Whole for ", "完整保存 "}, {", then only in a coarse form", "，此后仅存粗略形式"}},
        [RETENTION_AFTER_ACCOUNT] = {{"", "账号终止后 "}, {" after the end of the account", ""}},
        [RETENTION_ELSEWHERE] = {{"Not stored here", "不在此处存储"}, {"", ""}},
        [RETENTION_FOR_GOOD] = {{"For good", "长期保存"}, {"", ""}},
    };
    if (row->place == PLACE_BROWSER) {
        strbuf_add(out, language == LANGUAGE_ZH_CN ? S("直至您移除") : S("Until you remove it"));
        return;
    }
    strbuf_printf(out, "%s", words[row->retention].before[language]);
    if (row->retention_days)
        add_days(out, row->retention_days, language);
    strbuf_printf(out, "%s", words[row->retention].after[language]);
}
