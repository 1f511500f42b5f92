/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/technical.h"
#include "catalogue/words.h"
#include "privacy/catalogue_shown.h"

static void set_word(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, const char *word)
{
    if (word)
        json_set_str(doc, object, key, str_of(word));
}

static void set_languages(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key,
                          const char *const words[LANGUAGE_COUNT])
{
    yyjson_mut_val *both = yyjson_mut_obj(doc);
    if (!words[LANGUAGE_EN])
        return;
    for (int language = 0; language < LANGUAGE_COUNT; language++)
        json_set_str(doc, both, language_tag((enum language)language), str_of(words[language]));
    json_set(doc, object, key, both);
}

static void set_names(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, const char *names)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (str rest = str_of(names ? names : ""), name; rest.len;) {
        rest = str_split(rest, ' ', &name);
        yyjson_mut_arr_append(list, json_mut_str(doc, name));
    }
    if (names)
        json_set(doc, object, key, list);
}

static void set_purposes(yyjson_mut_doc *doc, yyjson_mut_val *object, const struct catalogue_row *row)
{
    yyjson_mut_val *purposes = yyjson_mut_arr(doc), *bases = yyjson_mut_arr(doc);
    for (int purpose = 0; purpose < PURPOSE_COUNT; purpose++)
        if (row->purposes & PURPOSE_BIT(purpose))
            yyjson_mut_arr_add_str(doc, purposes, purpose_name((enum purpose)purpose));
    for (int basis = 0; basis < BASIS_COUNT; basis++)
        if (row->bases & BASIS_BIT(basis))
            yyjson_mut_arr_add_str(doc, bases, basis_name((enum legal_basis)basis));
    json_set(doc, object, "purposes", purposes);
    json_set(doc, object, "bases", bases);
}

static yyjson_mut_val *retention(yyjson_mut_doc *doc, const struct catalogue_row *row)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    set_word(doc, object, "rule", retention_name(row->retention));
    if (row->retention_days)
        json_set_i64(doc, object, "days", row->retention_days);
    set_word(doc, object, "since", row->time_column);
    return object;
}

static yyjson_mut_val *field(yyjson_mut_doc *doc, const struct catalogue_row *row)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    set_word(doc, object, "name", row->name);
    set_word(doc, object, "topic", topic_name(row->topic));
    set_languages(doc, object, "title", row->title);
    set_languages(doc, object, "holds", row->holds);
    set_word(doc, object, "class", class_name(row->class));
    set_word(doc, object, "grade", grade_name(row->grade));
    set_purposes(doc, object, row);
    set_word(doc, object, "place", place_name(row->place));
    set_word(doc, object, "table", row->table);
    set_names(doc, object, "columns", row->columns);
    set_word(doc, object, "subject", row->subject_column);
    json_set_bool(doc, object, "sealed", row->sealed);
    json_set(doc, object, "retention", retention(doc, row));
    set_word(doc, object, "export", export_name(row->export));
    set_word(doc, object, "masking", masking_name(row->masking));
    set_word(doc, object, "erasure", erasure_name(row->erasure));
    set_languages(doc, object, "why_kept", row->why_kept);
    return object;
}

static yyjson_mut_val *technical(yyjson_mut_doc *doc, const struct technical *entry)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    set_word(doc, object, "place", place_name(entry->place));
    set_word(doc, object, "table", entry->table);
    set_names(doc, object, "names", entry->names);
    set_languages(doc, object, "why", entry->why);
    return object;
}

static yyjson_mut_val *purpose_words_of(yyjson_mut_doc *doc, enum purpose purpose)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    const char *title[LANGUAGE_COUNT], *words[LANGUAGE_COUNT];
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        title[language] = purpose_title(purpose, (enum language)language);
        words[language] = purpose_words(purpose, (enum language)language);
    }
    set_word(doc, object, "name", purpose_name(purpose));
    set_languages(doc, object, "title", title);
    set_languages(doc, object, "words", words);
    json_set_bool(doc, object, "needs_consent", purpose_needs_consent(purpose));
    return object;
}

yyjson_mut_val *catalogue_json(yyjson_mut_doc *doc)
{
    yyjson_mut_val *all = yyjson_mut_obj(doc), *fields = yyjson_mut_arr(doc), *rest = yyjson_mut_arr(doc);
    yyjson_mut_val *purposes = yyjson_mut_arr(doc);
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
        yyjson_mut_arr_append(fields, field(doc, catalogue_row((enum personal_field)f)));
    for (size_t i = 0; i < catalogue_technical_count; i++)
        yyjson_mut_arr_append(rest, technical(doc, &catalogue_technical[i]));
    for (int purpose = PURPOSE_NONE + 1; purpose < PURPOSE_COUNT; purpose++)
        yyjson_mut_arr_append(purposes, purpose_words_of(doc, (enum purpose)purpose));
    json_set(doc, all, "fields", fields);
    json_set(doc, all, "technical", rest);
    json_set(doc, all, "purposes", purposes);
    return all;
}
