/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/gate.h"

#include "base/log.h"
#include "catalogue/personal_private.h"
#include "privacy/audit.h"
#include "store/users.h"

const char *actor_name(enum actor actor)
{
    static const char *const names[ACTOR_COUNT] = {
        [ACTOR_NOBODY] = "nobody",
        [ACTOR_USER] = "user",
        [ACTOR_SERVICE] = "service",
        [ACTOR_JOB] = "job",
        [ACTOR_COMMAND] = "command",
        [ACTOR_STAFF] = "staff",
        [ACTOR_APPSERVICE] = "application_service",
    };
    return names[actor];
}

/* ---- the decision ---- */

static bool has_reason(const struct act *act)
{
    return act->reason && *act->reason;
}

static bool has_consented(struct tx *tx, uint64_t subject, enum purpose purpose)
{
    const struct user *user;
    return subject && users_get(tx, subject, &user) == RC_OK && (user->grants & PURPOSE_BIT(purpose)) != 0;
}

/* Asking for the service is the contract everyone here has made; it does not carry a purpose of its own consent. Any
 * other of the ten situations of obligation 1.18 stands for itself, with a reason named. */
static const char *basis_objection(struct tx *tx, uint64_t subject, const struct catalogue_row *row,
                                   enum purpose purpose)
{
    const struct act *act = tx->act;
    enum legal_basis basis =
        act->basis == BASIS_CONTRACT && purpose_needs_consent(purpose) ? BASIS_CONSENT : act->basis;
    if (!(row->bases & BASIS_BIT(basis)))
        return "the basis is not one of this field's";
    if (basis == BASIS_CONSENT)
        return has_consented(tx, subject, purpose) ? NULL : "the subject has not consented";
    return basis == BASIS_CONTRACT || has_reason(act) ? NULL : "the basis has no reason";
}

/* Obligation 4.7. What is secret is nobody's to see, whatever their role. */
static bool is_within_grade(const struct catalogue_row *row, const struct act *act)
{
    return row->grade <= act->grade && row->grade < GRADE_SECRET;
}

/* A bridge or a bot meets people in rooms and by their profiles, and nowhere else (docs/decisions/0008). */
static bool is_for_the_service(uint64_t subject, const struct act *act, enum purpose purpose)
{
    return !subject || subject == act->actor_nid || purpose == PURPOSE_SERVICE || purpose == PURPOSE_MESSAGING;
}

static const char *objection(struct tx *tx, uint64_t subject, const struct catalogue_row *row, enum purpose purpose)
{
    const struct act *act = tx->act;
    if (!act || act->actor == ACTOR_NOBODY)
        return "nobody says who acts";
    if (purpose == PURPOSE_NONE || !(act->purposes & PURPOSE_BIT(purpose)))
        return "the act does not declare the purpose";
    if (!(row->purposes & PURPOSE_BIT(purpose)))
        return "the catalogue does not list the purpose";
    if (actor_is_audited(act->actor) && !has_reason(act))
        return "whoever acts names no reason";
    if (act->actor == ACTOR_STAFF && !is_within_grade(row, act))
        return "the field is above the grade of the role";
    if (act->actor == ACTOR_APPSERVICE && !is_for_the_service(subject, act, purpose))
        return "application services are given this of nobody";
    return basis_objection(tx, subject, row, purpose);
}

/* ---- on the record ---- */

/* What this tx has already written: asking twice is one entry. */
struct gate_seen {
    struct gate_seen *next;
    uint64_t subject;
    enum personal_field field;
    enum purpose purpose;
};

static bool is_recorded(const struct tx *tx, const struct audit_entry *entry)
{
    const struct gate_seen *seen = tx->gate_seen;
    while (seen && !(seen->subject == entry->subject && seen->field == entry->field && seen->purpose == entry->purpose))
        seen = seen->next;
    return seen != NULL;
}

static enum rc record_release(struct tx *tx, const struct audit_entry *entry)
{
    if (is_recorded(tx, entry))
        return RC_OK;
    TRY(audit_append(tx, entry));
    audit_again_if_undone(tx, entry);
    struct gate_seen *seen = arena_new(tx->arena, struct gate_seen);
    *seen = (struct gate_seen){
        .next = tx->gate_seen, .subject = entry->subject, .field = entry->field, .purpose = entry->purpose};
    tx->gate_seen = seen;
    return RC_OK;
}

enum rc gate_check(struct tx *tx, uint64_t subject, enum personal_field field, enum purpose purpose)
{
    const struct catalogue_row *row = catalogue_row(field);
    const char *why = objection(tx, subject, row, purpose);
    struct audit_entry entry = {
        .kind = why ? AUDIT_REFUSED : AUDIT_READ, .subject = subject, .field = field, .purpose = purpose};
    if (why) {
        log_event(LOG_ERROR, "personal field refused", LOG_TEXT("field", row->name ? row->name : "?"),
                  LOG_TEXT("purpose", purpose_name(purpose)), LOG_TEXT("why", why));
        audit_later(tx, &entry, why);
        return RC_FORBIDDEN;
    }
    return actor_is_audited(tx->act->actor) ? record_release(tx, &entry) : RC_OK;
}

/* ---- values ---- */

enum rc gate_release(struct tx *tx, uint64_t subject, enum personal_field field, enum purpose purpose,
                     const struct personal *value, str *ret_value)
{
    TRY(gate_check(tx, subject, field, purpose));
    *ret_value = value ? value->value : STR_NONE;
    return RC_OK;
}

static enum purpose declared_for(const struct act *act, enum personal_field field)
{
    uint32_t listed = act ? act->purposes & catalogue_row(field)->purposes : 0;
    if (!listed || listed & PURPOSE_BIT(act->purpose))
        return act ? act->purpose : PURPOSE_NONE;
    return (enum purpose)__builtin_ctz(listed);
}

enum rc gate_release_declared(struct tx *tx, uint64_t subject, enum personal_field field, const struct personal *value,
                              str *ret_value)
{
    return gate_release(tx, subject, field, declared_for(tx->act, field), value, ret_value);
}
