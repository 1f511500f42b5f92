/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CONFIG_CONFIG_PRIVATE_H
#define CONFIG_CONFIG_PRIVATE_H

#include "config/keys.h"

/* Who gave a key its value; a later one overrides an earlier one. */
enum config_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_COMMAND };

struct config_private {
    struct arena arena;
    enum config_origin *origins; /* one per row of config_keys */
};

/* Gives the key a value. place: "parley.conf:12: " or "". */
enum rc config_give(struct config *config, enum config_origin origin, const char *place, str section, str name,
                    str value, struct error *err) MUST_USE;

#endif
