/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* C and TypeScript, cut into what the check needs to see: words, literals and signs, without comments and preprocessor
 * lines. Not a compiler: what it cannot make sense of (text within JSX) it skips to the next line. */
#ifndef CATALOGUE_TOKENS_H
#define CATALOGUE_TOKENS_H

#include "base/vec.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_TEMPLATE, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    str text; /* of the source; a literal's without its quotes */
    int line;
};

struct tokens {
    VEC(struct token) list;
};

void tokens_init(struct tokens *tokens, str source, bool is_web);
void tokens_fini(struct tokens *tokens);
/* TOKEN_END outside. */
struct token token_at(const struct tokens *tokens, size_t i);
bool token_is(const struct tokens *tokens, size_t i, const char *word_or_sign);
/* i: behind an opening bracket. Where the argument number `argument` begins (from 0); behind the last token when the
 * call has fewer. */
size_t token_argument(const struct tokens *tokens, size_t i, int argument);

#endif
