/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the process gives up before it meets the network. */
#ifndef CLI_HARDEN_H
#define CLI_HARDEN_H

#include "base/str.h"

/* Files for the owner only, no core dumps, no other process of the same user may look inside, no new privileges; as
 * many open files as the system permits. Call first of all, while there is one thread. */
void harden_process(void);
/* Started as root: becomes `user`, keeping only the right to bind low ports. Does nothing when not root or user is
 * empty. folder (the data folder) is given to the user, with what root has put into it, when it belongs to root. Before
 * other threads start. */
enum rc harden_drop_root(str user, str folder, struct error *err) MUST_USE;
/* Run as root on a folder of somebody else's: becomes its owner, so that no file in it comes to belong to root. */
enum rc harden_become_owner(str folder, struct error *err) MUST_USE;
/* Whether the process still has root's rights. */
bool harden_is_root(void);

#endif
