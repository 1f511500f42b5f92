/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/templates.h"

void template_code_sms(struct strbuf *out, enum language language, str operator_name, str host, str code)
{
    switch (language) {
    case LANGUAGE_ZH_CN:
        strbuf_printf(out, "【%.*s】验证码 %.*s，5 分钟内有效。请勿告诉任何人。回复 TD 退订。\n\n",
                      STR_ARG(operator_name), STR_ARG(code));
        break;
    default:
        strbuf_printf(out,
                      "%.*s: your code is %.*s. It is good for 5 minutes. Tell it to nobody. Reply STOP for no more "
                      "messages.\n\n",
                      STR_ARG(operator_name), STR_ARG(code));
    }
    strbuf_printf(out, "@%.*s #%.*s", STR_ARG(host), STR_ARG(code));
}

/* ---- e-mail ---- */

/* What is asked for, and what a yes means: the reader may not be who asked. */
static const struct kind_words {
    const char *subject, *begins;
} kinds[][LANGUAGE_COUNT] = {
    [MAIL_REGISTER] = {[LANGUAGE_EN] = {"Confirm your e-mail address",
                                        "Somebody is making an account and has given this e-mail address as theirs."},
                       [LANGUAGE_ZH_CN] = {"验证您的电子邮箱", "有人正在创建账号，并将此邮箱填写为自己的邮箱。"}},
    [MAIL_ADD] =
        {[LANGUAGE_EN] = {"Confirm your e-mail address",
                          "Somebody wants to add this e-mail address to their account. Whoever reads the address's "
                          "mail can then set a new password for that account."},
         [LANGUAGE_ZH_CN] = {"验证您的电子邮箱", "有人希望将此邮箱添加到自己的账号。此后，能收取该邮箱邮件的人可以为"
                                                 "该账号设置新密码。"}},
    [MAIL_RESET] =
        {[LANGUAGE_EN] = {"Set a new password",
                          "Somebody wants to set a new password for the account that has this e-mail address. If that "
                          "was not you, do nothing: without this code or link your password stays as it is."},
         [LANGUAGE_ZH_CN] = {"设置新密码", "有人希望为绑定此邮箱的账号设置新密码。如果不是您本人，请勿理会：没有此验"
                                           "证码或链接，您的密码不会改变。"}},
    [MAIL_TAKEN] =
        {[LANGUAGE_EN] = {"This e-mail address has an account",
                          "Somebody wanted to give an account this e-mail address, but it has one already. If that was "
                          "you, sign in to that account; you can set a new password by this address. If it was not "
                          "you, you need do nothing."},
         [LANGUAGE_ZH_CN] = {"此邮箱已有账号", "有人希望为某账号绑定此邮箱，但此邮箱已绑定账号。如果是您本人，请登录"
                                               "该账号；您可以通过此邮箱设置新密码。如果不是，无需任何操作。"}},
};

static void add_code(struct strbuf *text, const struct mail_words *words)
{
    if (words->language == LANGUAGE_ZH_CN)
        strbuf_printf(text,
                      "\n\n验证码：%.*s\n\n请在您发起请求的地方输入，或打开以下链接并确认：\n%.*s\n\n"
                      "两者均在 30 分钟内有效。请勿告诉任何人。",
                      STR_ARG(words->code), STR_ARG(words->link));
    else
        strbuf_printf(text,
                      "\n\nYour code: %.*s\n\nEnter it where you were asked for it, or open this link and confirm "
                      "there:\n%.*s\n\nBoth are good for 30 minutes. Tell them to nobody.",
                      STR_ARG(words->code), STR_ARG(words->link));
}

void template_mail_subject(struct strbuf *subject, enum language language, str operator_name, const char *about)
{
    strbuf_printf(subject, "%.*s%s%s", STR_ARG(operator_name), language_colon(language), about);
}

void template_mail_end(struct strbuf *text, str operator_name, str host)
{
    strbuf_printf(text, "\n\n-- \n%.*s\n%.*s\n", STR_ARG(operator_name), STR_ARG(host));
}

void template_mail(struct strbuf *subject, struct strbuf *text, const struct mail_words *words)
{
    const struct kind_words *kind = &kinds[words->kind][words->language];
    template_mail_subject(subject, words->language, words->operator_name, kind->subject);
    strbuf_printf(text, "%s", kind->begins);
    if (words->code.len)
        add_code(text, words);
    template_mail_end(text, words->operator_name, words->host);
}
