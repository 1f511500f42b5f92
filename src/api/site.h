/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The web app's files: found once at start in the configured folder, mapped read-only, served with their precompressed
 * siblings (.br, .gz). Names under /assets/ carry a content hash and are cached for ever.
 */
#ifndef API_SITE_H
#define API_SITE_H

#include "net/http.h"

struct site;

/* A missing folder is an empty site (an API-only server). */
enum rc site_open(const char *folder, struct site **ret_site, struct error *err) MUST_USE;
void site_close(struct site **site);
/* Answers GET and HEAD for a file of the site; false: not one of ours. */
bool site_serve(const struct site *site, struct http_request *request);

#endif
