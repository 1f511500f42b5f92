/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Does an event count as unread for an ordinary member, under the default push rules (spec, client-server API, push
 * notifications, "Predefined rules")? Pure. What depends on the member (mentions, invitations) is not decided here.
 */
#ifndef STORE_NOTIFIES_H
#define STORE_NOTIFIES_H

#include "room/event.h"

bool event_notifies_by_default(const struct event *event, yyjson_val *content);

#endif
