/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "json/alc.h"
#include "json/json.h"

#include <stdlib.h>

/* Values are UTF-8 and finite by construction; with these flags writing cannot fail on a slip either. */
static const yyjson_write_flag FLAGS = YYJSON_WRITE_ALLOW_INVALID_UNICODE | YYJSON_WRITE_INF_AND_NAN_AS_NULL;

str json_text(struct arena *arena, yyjson_val *value)
{
    yyjson_alc alc = json_alc(arena);
    size_t len = 0;
    char *text = yyjson_val_write_opts(value, FLAGS, &alc, &len, NULL);
    return str_from(text, len);
}

str json_mut_text(struct arena *arena, yyjson_mut_val *value)
{
    yyjson_alc alc = json_alc(arena);
    size_t len = 0;
    char *text = yyjson_mut_val_write_opts(value, FLAGS, &alc, &len, NULL);
    return str_from(text, len);
}

void json_add_text(struct strbuf *buf, yyjson_val *value)
{
    size_t len = 0;
    char *text = yyjson_val_write_opts(value, FLAGS, NULL, &len, NULL);
    strbuf_add(buf, str_from(text, text ? len : 0));
    free(text);
}
