/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every kind of personal data the program holds, by name. What is known of it stands in catalogue/catalogue.h. */
#ifndef CATALOGUE_FIELD_H
#define CATALOGUE_FIELD_H

enum personal_field {
    FIELD_NONE,
    /* vault: one value a subject, or one per item */
    FIELD_LOCALPART,
    FIELD_DISPLAY_NAME,
    FIELD_AVATAR_URL,
    FIELD_PHONE,
    FIELD_PASSWORD_HASH,
    FIELD_DEVICE_NAME,
    FIELD_DEVICE_ADDRESS,
    FIELD_DEVICE_AGENT,
    /* sealed rows and files, by what is inside */
    FIELD_EVENT,        /* messages, names and topics of rooms, membership: whatever is in an event */
    FIELD_ACCOUNT_DATA, /* settings, tags, push rules, ignored users */
    FIELD_MEDIA,
    FIELD_ALIAS,
    FIELD_FILTER,
    FIELD_REPORT,
    FIELD_CODE_NUMBER,  /* a number being proved */
    FIELD_OUTBOX,       /* recipient and text of a message on its way out */
    FIELD_AUDIT_DETAIL, /* who did what with a subject's data */
    FIELD_SEALED_COUNT, /* fields below are columns, lines and keys that are not sealed values */
    /* pseudonymous columns: by internal number */
    FIELD_MEMBERSHIP = FIELD_SEALED_COUNT,
    FIELD_RECEIPT,
    FIELD_DEVICE,
    FIELD_SESSION,
    FIELD_CONSENT,
    FIELD_ACCOUNT, /* flags and dates of the account */
    FIELD_TAKEN_NAME,
    FIELD_INVITE_LINK,
    FIELD_CODE_LIMIT,
    FIELD_MESSAGE_REFUSAL,
    FIELD_RELATION,
    /* outside the stores */
    FIELD_PRESENCE,         /* memory only */
    FIELD_TYPING,           /* memory only */
    FIELD_BROWSER_ACCOUNTS, /* the list of accounts on a device (1.10) */
    FIELD_BROWSER_SESSION,
    FIELD_BROWSER_PREFERENCES,
    FIELD_BROWSER_DRAFTS,
    FIELD_COUNT,
};

#endif
