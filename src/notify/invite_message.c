/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/invite_message.h"

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

void invite_message(struct strbuf *out, enum language language, str operator_name, str inviter, str url)
{
    bool named = is_plain_name(inviter);
    switch (language) {
    case LANGUAGE_ZH_CN:
        strbuf_printf(
            out,
            "【%.*s】%.*s邀请您聊天。用本号码注册或登录后即可查看邀请：%.*s 如非您所期待，可不予理会。回复 TD 退订。",
            STR_ARG(operator_name), STR_ARG(named ? inviter : S("有人")), STR_ARG(url));
        break;
    default:
        strbuf_printf(out,
                      "%.*s: %.*s invites you to a chat. To see the invite, sign up or sign in with this number: %.*s "
                      "Not for you? Ignore it. Reply STOP for no more messages.",
                      STR_ARG(operator_name), STR_ARG(named ? inviter : S("somebody")), STR_ARG(url));
    }
}
