/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the media endpoints share. */
#ifndef API_MEDIA_H
#define API_MEDIA_H

#include "api/call.h"
#include "store/media.h"

/* mxc://server/id */
void media_reply_uri(struct call *call, str id, str more_members);

/*
 * PARK. Finds an upload and hands it to found(); one that has been announced but not uploaded is waited for, up to the
 * query's timeout_ms (504 M_NOT_YET_UPLOADED). serverName and mediaId are the first two parameters; 404 M_NOT_FOUND.
 * found() runs on the loop with call->tx, and answers like run() of an endpoint (it may park).
 */
enum rc media_find(struct call *call, enum rc (*found)(struct call *call, const struct media *media)) MUST_USE;

/* The same at the addresses of before v1.11, when media was open to anyone who knew its id. Spec: they "MAY return 404
 * M_NOT_FOUND" for all of it since. Clients written before then (Nheko 0.11) send their token there all the same, and
 * have what it entitles them to. */
enum rc media_find_as_of_old(struct call *call,
                             enum rc (*found)(struct call *call, const struct media *media)) MUST_USE;

/* SLOW. Strips what the bytes say of where they were made, and writes the file, sealed under a key of its own: sets
 * file, key and size. RC_INVALID (M_INVALID_PARAM): a damaged picture or film. */
enum rc media_store_bytes(struct call *call, struct media *media, str bytes) MUST_USE;

/* Answers with a file of the media folder, or the part that was asked for (RFC 9110), or that the client has it already
 * (304). variant as in media/file.h; of one other than the file itself there are no parts, for it may be made anew. */
enum rc media_reply_file(struct call *call, const struct media *media, str variant, str type, str name) MUST_USE;

#endif
