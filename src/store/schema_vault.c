/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* vault.db: personal fields, sealed under their subject's key. A new entry at the end with the next number. */
#include "store/store_private.h"

const struct db_migration schema_vault[] = {
    {1, "CREATE TABLE personal(subject INTEGER NOT NULL, field TEXT NOT NULL, item INTEGER NOT NULL,"
        " sealed BLOB NOT NULL, blind BLOB, PRIMARY KEY(subject, field, item)) WITHOUT ROWID;"
        "CREATE INDEX personal_blind ON personal(field, blind) WHERE blind IS NOT NULL"},
    /* Account names are never given twice, not even after their owner was erased: blind, and kept for good. */
    {2, "CREATE TABLE taken_name(blind BLOB PRIMARY KEY, user INTEGER NOT NULL) WITHOUT ROWID;"
        "CREATE INDEX taken_name_user ON taken_name(user)"},
    {3,
     /* A phone number being proved. The number is sealed under a server key: there may be no subject yet. */
     "CREATE TABLE code_session ("
     "  sid TEXT PRIMARY KEY,"
     "  purpose INTEGER NOT NULL,"
     "  secret_hash BLOB NOT NULL,"
     "  number_blind BLOB NOT NULL,"
     "  number_sealed BLOB NOT NULL,"
     "  subject_nid INTEGER NOT NULL,"
     "  code_hash BLOB,"
     "  sent_ms INTEGER NOT NULL,"
     "  send_attempt INTEGER NOT NULL,"
     "  attempts_left INTEGER NOT NULL,"
     "  state INTEGER NOT NULL,"
     "  validated_ms INTEGER NOT NULL,"
     "  created_ms INTEGER NOT NULL,"
     "  UNIQUE (purpose, number_blind, secret_hash));"
     "CREATE INDEX code_session_age ON code_session (created_ms);"

     /* One row a message that cost money, by whom it counts against: number, address or everyone (blind). */
     "CREATE TABLE code_sent ("
     "  kind INTEGER NOT NULL,"
     "  who BLOB NOT NULL,"
     "  sent_ms INTEGER NOT NULL);"
     "CREATE INDEX code_sent_who ON code_sent (kind, who, sent_ms);"
     "CREATE INDEX code_sent_age ON code_sent (sent_ms);"

     /* Outgoing messages: recipient and text sealed; gone once delivered or lapsed. */
     "CREATE TABLE outbox ("
     "  nid INTEGER PRIMARY KEY,"
     "  channel TEXT NOT NULL,"
     "  message_key TEXT NOT NULL UNIQUE,"
     "  sealed BLOB NOT NULL,"
     "  created_ms INTEGER NOT NULL,"
     "  due_ms INTEGER NOT NULL,"
     "  lapses_ms INTEGER NOT NULL,"
     "  tries INTEGER NOT NULL);"
     "CREATE INDEX outbox_due ON outbox (due_ms);"

     /* Numbers that asked for no more messages (obligation 1.9). */
     "CREATE TABLE message_refusal ("
     "  number_blind BLOB PRIMARY KEY,"
     "  since_ms INTEGER NOT NULL);"

     /* Append-only (obligations 0.2, 1.17). */
     "CREATE TABLE consent ("
     "  nid INTEGER PRIMARY KEY,"
     "  subject_nid INTEGER NOT NULL,"
     "  purpose TEXT NOT NULL,"
     "  granted INTEGER NOT NULL,"
     "  version TEXT NOT NULL,"
     "  sha256 BLOB NOT NULL,"
     "  language TEXT NOT NULL,"
     "  surface TEXT NOT NULL,"
     "  given_ms INTEGER NOT NULL);"
     "CREATE INDEX consent_subject ON consent (subject_nid)"},
    /* Consent, grown into a ledger with receipts. It is only ever added to, whoever asks (obligation 1.17). */
    {4, "CREATE TABLE consent_receipt(consent INTEGER PRIMARY KEY, subject INTEGER NOT NULL, sealed BLOB NOT NULL);"
        "CREATE INDEX consent_receipt_subject ON consent_receipt(subject);"
        /* Not by INSERT OR REPLACE either, which deletes without asking the trigger of deletion. */
        "CREATE TRIGGER consent_is_not_replaced BEFORE INSERT ON consent"
        " WHEN EXISTS(SELECT 1 FROM consent WHERE nid = NEW.nid)"
        " BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;"
        "CREATE TRIGGER consent_is_not_changed BEFORE UPDATE ON consent"
        " BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;"
        "CREATE TRIGGER consent_is_not_removed BEFORE DELETE ON consent"
        " BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END"},
    /* Backups made: kind and times, nothing of what is in them. */
    {5, "CREATE TABLE backup(nid INTEGER PRIMARY KEY, made_ms INTEGER NOT NULL, kind INTEGER NOT NULL,"
        " expires_ms INTEGER NOT NULL)"},
    /* The audit (privacy/audit.h). Append-only like the consent ledger: not by INSERT OR REPLACE either. */
    {6, "CREATE TABLE audit(seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, subject INTEGER NOT NULL, sealed BLOB,"
        " chain BLOB NOT NULL, leaf BLOB NOT NULL);"
        "CREATE INDEX audit_subject ON audit(subject, seq);"
        "CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit"
        " WHEN EXISTS(SELECT 1 FROM audit WHERE seq = NEW.seq)"
        " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;"
        "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;"
        "CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"},
    /* Erasures asked for, under way and done, with what was removed of each kind; what law forbids to remove; and since
     * when a personal value is as it is (obligations 4.2, 5.4, 5.5). What is left of an erased subject here is a number
     * that leads to nobody. */
    {7, "CREATE TABLE erasure(subject INTEGER PRIMARY KEY, claim BLOB NOT NULL UNIQUE, cause INTEGER NOT NULL,"
        " asked_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, begun_ms INTEGER NOT NULL DEFAULT 0,"
        " ended_ms INTEGER NOT NULL DEFAULT 0, certificate TEXT);"
        "CREATE INDEX erasure_due ON erasure(due_ms) WHERE ended_ms = 0;"
        "CREATE INDEX erasure_ended ON erasure(ended_ms) WHERE ended_ms > 0;"
        "CREATE TABLE erasure_count(subject INTEGER NOT NULL, name TEXT NOT NULL, removed INTEGER NOT NULL,"
        " PRIMARY KEY(subject, name)) WITHOUT ROWID;"
        "CREATE TABLE hold(nid INTEGER PRIMARY KEY, subject INTEGER NOT NULL, placed_ms INTEGER NOT NULL,"
        " lifted_ms INTEGER NOT NULL DEFAULT 0, quiet INTEGER NOT NULL, sealed BLOB NOT NULL);"
        "CREATE INDEX hold_live ON hold(subject) WHERE lifted_ms = 0;"
        "ALTER TABLE personal ADD COLUMN written_ms INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE personal ADD COLUMN coarse INTEGER NOT NULL DEFAULT 0;"
        "UPDATE personal SET written_ms = CAST(strftime('%s', 'now') AS INTEGER) * 1000;"
        "CREATE INDEX personal_age ON personal(field, written_ms) WHERE coarse = 0"},
    /* The public log made of the audit's commitments (privacy/tlog.h). What is in it stays as it is, and the size that
     * was signed never falls. */
    {8, "CREATE TABLE log_node(level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,"
        " PRIMARY KEY(level, place)) WITHOUT ROWID;"
        "CREATE TABLE log_checkpoint(id INTEGER PRIMARY KEY CHECK(id = 1), size INTEGER NOT NULL, note TEXT NOT NULL);"
        "CREATE TRIGGER log_node_is_not_replaced BEFORE INSERT ON log_node"
        " WHEN EXISTS(SELECT 1 FROM log_node WHERE level = NEW.level AND place = NEW.place)"
        " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
        "CREATE TRIGGER log_node_is_not_changed BEFORE UPDATE ON log_node"
        " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
        "CREATE TRIGGER log_node_is_not_removed BEFORE DELETE ON log_node"
        " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
        "CREATE TRIGGER log_checkpoint_only_grows BEFORE UPDATE ON log_checkpoint WHEN NEW.size <= OLD.size"
        " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
        "CREATE TRIGGER log_checkpoint_is_not_removed BEFORE DELETE ON log_checkpoint"
        " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"},
    /* What the budget of statistics was spent on (obligation 1.23), with what was published for it. */
    {9, "CREATE TABLE statistics_release(nid INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, query TEXT NOT NULL,"
        " epsilon_micro INTEGER NOT NULL CHECK(epsilon_micro > 0), result TEXT NOT NULL);"
        "CREATE INDEX statistics_release_query ON statistics_release(query, at_ms);"
        "CREATE TRIGGER statistics_release_is_not_replaced BEFORE INSERT ON statistics_release"
        " WHEN EXISTS(SELECT 1 FROM statistics_release WHERE nid = NEW.nid)"
        " BEGIN SELECT RAISE(ABORT, 'the budget of statistics is append-only'); END;"
        "CREATE TRIGGER statistics_release_is_not_changed BEFORE UPDATE ON statistics_release"
        " BEGIN SELECT RAISE(ABORT, 'the budget of statistics is append-only'); END;"
        "CREATE TRIGGER statistics_release_is_not_removed BEFORE DELETE ON statistics_release"
        " BEGIN SELECT RAISE(ABORT, 'the budget of statistics is append-only'); END"},
    /* Of a registration token only a keyed hash: it is shown once, when it is made. */
    {10, "CREATE TABLE registration_token(nid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, blind BLOB NOT NULL UNIQUE,"
         " made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, max_uses INTEGER NOT NULL, uses INTEGER NOT NULL)"},
    {11, "CREATE TABLE announcement(nid INTEGER PRIMARY KEY, subject INTEGER NOT NULL, told_up_to INTEGER NOT NULL,"
         " made_ms INTEGER NOT NULL, sealed BLOB NOT NULL);"
         "CREATE INDEX announcement_subject ON announcement(subject)"},
    /* An e-mail address is proved like a number, or by a link (store/codes.h). */
    {12, "ALTER TABLE code_session ADD COLUMN medium INTEGER NOT NULL DEFAULT 0;"
         "ALTER TABLE code_session ADD COLUMN link_hash BLOB;"
         "ALTER TABLE code_session ADD COLUMN next_sealed BLOB"},
    /* Invites to numbers (and addresses) whose owners are not here yet, by keyed hash of the number; and how many
     * messages that led to. */
    {13, "CREATE TABLE third_party_invite(token TEXT PRIMARY KEY, inviter INTEGER NOT NULL, room INTEGER NOT NULL,"
         " contact BLOB NOT NULL, direct INTEGER NOT NULL, declined INTEGER NOT NULL DEFAULT 0,"
         " created_ms INTEGER NOT NULL, UNIQUE(room, contact)) WITHOUT ROWID;"
         "CREATE INDEX third_party_invite_contact ON third_party_invite(contact, created_ms);"
         "CREATE INDEX third_party_invite_inviter ON third_party_invite(inviter, room);"
         "CREATE INDEX third_party_invite_age ON third_party_invite(created_ms);"
         "CREATE TABLE third_party_invite_sent(kind INTEGER NOT NULL, who BLOB NOT NULL, sent_ms INTEGER NOT NULL);"
         "CREATE INDEX third_party_invite_sent_who ON third_party_invite_sent(kind, who, sent_ms);"
         "CREATE INDEX third_party_invite_sent_age ON third_party_invite_sent(sent_ms)"},
};
const size_t schema_vault_count = sizeof schema_vault / sizeof *schema_vault;
