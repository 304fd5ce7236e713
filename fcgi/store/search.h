/*
 * store/search.h - what projects are found by: pairs of characters (fcgi/adr/0014)
 *
 * Inside the layer. A project's name is put down with its row; its number and the texts of events and files by
 * search_follow, behind the seal of the audit trail. A gram is never taken back: the words themselves are looked at.
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "base/gram.h"
#include "store/case.h"

/* What is looked for: a few grams that all must be there, then its words, each as it stands ("" for none). */
enum { SEARCH_WORDS = 3 };
struct search {
    uint32_t gram[GRAM_ASK];
    const char *word[SEARCH_WORDS];
};
/* 1, or 0 when the text has no two neighbouring characters to go by. */
int search_read(struct arena *a, const char *text, struct search *ret);

/* When the title changed or the project is new; a number that comes later is put down by search_follow. */
int search_project(struct db *db, struct arena *a, const struct project *p, int is_new, struct err *e) MUST_USE_;

/* Where a word may stand besides the project's row; ? is the word. A draft's file is its unit's own business. */
#define SEARCH_DOCUMENT "d.state IN ('submitted', 'replaced') AND LOCATE(LOWER(?), LOWER(d.name)) > 0"
#define SEARCH_EVENT "LOCATE(LOWER(?), LOWER(v.with_json)) > 0"

#endif
