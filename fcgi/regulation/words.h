/*
 * regulation/words.h - rules as sentences; for this layer only
 */
#ifndef REGULATION_WORDS_H
#define REGULATION_WORDS_H

#include "regulation/model.h"

const char *cond_words(const struct regulation *r, struct arena *a, const struct cond *c); /* "" of NULL */
const char *trigger_words(const struct regulation *r, struct arena *a, const struct trigger *t);

#endif
