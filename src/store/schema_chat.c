/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * chat.db. Rooms, events and devices by internal number; nothing here names a person or says what was written:
 * contents, types and state keys are inside `sealed`, and found by keyed hashes.
 *
 * To add tables: a new entry at the end with the next number. An entry that has been released never changes.
 */
#include "store/store_private.h"

/* A file counts once, however many uploads share it. */
#define MEDIA_COUNT_UP                                                                                                 \
    "INSERT INTO media_used(owner, bytes, files) SELECT NEW.owner, 0, 0 WHERE NOT EXISTS"                              \
    "(SELECT 1 FROM media_used WHERE owner = NEW.owner);"                                                              \
    "UPDATE media_used SET files = files + 1, bytes = bytes +"                                                         \
    " CASE WHEN EXISTS(SELECT 1 FROM media WHERE file = NEW.file AND id <> NEW.id) THEN 0 ELSE NEW.size END"           \
    " WHERE owner = NEW.owner;"

const struct db_migration schema_chat[] = {
    {1, "CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
        /* The last position given out, written by each commit that gives out one. */
        "CREATE TABLE stream(id INTEGER PRIMARY KEY CHECK(id = 1), pos INTEGER NOT NULL,"
        " merged INTEGER NOT NULL DEFAULT 0);" /* events up to here are in room_event, event_ref and txn (merge.h) */
        "INSERT INTO stream(id, pos) VALUES(1, 0)"},
    {2, "CREATE TABLE user(nid INTEGER PRIMARY KEY, flags INTEGER NOT NULL, created INTEGER NOT NULL,"
        " account_data_pos INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE membership(user INTEGER NOT NULL, room INTEGER NOT NULL, membership INTEGER NOT NULL,"
        " pos INTEGER NOT NULL, forgotten INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(user, room)) WITHOUT ROWID"},
    /* room.id is not a person's; event.id is the reference hash; state keys are blind. `kept`: the redacted form of a
     * state event under the server's key, for when the sender's is destroyed: a room must not lose its rules. */
    {3, "CREATE TABLE room(nid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version TEXT NOT NULL,"
        " created_pos INTEGER NOT NULL, listed INTEGER NOT NULL DEFAULT 0);"
        "CREATE INDEX room_listed ON room(nid) WHERE listed = 1;"
        "CREATE TABLE event(pos INTEGER PRIMARY KEY, room INTEGER NOT NULL, sender INTEGER NOT NULL,"
        " target INTEGER NOT NULL, flags INTEGER NOT NULL, ts INTEGER NOT NULL, notify_total INTEGER NOT NULL,"
        " id BLOB NOT NULL, device INTEGER NOT NULL, txn INTEGER NOT NULL, skey BLOB, sealed BLOB NOT NULL, kept BLOB);"
        "CREATE TABLE room_event(room INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY(room, pos)) WITHOUT ROWID;"
        "CREATE INDEX event_state ON event(room, skey) WHERE skey IS NOT NULL;"
        /* The first eight bytes of the id: uniform by nature, no keyed hash needed. */
        "CREATE TABLE event_ref(id8 INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY(id8, pos)) WITHOUT ROWID;"
        "CREATE TABLE state(room INTEGER NOT NULL, skey BLOB NOT NULL, pos INTEGER NOT NULL,"
        " PRIMARY KEY(room, skey)) WITHOUT ROWID;"
        "CREATE TABLE relation(parent INTEGER NOT NULL, pos INTEGER NOT NULL, kind INTEGER NOT NULL,"
        " PRIMARY KEY(parent, pos)) WITHOUT ROWID;"
        "CREATE TABLE txn(device INTEGER NOT NULL, txn INTEGER NOT NULL, pos INTEGER NOT NULL,"
        " PRIMARY KEY(device, txn)) WITHOUT ROWID"},
    {4,
     /* Names, addresses and agents of devices are vault fields. */
     "CREATE TABLE device ("
     "  nid INTEGER PRIMARY KEY,"
     "  user_nid INTEGER NOT NULL,"
     "  device_id TEXT NOT NULL,"
     "  created_ms INTEGER NOT NULL,"
     "  seen_ms INTEGER NOT NULL,"
     "  UNIQUE (user_nid, device_id));"

     /* Tokens are stored as hashes only. predecessor: the session this one refreshed, until this one is first used. */
     "CREATE TABLE session ("
     "  nid INTEGER PRIMARY KEY,"
     "  user_nid INTEGER NOT NULL,"
     "  device_nid INTEGER NOT NULL,"
     "  access_hash BLOB NOT NULL UNIQUE,"
     "  refresh_hash BLOB UNIQUE,"
     "  predecessor INTEGER NOT NULL,"
     "  created_ms INTEGER NOT NULL,"
     "  expires_ms INTEGER NOT NULL);"
     "CREATE INDEX session_device ON session (device_nid);"
     "CREATE INDEX session_user ON session (user_nid);"
     "CREATE INDEX session_predecessor ON session (predecessor) WHERE predecessor > 0;"

     "CREATE TABLE invite_link ("
     "  id TEXT PRIMARY KEY,"
     "  room_nid INTEGER NOT NULL,"
     "  maker_nid INTEGER NOT NULL,"
     "  token_hash BLOB NOT NULL UNIQUE,"
     "  created_ms INTEGER NOT NULL,"
     "  expires_ms INTEGER NOT NULL,"
     "  max_uses INTEGER NOT NULL,"
     "  uses INTEGER NOT NULL);"
     "CREATE INDEX invite_link_room ON invite_link (room_nid)"},
    /* What belongs to people in rooms. Names and contents are sealed, and found by keyed hashes. */
    {5,
     "CREATE TABLE account_data(user INTEGER NOT NULL, room INTEGER NOT NULL, type BLOB NOT NULL, pos INTEGER NOT NULL,"
     " sealed BLOB NOT NULL, PRIMARY KEY(user, room, type)) WITHOUT ROWID;"
     "CREATE INDEX account_data_pos ON account_data(user, pos);"
     "CREATE TABLE receipt(room INTEGER NOT NULL, user INTEGER NOT NULL, kind INTEGER NOT NULL, thread TEXT NOT NULL,"
     " event TEXT NOT NULL, event_pos INTEGER NOT NULL, ts INTEGER NOT NULL, pos INTEGER NOT NULL,"
     " PRIMARY KEY(room, user, kind, thread)) WITHOUT ROWID;"
     "CREATE INDEX receipt_pos ON receipt(room, pos);"
     "CREATE TABLE alias(blind BLOB PRIMARY KEY, room INTEGER NOT NULL, creator INTEGER NOT NULL, pos INTEGER NOT NULL,"
     " sealed BLOB NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX alias_room ON alias(room);"
     "CREATE TABLE filter(user INTEGER NOT NULL, number INTEGER NOT NULL, blind BLOB NOT NULL, sealed BLOB NOT NULL,"
     " PRIMARY KEY(user, number)) WITHOUT ROWID;"
     "CREATE UNIQUE INDEX filter_blind ON filter(user, blind);"
     "CREATE TABLE report(pos INTEGER PRIMARY KEY, kind INTEGER NOT NULL, reporter INTEGER NOT NULL, room INTEGER NOT "
     "NULL,"
     " event INTEGER NOT NULL, target INTEGER NOT NULL, ts INTEGER NOT NULL, sealed BLOB NOT NULL)"},
    /* Uploads: the bytes are a file each, under a key of its own, which is sealed here under the uploader's. */
    {6, "CREATE TABLE media(id TEXT PRIMARY KEY, owner INTEGER NOT NULL, created INTEGER NOT NULL,"
        " state INTEGER NOT NULL, size INTEGER NOT NULL, file TEXT NOT NULL DEFAULT '', sealed BLOB) WITHOUT ROWID;"
        "CREATE INDEX media_owner ON media(owner);"
        "CREATE INDEX media_file ON media(file);"
        "CREATE INDEX media_pending ON media(created) WHERE state = 0"},
    {7, "CREATE TABLE thread(room INTEGER NOT NULL, root INTEGER NOT NULL, latest INTEGER NOT NULL,"
        " PRIMARY KEY(room, root)) WITHOUT ROWID;"
        "CREATE INDEX thread_latest ON thread(room, latest);"
        "INSERT INTO thread(room, root, latest) SELECT e.room, r.parent, max(r.pos) FROM relation r"
        " JOIN event e ON e.pos = r.parent WHERE r.kind = 3 GROUP BY e.room, r.parent"},
    /* So that erasing somebody looks at their rows only (obligation 5.4). */
    {8, "CREATE INDEX alias_creator ON alias(creator);"
        "CREATE INDEX invite_link_maker ON invite_link(maker_nid);"
        "CREATE INDEX report_reporter ON report(reporter)"},
    {9, "CREATE TABLE slow_mode(room INTEGER NOT NULL, user INTEGER NOT NULL, ts INTEGER NOT NULL,"
        " PRIMARY KEY(room, user)) WITHOUT ROWID;"
        "CREATE INDEX slow_mode_user ON slow_mode(user)"},
    /* Rooms whose messages do not stay for good (lifetimes.h). */
    {10,
     "CREATE TABLE lifetime(room INTEGER PRIMARY KEY, due_ms INTEGER NOT NULL, walked_pos INTEGER NOT NULL DEFAULT 0,"
     " swept_pos INTEGER NOT NULL DEFAULT 0, gone_pos INTEGER NOT NULL DEFAULT 0,"
     " gone_total INTEGER NOT NULL DEFAULT 0);"
     "CREATE INDEX lifetime_due ON lifetime(due_ms)"},
    /* How far application services have been sent the stream, and the positions under way to each. */
    {11, "CREATE TABLE service_queue(service TEXT PRIMARY KEY, pos INTEGER NOT NULL, txn TEXT NOT NULL,"
         " upto INTEGER NOT NULL, events BLOB NOT NULL) WITHOUT ROWID"},
    /* So that looking for guests who have not come back looks at guests only. */
    {12, "CREATE INDEX user_guest ON user(nid) WHERE flags & 16"},
    /* service_rooms.h */
    {13, "CREATE TABLE service_room(service TEXT NOT NULL, network TEXT NOT NULL, room INTEGER NOT NULL,"
         " PRIMARY KEY(service, network, room)) WITHOUT ROWID"},
    /* Events to be sent later (delayed_events.h): ids are found by keyed hashes, what is to be said is sealed. */
    {14, "CREATE TABLE delayed_event(nid INTEGER PRIMARY KEY, user INTEGER NOT NULL, room INTEGER NOT NULL,"
         " blind BLOB NOT NULL UNIQUE, device INTEGER NOT NULL, txn INTEGER NOT NULL, delay_ms INTEGER NOT NULL,"
         " since_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, done_ms INTEGER NOT NULL, outcome INTEGER NOT NULL,"
         " by_action INTEGER NOT NULL, sealed BLOB NOT NULL);"
         "CREATE INDEX delayed_event_due ON delayed_event(due_ms) WHERE done_ms = 0;"
         "CREATE INDEX delayed_event_user ON delayed_event(user, device, txn)"},
    {15, "CREATE TABLE media_use(media TEXT NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY(media, pos)) WITHOUT ROWID;"
         "CREATE INDEX media_use_pos ON media_use(pos)"},
    /* Where people want to be told that something is new (pushers.h), and what they are still to be told. */
    {16, "CREATE TABLE pusher(nid INTEGER PRIMARY KEY, user INTEGER NOT NULL, device INTEGER NOT NULL,"
         " kind INTEGER NOT NULL, blind BLOB NOT NULL, made_ms INTEGER NOT NULL, set_ms INTEGER NOT NULL,"
         " sent_pos INTEGER NOT NULL, sealed BLOB NOT NULL);"
         "CREATE INDEX pusher_user ON pusher(user);"
         "CREATE UNIQUE INDEX pusher_blind ON pusher(blind, user);"
         "CREATE TABLE push_due(user INTEGER NOT NULL, pos INTEGER NOT NULL, room INTEGER NOT NULL,"
         " flags INTEGER NOT NULL, added_ms INTEGER NOT NULL, PRIMARY KEY(user, pos)) WITHOUT ROWID;"
         "CREATE INDEX push_due_added ON push_due(added_ms)"},
    /* Public keys of end-to-end encryption: device_keys.h, one_time_keys.h, key_changes.h. What a key is called and
     * what it is are told apart by keyed hashes; a one-time key that was given out leaves these alone. */
    {17, "CREATE TABLE device_key(user INTEGER NOT NULL, device INTEGER NOT NULL, content BLOB NOT NULL,"
         " sealed BLOB NOT NULL, PRIMARY KEY(user, device)) WITHOUT ROWID;"
         "CREATE TABLE one_time_key(user INTEGER NOT NULL, device INTEGER NOT NULL, name BLOB NOT NULL,"
         " algorithm TEXT NOT NULL, seq INTEGER NOT NULL, content BLOB NOT NULL, sealed BLOB,"
         " PRIMARY KEY(user, device, name)) WITHOUT ROWID;"
         "CREATE INDEX one_time_key_left ON one_time_key(user, device, algorithm, seq) WHERE sealed IS NOT NULL;"
         "CREATE TABLE fallback_key(user INTEGER NOT NULL, device INTEGER NOT NULL, algorithm TEXT NOT NULL,"
         " used INTEGER NOT NULL, content BLOB NOT NULL, sealed BLOB NOT NULL,"
         " PRIMARY KEY(user, device, algorithm)) WITHOUT ROWID;"
         "CREATE TABLE key_change(pos INTEGER PRIMARY KEY, user INTEGER NOT NULL);"
         "CREATE INDEX key_change_user ON key_change(user)"},
    {18, "CREATE INDEX media_passing ON media(created) WHERE state = 2"},
    /* Messages to devices (to_device.h), and which were sent, so that none is sent twice. The first index holds all
     * that counting a queue needs. */
    {19, "CREATE TABLE to_device(pos INTEGER PRIMARY KEY, user INTEGER NOT NULL, device INTEGER NOT NULL,"
         " sender INTEGER NOT NULL, ts INTEGER NOT NULL, size INTEGER NOT NULL, sealed BLOB NOT NULL);"
         "CREATE INDEX to_device_queue ON to_device(user, device, pos, sender, size);"
         "CREATE INDEX to_device_sender ON to_device(sender);"
         "CREATE INDEX to_device_ts ON to_device(ts);"
         "CREATE TABLE to_device_sent(user INTEGER NOT NULL, device INTEGER NOT NULL, txn INTEGER NOT NULL,"
         " ts INTEGER NOT NULL, PRIMARY KEY(user, device, txn)) WITHOUT ROWID;"
         "CREATE INDEX to_device_sent_ts ON to_device_sent(ts)"},
    /* cross_signing.h, key_signatures.h */
    {20, "CREATE TABLE cross_signing_key(user INTEGER NOT NULL, usage INTEGER NOT NULL, public BLOB NOT NULL,"
         " sealed BLOB NOT NULL, PRIMARY KEY(user, usage)) WITHOUT ROWID;"
         "CREATE TABLE key_signature(signer INTEGER NOT NULL, target INTEGER NOT NULL, item BLOB NOT NULL,"
         " key BLOB NOT NULL, pos INTEGER NOT NULL, sealed BLOB NOT NULL,"
         " PRIMARY KEY(signer, target, item, key)) WITHOUT ROWID;"
         "CREATE INDEX key_signature_pos ON key_signature(signer, pos);"
         "CREATE INDEX key_signature_newest ON key_signature(pos)"},
    /* Backups of the keys of encrypted rooms (room_keys.h). */
    {21, "CREATE TABLE room_keys_version(user INTEGER NOT NULL, version INTEGER NOT NULL, etag INTEGER NOT NULL,"
         " count INTEGER NOT NULL, deleted INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY(user, version))"
         " WITHOUT ROWID;"
         "CREATE TABLE room_key(nid INTEGER PRIMARY KEY, user INTEGER NOT NULL, version INTEGER NOT NULL,"
         " room BLOB NOT NULL, session BLOB NOT NULL, rank INTEGER NOT NULL, sealed BLOB NOT NULL);"
         "CREATE UNIQUE INDEX room_key_place ON room_key(user, version, room, session)"},
    /* How much each person keeps, counted as it comes and goes; uploads of the same bytes by one person share a file,
     * found by a hash under their own key; and uploads nobody is shown for now (media.h). */
    {22, "ALTER TABLE media ADD COLUMN digest BLOB;"
         "ALTER TABLE media ADD COLUMN barred INTEGER NOT NULL DEFAULT 0;"
         "DROP INDEX media_owner;"
         "CREATE INDEX media_owner_time ON media(owner, created);"
         "CREATE INDEX media_waiting ON media(owner) WHERE state = 0;"
         "CREATE INDEX media_digest ON media(owner, digest) WHERE digest IS NOT NULL;"
         "CREATE TABLE media_used(owner INTEGER NOT NULL, bytes INTEGER NOT NULL, files INTEGER NOT NULL);"
         "CREATE INDEX media_used_owner ON media_used(owner);"
         "INSERT INTO media_used(owner, bytes, files) SELECT owner, sum(size), count(*) FROM media WHERE state = 1"
         " GROUP BY owner;"
         "CREATE TRIGGER media_came AFTER INSERT ON media WHEN NEW.state = 1 BEGIN " MEDIA_COUNT_UP " END;"
         "CREATE TRIGGER media_filled AFTER UPDATE OF state ON media WHEN OLD.state = 0 AND NEW.state = 1 BEGIN"
         " " MEDIA_COUNT_UP " END;"
         "CREATE TRIGGER media_went AFTER DELETE ON media WHEN OLD.state = 1 BEGIN"
         " UPDATE media_used SET files = files - 1, bytes = bytes -"
         " CASE WHEN EXISTS(SELECT 1 FROM media WHERE file = OLD.file) THEN 0 ELSE OLD.size END"
         " WHERE owner = OLD.owner; END"},
    /* dehydrated.h; beside the row in device. */
    {23, "CREATE TABLE dehydrated_device(device INTEGER PRIMARY KEY, user INTEGER NOT NULL, sealed BLOB NOT NULL);"
         "CREATE INDEX dehydrated_device_user ON dehydrated_device(user)"},
};
const size_t schema_chat_count = sizeof schema_chat / sizeof *schema_chat;
