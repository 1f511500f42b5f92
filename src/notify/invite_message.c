/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/invite_message.h"

#include "notify/templates.h"

enum { NAME_MAX_LETTERS = 32 };

struct letters {
    uint32_t first, last;
};

static bool is_letter(uint32_t c)
{
    static const struct letters letters[] = {
        {'A', 'Z'},       {'a', 'z'},       {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x24f},      {0x386, 0x386},
        {0x388, 0x481},   {0x48a, 0x556},   {0x561, 0x587},   {0x5d0, 0x5ea},   {0x620, 0x64a},     {0x671, 0x6d3},
        {0x904, 0x939},   {0xe01, 0xe30},   {0x10d0, 0x10fa}, {0x1e00, 0x1fbc}, {0x3041, 0x3096},   {0x30a1, 0x30fa},
        {0x3105, 0x312f}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}, {0x20000, 0x2fa1f},
    };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (c >= letters[i].first && c <= letters[i].last)
            return true;
    return false;
}

/* Letters, with single blanks, hyphens and apostrophes between them. */
static bool is_plain_name(str name)
{
    bool after_letter = false;
    size_t at = 0, count = 0;
    if (!str_is_utf8(name))
        return false;
    while (at < name.len && count++ < NAME_MAX_LETTERS) {
        uint32_t c = str_code_point(name, &at);
        bool letter = is_letter(c), joint = c == ' ' || c == '-' || c == '\'' || c == 0x2019 || c == 0xb7;
        if (!letter && !(joint && after_letter))
            return false;
        after_letter = letter;
    }
    return at == name.len && after_letter;
}

static str who_invites(const struct invite_words *words)
{
    if (is_plain_name(words->inviter))
        return words->inviter;
    return words->language == LANGUAGE_ZH_CN ? S("有人") : S("somebody");
}

void invite_sms(struct strbuf *out, const struct invite_words *words)
{
    str who = who_invites(words);
    switch (words->language) {
    case LANGUAGE_ZH_CN:
        strbuf_printf(
            out,
            "【%.*s】%.*s邀请您聊天。用本号码注册或登录后即可查看邀请：%.*s 如非您所期待，可不予理会。回复 TD 退订。",
            STR_ARG(words->operator_name), STR_ARG(who), STR_ARG(words->url));
        break;
    default:
        strbuf_printf(out,
                      "%.*s: %.*s invites you to a chat. To see the invite, sign up or sign in with this number: %.*s "
                      "Not for you? Ignore it. Reply STOP for no more messages.",
                      STR_ARG(words->operator_name), STR_ARG(who), STR_ARG(words->url));
    }
}

void invite_mail(struct strbuf *subject, struct strbuf *text, const struct invite_words *words)
{
    str who = who_invites(words);
    switch (words->language) {
    case LANGUAGE_ZH_CN:
        template_mail_subject(subject, words->language, words->operator_name, "邀请您聊天");
        strbuf_printf(text,
                      "%.*s邀请您聊天。\n\n请在以下网址注册或登录，并将此邮箱添加到您的账号，即可查看邀请：\n%.*s\n\n"
                      "如非您所期待，可不予理会。",
                      STR_ARG(who), STR_ARG(words->url));
        break;
    default:
        template_mail_subject(subject, words->language, words->operator_name, "An invite to a chat");
        strbuf_printf(text,
                      "You are invited to a chat by %.*s.\n\nTo see the invite, sign up or sign in here, with this "
                      "e-mail address added to your account:\n%.*s\n\nNot for you? Ignore it.",
                      STR_ARG(who), STR_ARG(words->url));
    }
    template_mail_end(text, words->operator_name, words->host);
}
