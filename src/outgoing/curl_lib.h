/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * libcurl, loaded when the first request leaves: the libraries it brings along cost more memory than a server that
 * never calls out should pay.
 */
#ifndef OUTGOING_CURL_LIB_H
#define OUTGOING_CURL_LIB_H

#include "base/rc.h"

/* The checks of option types are macros that know only functions called by their own names. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* The functions used, by their own names. */
#define CURL_FUNCTIONS(each)                                                                                           \
    each(curl_global_init) each(curl_easy_init) each(curl_easy_cleanup) each(curl_easy_setopt) each(curl_easy_getinfo) \
        each(curl_easy_perform) each(curl_slist_append) each(curl_slist_free_all) each(curl_multi_init)                \
            each(curl_multi_cleanup) each(curl_multi_setopt) each(curl_multi_add_handle)                               \
                each(curl_multi_remove_handle) each(curl_multi_perform) each(curl_multi_poll) each(curl_multi_wakeup)  \
                    each(curl_multi_info_read) each(curl_url) each(curl_url_cleanup) each(curl_url_get)                \
                        each(curl_url_set) each(curl_free)

struct curl_lib {
#define CURL_MEMBER(name) __typeof__(&name) name;
    CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

/* Thread-safe; loaded once, for good. RC_UNSUPPORTED when the machine has none. */
enum rc curl_lib_get(const struct curl_lib **ret_lib) MUST_USE;

#endif
