/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/conformance.h"

static void count_tests(struct conformance *one, const struct proofs *proofs)
{
    for (size_t i = 0; i < one->obligation->test_count; i++) {
        enum proof proof = proofs_of(proofs, &one->obligation->tests[i]);
        one->passed += proof == PROOF_PASSED;
        one->failed += proof == PROOF_FAILED;
        one->missing += proof == PROOF_MISSING;
    }
}

static bool checks_hold(struct arena *arena, struct conformance *one, const struct check_result *results)
{
    const struct obligation *obligation = one->obligation;
    bool hold = true;
    if (!results)
        return obligation->check_count == 0;
    one->checks = arena_alloc(arena, (obligation->check_count + 1) * sizeof *one->checks);
    for (size_t i = 0; i < obligation->check_count; i++) {
        const struct check *check = check_find(obligation->checks[i]);
        one->checks[i] = check ? results[check - checks] : check_bad(arena, "there is no such check");
        hold = hold && one->checks[i].ok;
    }
    return hold;
}

struct conformance *conformance_of(struct arena *arena, const struct proofs *proofs, const struct check_result *results)
{
    struct conformance *all = arena_alloc(arena, obligation_count * sizeof *all);
    for (size_t i = 0; i < obligation_count; i++) {
        all[i] = (struct conformance){.obligation = &obligations[i]};
        count_tests(&all[i], proofs);
        bool hold = checks_hold(arena, &all[i], results);
        all[i].lit =
            obligations[i].built && obligations[i].test_count && all[i].passed == obligations[i].test_count && hold;
    }
    return all;
}

static yyjson_mut_val *tests_json(yyjson_mut_doc *doc, const struct obligation *obligation, const struct proofs *proofs)
{
    static const char *const words[] = {
        [PROOF_MISSING] = "not run", [PROOF_FAILED] = "failed", [PROOF_PASSED] = "passed"};
    yyjson_mut_val *tests = yyjson_mut_arr(doc);
    for (size_t i = 0; i < obligation->test_count; i++) {
        yyjson_mut_val *test = yyjson_mut_arr_add_obj(doc, tests);
        json_set_str(doc, test, "suite", str_of(obligation->tests[i].suite));
        json_set_str(doc, test, "name", str_of(obligation->tests[i].name));
        json_set_str(doc, test, "result", str_of(words[proofs_of(proofs, &obligation->tests[i])]));
    }
    return tests;
}

static yyjson_mut_val *checks_json(yyjson_mut_doc *doc, const struct conformance *one)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < one->obligation->check_count; i++) {
        yyjson_mut_val *check = yyjson_mut_arr_add_obj(doc, list);
        json_set_str(doc, check, "name", str_of(one->obligation->checks[i]));
        if (!one->checks)
            continue;
        json_set_bool(doc, check, "ok", one->checks[i].ok);
        json_set_str(doc, check, "words", one->checks[i].words);
    }
    return list;
}

static yyjson_mut_val *one_json(yyjson_mut_doc *doc, const struct conformance *one, const struct proofs *proofs)
{
    const struct obligation *obligation = one->obligation;
    yyjson_mut_val *object = yyjson_mut_obj(doc), *clause = yyjson_mut_obj(doc), *mechanism = yyjson_mut_arr(doc);
    json_set_str(doc, object, "id", str_of(obligation->id));
    json_set_bool(doc, object, "lit", one->lit);
    json_set_str(doc, object, "state", str_of(obligation->built ? "built" : "planned"));
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        json_set_str(doc, clause, language_tag((enum language)i), str_of(obligation->clause[i]));
    json_set(doc, object, "clause", clause);
    for (size_t i = 0; i < obligation->mechanism_count; i++)
        yyjson_mut_arr_add_str(doc, mechanism, obligation->mechanism[i]);
    json_set(doc, object, "mechanism", mechanism);
    json_set(doc, object, "tests", tests_json(doc, obligation, proofs));
    json_set(doc, object, "checks", checks_json(doc, one));
    json_set_str(doc, object, "says", str_of(obligation->says));
    json_set_str(doc, object, "mutant", str_of(obligation->mutant));
    return object;
}

yyjson_mut_val *conformance_json(yyjson_mut_doc *doc, const struct conformance *all, const struct proofs *proofs)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < obligation_count; i++)
        yyjson_mut_arr_append(list, one_json(doc, &all[i], proofs));
    return list;
}
