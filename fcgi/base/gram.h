/*
 * base/gram.h - a text as the pairs of characters it is made of, for finding it again
 *
 * Chinese has no blanks to cut words at: what is looked for is found by all its neighbouring pairs. Runs of letters and
 * digits also give their triples, for pairs of digits are everywhere. Pure; the same text gives the same grams for ever,
 * because they are kept in rows (store/search.c): a change here needs guizhang reindex.
 */
#ifndef BASE_GRAM_H
#define BASE_GRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Of a text to be found: every gram once, ascending; *ret an arena array. Letters without case, full width as half. */
size_t gram_text(struct arena *a, const char *text, uint32_t **ret);

/*
 * Of what is looked for: at most GRAM_ASK of its grams, spread over the whole, triples where a run has them. 0: it has
 * no two neighbouring characters to go by. Whoever has all of them must still be looked at for the words themselves.
 */
enum { GRAM_ASK = 4 };
size_t gram_ask(struct arena *a, const char *text, uint32_t ret[GRAM_ASK]);

#endif
