/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* llhttp.h names its methods as net/http.h does: here its own get another prefix. */
#ifndef NET_LLHTTP_NAMES_H
#define NET_LLHTTP_NAMES_H

#define HTTP_GET LLHTTP_METHOD_GET
#define HTTP_HEAD LLHTTP_METHOD_HEAD
#define HTTP_POST LLHTTP_METHOD_POST
#define HTTP_PUT LLHTTP_METHOD_PUT
#define HTTP_DELETE LLHTTP_METHOD_DELETE
#define HTTP_OPTIONS LLHTTP_METHOD_OPTIONS
#define HTTP_PATCH LLHTTP_METHOD_PATCH
#include <llhttp.h>
#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_POST
#undef HTTP_PUT
#undef HTTP_DELETE
#undef HTTP_OPTIONS
#undef HTTP_PATCH

#endif
