/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What personal data may be used for, and what makes a use lawful (obligations 1.17, 1.18, 1.20). */
#ifndef CATALOGUE_PURPOSE_H
#define CATALOGUE_PURPOSE_H

#include "base/language.h"

#include <stdbool.h>
#include <stdint.h>

enum purpose {
    PURPOSE_NONE,             /* the endpoint touches no personal data */
    PURPOSE_SERVICE,          /* giving the service the person asked for: the account and its settings */
    PURPOSE_MESSAGING,        /* members of a room reading each other's messages and names */
    PURPOSE_ACCOUNT_SECURITY, /* codes, devices, sign-ins, alerts */
    PURPOSE_RIGHTS,           /* the person's own access to what is held */
    PURPOSE_SAFETY,           /* reports, abuse, keeping the service stable */
    PURPOSE_OPERATIONS,       /* staff and commands of the operator */
    PURPOSE_RETENTION,        /* the job that removes what is over its time */
    PURPOSE_STATISTICS,       /* counts without identities (1.23) */
    PURPOSE_DISCLOSURE,       /* to an authority, on legal documents (3.9) */
    /* From here on only with the subject's live consent, each of its own. */
    PURPOSE_LOCATION,        /* people nearby (1.3) */
    PURPOSE_RECOMMENDATION,  /* from how the service is used (1.13) */
    PURPOSE_CAMERA,          /* taking pictures, scanning codes (1.14) */
    PURPOSE_PICTURES,        /* avatar and images from the library (1.15) */
    PURPOSE_QUALITY,         /* what is told to support, questionnaires (1.16) */
    PURPOSE_PERSONALISATION, /* cookies that personalise (2.6) */
    PURPOSE_VISITS,          /* recognising a registered user at a beacon (2.5) */
    PURPOSE_COUNT,
};
#define PURPOSE_FIRST_OPTIONAL PURPOSE_LOCATION

#define PURPOSE_BIT(purpose) (1u << (purpose))

/* Stable and public: "account_security". */
const char *purpose_name(enum purpose purpose);
/* PURPOSE_COUNT when there is none of that name. */
enum purpose purpose_of_name(str name);
/* What the person is shown: a few words, and one sentence. */
const char *purpose_title(enum purpose purpose, enum language language);
const char *purpose_words(enum purpose purpose, enum language language);
static inline bool purpose_needs_consent(enum purpose purpose)
{
    return purpose >= PURPOSE_FIRST_OPTIONAL && purpose < PURPOSE_COUNT;
}

/* Consent, or one of the ten situations of obligation 1.18, in its order. */
enum legal_basis {
    BASIS_CONSENT,
    BASIS_LEGAL_DUTY,
    BASIS_NATIONAL_SECURITY,
    BASIS_PUBLIC_SAFETY, /* and public health, major public interest */
    BASIS_CRIMINAL_PROCEDURE,
    BASIS_LIFE_OR_PROPERTY, /* where consent is hard to get */
    BASIS_MADE_PUBLIC,      /* by the subject */
    BASIS_CONTRACT,         /* that the subject asked for: the service itself */
    BASIS_PUBLIC_SOURCES,
    BASIS_STABLE_SERVICE, /* keeping it safe, finding and fixing faults */
    BASIS_OTHER_LAW,
    BASIS_COUNT,
};
#define BASIS_BIT(basis) (1u << (basis))
const char *basis_name(enum legal_basis basis);
/* In a few words, for people. */
const char *basis_title(enum legal_basis basis, enum language language);
enum legal_basis basis_of_name(str name); /* BASIS_COUNT: none such */

#endif
