/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The provider of channel "email": hands messages to a mail server by SMTP, one at a time, over a connection that is
 * encrypted and whose certificate is checked unless the server is this machine.
 *
 * What the server refuses for good (a 5xx about this message) is given up; anything else, greylisting, a full disk, a
 * wrong password, no connection, is tried again until the message lapses.
 */
#ifndef NOTIFY_SMTP_PROVIDER_H
#define NOTIFY_SMTP_PROVIDER_H

#include "notify/outbox.h"

/* Copied. */
struct smtp_settings {
    str url;             /* smtp://host:port or smtps://host:port */
    str hello;           /* the name this machine greets with */
    bool starttls;       /* of smtp: no mail leaves without */
    str user, password;  /* both or none */
    str from_name, from; /* who the mails are from */
    str authorities;     /* PEM file of those who vouch for the server; empty: the machine's */
    int64_t timeout_ms;  /* of one message */
};

struct provider *smtp_provider_new(const struct smtp_settings *settings);

#endif
