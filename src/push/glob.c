/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "push/glob.h"

#include "base/fold.h"

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_boundary(str text, size_t at)
{
    return at == 0 || at == text.len || !is_word_byte(text.ptr[at - 1]) || !is_word_byte(text.ptr[at]);
}

/* Where to go on from when a try fails: behind a `*`, which then takes one character more. Only the last `*` counts:
 * for all before it the shortest choice was right. */
struct retry {
    bool possible;
    bool at_boundary; /* stands for the text before the first word: what follows must start at a boundary */
    size_t pattern, text;
};

static bool retry_advance(struct retry *retry, str text)
{
    if (!retry->possible || retry->text >= text.len)
        return false;
    do
        fold_next_char(text, &retry->text);
    while (retry->at_boundary && !is_boundary(text, retry->text));
    return true;
}

static bool match(str pattern, str text, bool words, bool literal)
{
    struct retry retry = {words, words, 0, 0};
    size_t p = 0, t = 0;
    for (;;) {
        if (p < pattern.len && !literal && pattern.ptr[p] == '*') {
            retry = (struct retry){true, false, ++p, t};
            continue;
        }
        if (p < pattern.len && t < text.len) {
            uint32_t wanted = fold_next_char(pattern, &p), found = fold_next_char(text, &t);
            if (fold_char(wanted) == fold_char(found) || (wanted == '?' && !literal))
                continue;
        } else if (p == pattern.len && (words ? is_boundary(text, t) : t == text.len)) {
            return true;
        }
        if (!retry_advance(&retry, text))
            return false;
        p = retry.pattern;
        t = retry.text;
    }
}

bool glob_matches(str pattern, str text)
{
    return match(pattern, text, false, false);
}

bool glob_matches_words(str pattern, str text)
{
    return match(pattern, text, true, false);
}

bool text_has_words(str words, str text)
{
    return match(words, text, true, true);
}
