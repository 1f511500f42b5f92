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
