/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Announcing a new version of the policy to each person (obligation 6.2): from the day it is announced until it takes
 * effect everybody's account data holds an event of this type, which their clients get with the next sync, and a notice
 * in their room for notices says it in words (api/server_notices.h).
 */
#ifndef API_POLICY_NOTICE_H
#define API_POLICY_NOTICE_H

#include "api/server.h"

#define POLICY_NOTICE_TYPE "org.parley.policy_notice"

/* A job: tells the next hundred people who have not been told. */
enum rc policy_notice_job(struct tx *tx, struct server *server) MUST_USE;

#endif
