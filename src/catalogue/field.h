/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Every kind of personal data the program holds, by name. What is known of it stands in catalogue/catalogue.h; the
 * groups are the files rows_*.c, in this order.
 */
#ifndef CATALOGUE_FIELD_H
#define CATALOGUE_FIELD_H

enum personal_field {
    FIELD_NONE,
    /* the vault's values: one a subject, or one an item of theirs */
    FIELD_LOCALPART,
    FIELD_DISPLAY_NAME,
    FIELD_AVATAR_URL,
    FIELD_PROFILE_FIELDS,
    FIELD_PHONE,
    FIELD_EMAIL,
    FIELD_PASSWORD_HASH,
    FIELD_DEVICE_NAME,
    FIELD_DEVICE_ADDRESS,
    FIELD_DEVICE_AGENT,
    /* the vault's other tables */
    FIELD_CODE_NUMBER,              /* a number or e-mail address being proved */
    FIELD_CODE_LIMIT,               /* who was sent how many codes */
    FIELD_OUTBOX,                   /* recipient and text of a message on its way out */
    FIELD_MESSAGE_REFUSAL,          /* a number or address that wants no messages */
    FIELD_THIRD_PARTY_INVITE,       /* that somebody invited a number that is not here yet */
    FIELD_THIRD_PARTY_INVITE_LIMIT, /* how many such invites led to a message */
    FIELD_TAKEN_NAME,
    FIELD_CONSENT,
    FIELD_CONSENT_RECEIPT,
    FIELD_AUDIT_DETAIL, /* who did what with a subject's data */
    FIELD_ERASURE,      /* that somebody is being erased, and the certificate of it */
    FIELD_ANNOUNCEMENT, /* what the operator is about to say to somebody */
    FIELD_HOLD,         /* that law forbids to remove somebody's data for now, and why */
    /* chat.db: what happens in rooms */
    FIELD_EVENT,    /* messages, names and topics of rooms, membership: whatever is in an event */
    FIELD_RELATION, /* which event answers which */
    FIELD_MEMBERSHIP,
    FIELD_RECEIPT, /* how far somebody has read */
    FIELD_MEDIA,
    FIELD_ALIAS,
    FIELD_INVITE_LINK,
    FIELD_REPORT,
    FIELD_SLOW_MODE,     /* when somebody wrote last in a room with slow mode */
    FIELD_DELAYED_EVENT, /* what is to be said later */
    FIELD_MEDIA_USE,     /* which message shows which upload */
    FIELD_MEDIA_USED,    /* how much somebody keeps */
    FIELD_SEARCH,        /* the words of messages, in search.db */
    /* chat.db: the account */
    FIELD_ACCOUNT,      /* flags and dates */
    FIELD_ACCOUNT_DATA, /* settings, tags, push rules, ignored users */
    FIELD_FILTER,
    FIELD_DEVICE,
    FIELD_SESSION,
    FIELD_PUSHER,           /* where an app wants to be told that something is new */
    FIELD_PUSH_DUE,         /* that somebody is to be told so */
    FIELD_TO_DEVICE,        /* what waits for somebody's devices */
    FIELD_TO_DEVICE_SENDER, /* who sent it */
    FIELD_TO_DEVICE_SENT,   /* that a device has sent something */
    FIELD_KEY_BACKUP,       /* that there is a backup of the keys of encrypted rooms, and with what it is encrypted */
    FIELD_KEY_BACKUP_SESSION,
    /* chat.db: keys of end-to-end encryption */
    FIELD_DEVICE_KEY,   /* a device's identity keys */
    FIELD_ONE_TIME_KEY, /* the keys a conversation with a device begins with */
    FIELD_FALLBACK_KEY,
    FIELD_CROSS_SIGNING_KEY, /* what vouches for somebody's devices, and for others */
    FIELD_KEY_SIGNATURE,     /* that somebody vouches for a device or a person */
    FIELD_DEHYDRATED_DEVICE, /* a device that waits for keys while its owner has no other */
    FIELD_KEY_CHANGE,        /* when somebody's published keys last changed */
    /* keys.db, and files */
    FIELD_DATA_KEY,
    FIELD_MEDIA_FILE,
    FIELD_OUTBOX_FILE, /* messages the operator hands on by hand */
    FIELD_ERASED_NUMBER,
    FIELD_BACKUP,
    /* what a request brings along, and what is in memory only */
    FIELD_REQUEST_TOKEN,
    FIELD_REQUEST_ADDRESS,
    FIELD_REQUEST_AGENT,
    FIELD_REQUEST_LANGUAGE,
    FIELD_PRESENCE,
    FIELD_TYPING,
    FIELD_SIGN_UP, /* the steps of a registration or another proof, while it lasts */
    FIELD_RATE,    /* how often somebody has asked */
    /* on the person's own device */
    FIELD_BROWSER_ACCOUNTS, /* the list of accounts on a device (1.10) */
    FIELD_BROWSER_SESSION,
    FIELD_BROWSER_PREFERENCES,
    FIELD_BROWSER_DRAFTS,
    FIELD_BROWSER_INVITATION,
    FIELD_BROWSER_KEYS,
    FIELD_BROWSER_REMINDERS,
    FIELD_COUNT,
};

#endif
