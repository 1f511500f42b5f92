/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/facts.h"

#include "room/power_number.h"

#include <stdlib.h>

/* ---- Making: everything is parsed into an arena first, then kept in the size it has ---- */

struct reading {
    const struct room_version *version;
    facts_lookup lookup;
    void *ctx;
    struct arena arena;
    struct room_facts *facts;
};

/* The parsed content of a state event, NULL if there is none. */
static yyjson_val *content_of(struct reading *reading, str type)
{
    const struct event *event = reading->lookup(reading->ctx, type);
    yyjson_val *content;
    if (!event || event_content(event, &reading->arena, &content) != RC_OK)
        return NULL;
    return content;
}

static str member_str(yyjson_val *content, const char *key)
{
    str value = json_str_of(yyjson_obj_get(content, key));
    return value.ptr ? value : S("");
}

static str text_of(struct reading *reading, str type, const char *key)
{
    return member_str(content_of(reading, type), key);
}

static void read_create(struct reading *reading)
{
    struct room_facts *facts = reading->facts;
    const struct event *create = reading->lookup(reading->ctx, S("m.room.create"));
    yyjson_val *content = content_of(reading, S("m.room.create"));
    facts->creator = !create                                ? S("")
                     : reading->version->create_has_creator ? member_str(content, "creator")
                                                            : create->sender;
    facts->room_type = member_str(content, "type");
    yyjson_val *more = yyjson_obj_get(content, "additional_creators");
    if (!reading->version->privileged_creators || !yyjson_is_arr(more))
        return;
    facts->additional_creators = xcalloc(yyjson_arr_size(more), sizeof *facts->additional_creators);
    yyjson_arr_iter iter = yyjson_arr_iter_with(more);
    for (yyjson_val *user; (user = yyjson_arr_iter_next(&iter));)
        if (yyjson_is_str(user))
            facts->additional_creators[facts->additional_count++] = json_str_of(user);
}

/* A rule the version does not know lets nobody in by itself, like any unknown one. */
static bool join_rule_exists(const struct room_version *version, enum join_rule rule)
{
    switch (rule) {
    case JOIN_KNOCK: return version->knock;
    case JOIN_RESTRICTED: return version->restricted;
    case JOIN_KNOCK_RESTRICTED: return version->knock_restricted;
    default: return true;
    }
}

static enum join_rule join_rule_parse(const struct room_version *version, str name)
{
    static const str names[] = {
        [JOIN_INVITE] = STR_INIT("invite"),
        [JOIN_PUBLIC] = STR_INIT("public"),
        [JOIN_KNOCK] = STR_INIT("knock"),
        [JOIN_RESTRICTED] = STR_INIT("restricted"),
        [JOIN_KNOCK_RESTRICTED] = STR_INIT("knock_restricted"),
        [JOIN_PRIVATE] = STR_INIT("private"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq(names[i], name) && join_rule_exists(version, (enum join_rule)i))
            return (enum join_rule)i;
    return JOIN_PRIVATE;
}

static void read_access(struct reading *reading)
{
    struct room_facts *facts = reading->facts;
    yyjson_val *rules = content_of(reading, S("m.room.join_rules"));
    /* Spec, m.room.join_rules: a room without the event is as if the rule were `invite`. */
    facts->join_rule = rules ? join_rule_parse(reading->version, member_str(rules, "join_rule")) : JOIN_INVITE;
    facts->history = history_visibility_parse(text_of(reading, S("m.room.history_visibility"), "history_visibility"));
    facts->guests_may_join = str_eq(text_of(reading, S("m.room.guest_access"), "guest_access"), S("can_join"));
    facts->encrypted = yyjson_is_str(yyjson_obj_get(content_of(reading, S("m.room.encryption")), "algorithm"));
}

/* A room of this server's own kind (store/slow_mode.h). What is not a number of milliseconds is off. */
static void read_slow_mode(struct reading *reading)
{
    yyjson_val *interval = yyjson_obj_get(content_of(reading, S(SLOW_MODE_TYPE)), "interval");
    int64_t ms = yyjson_is_int(interval) ? yyjson_get_sint(interval) : 0;
    reading->facts->slow_mode_ms = ms < 0 ? 0 : ms > SLOW_MODE_MAX_MS ? SLOW_MODE_MAX_MS : ms;
}

/* Off unless somebody with the power has said otherwise: a link that is asked for tells its host of itself. Never of
 * what the server cannot read. */
static bool read_previews(struct reading *reading)
{
    yyjson_val *content = content_of(reading, S(PREVIEWS_TYPE));
    return yyjson_is_false(yyjson_obj_get(content, "disable")) && !reading->facts->encrypted;
}

static int entry_cmp(const void *a, const void *b)
{
    return str_cmp(((const struct power_entry *)a)->name, ((const struct power_entry *)b)->name);
}

static void read_table(yyjson_val *object, bool strings_too, struct power_table *table)
{
    if (!yyjson_is_obj(object) || yyjson_obj_size(object) == 0)
        return;
    table->entries = xcalloc(yyjson_obj_size(object), sizeof *table->entries);
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));) {
        int64_t level;
        if (power_number(yyjson_obj_iter_get_val(key), strings_too, &level))
            table->entries[table->count++] = (struct power_entry){json_str_of(key), level};
    }
    qsort(table->entries, table->count, sizeof *table->entries, entry_cmp);
}

static int64_t level_of(yyjson_val *content, const char *key, bool strings_too, int64_t fallback)
{
    int64_t level;
    return power_number(yyjson_obj_get(content, key), strings_too, &level) ? level : fallback;
}

/* Spec, m.room.power_levels: the defaults hold for absent members as for an absent event. */
static void read_power(struct reading *reading)
{
    struct room_facts *facts = reading->facts;
    yyjson_val *content = content_of(reading, S("m.room.power_levels"));
    bool strings = !reading->version->integer_power_levels;
    facts->has_power_levels = content != NULL;
    facts->power = (struct room_power){
        .ban = level_of(content, "ban", strings, 50),
        .kick = level_of(content, "kick", strings, 50),
        .invite = level_of(content, "invite", strings, 0),
        .redact = level_of(content, "redact", strings, 50),
        .state_default = level_of(content, "state_default", strings, 50),
        .events_default = level_of(content, "events_default", strings, 0),
        .users_default = level_of(content, "users_default", strings, 0),
        .notify_room = level_of(yyjson_obj_get(content, "notifications"), "room", strings, 50),
    };
    read_table(yyjson_obj_get(content, "users"), strings, &facts->user_power);
    read_table(yyjson_obj_get(content, "events"), strings, &facts->event_power);
}

/* Calls each for every text of the facts. */
static void facts_texts(struct room_facts *facts, void (*each)(str *text, struct strbuf *bytes))
{
    str *const single[] = {&facts->creator,         &facts->name,     &facts->topic, &facts->avatar,
                           &facts->canonical_alias, &facts->room_type};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
        each(single[i], &facts->bytes);
    for (size_t i = 0; i < facts->additional_count; i++)
        each(&facts->additional_creators[i], &facts->bytes);
    for (size_t i = 0; i < facts->user_power.count; i++)
        each(&facts->user_power.entries[i].name, &facts->bytes);
    for (size_t i = 0; i < facts->event_power.count; i++)
        each(&facts->event_power.entries[i].name, &facts->bytes);
}

static void text_measure(str *text, struct strbuf *bytes)
{
    bytes->capacity += text->len;
}

static void text_keep(str *text, struct strbuf *bytes)
{
    str source = *text;
    *text = str_from(bytes->ptr + bytes->len, source.len);
    strbuf_add(bytes, source);
}

/* Moves all texts out of the arena into one allocation of the right size. */
static void facts_settle(struct room_facts *facts)
{
    facts_texts(facts, text_measure);
    size_t size = facts->bytes.capacity + 1;
    facts->bytes = (struct strbuf){xmalloc(size), 0, size};
    facts_texts(facts, text_keep);
}

bool room_facts_concern(str type, str state_key)
{
    static const str types[] = {
        STR_INIT("m.room.create"),
        STR_INIT("m.room.power_levels"),
        STR_INIT("m.room.join_rules"),
        STR_INIT("m.room.guest_access"),
        STR_INIT("m.room.history_visibility"),
        STR_INIT("m.room.encryption"),
        STR_INIT(PREVIEWS_TYPE),
        STR_INIT("m.room.name"),
        STR_INIT("m.room.topic"),
        STR_INIT("m.room.avatar"),
        STR_INIT("m.room.canonical_alias"),
        STR_INIT(SLOW_MODE_TYPE),
    };
    if (state_key.len)
        return false;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_eq(types[i], type))
            return true;
    return false;
}

struct room_facts *room_facts_new(const struct room_version *version, facts_lookup lookup, void *ctx)
{
    struct room_facts *facts = xcalloc(1, sizeof *facts);
    atomic_init(&facts->refs, 1);
    struct reading reading = {version, lookup, ctx, ARENA_INIT, facts};
    read_create(&reading);
    read_access(&reading);
    read_power(&reading);
    read_slow_mode(&reading);
    facts->previews = read_previews(&reading);
    facts->name = text_of(&reading, S("m.room.name"), "name");
    facts->topic = text_of(&reading, S("m.room.topic"), "topic");
    facts->avatar = text_of(&reading, S("m.room.avatar"), "url");
    facts->canonical_alias = text_of(&reading, S("m.room.canonical_alias"), "alias");
    facts_settle(facts);
    arena_fini(&reading.arena);
    return facts;
}

struct room_facts *room_facts_ref(struct room_facts *facts)
{
    atomic_fetch_add_explicit(&facts->refs, 1, memory_order_relaxed);
    return facts;
}

void room_facts_unref(struct room_facts *facts)
{
    if (atomic_fetch_sub_explicit(&facts->refs, 1, memory_order_acq_rel) != 1)
        return;
    free(facts->additional_creators);
    free(facts->user_power.entries);
    free(facts->event_power.entries);
    strbuf_fini(&facts->bytes);
    free(facts);
}

bool power_table_find(const struct power_table *table, str name, int64_t *ret_level)
{
    struct power_entry wanted = {name, 0};
    const struct power_entry *found =
        table->count ? bsearch(&wanted, table->entries, table->count, sizeof wanted, entry_cmp) : NULL;
    if (found)
        *ret_level = found->level;
    return found != NULL;
}
