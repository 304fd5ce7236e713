/*
 * base/settings.h - a table of settings and the strict JSON file that fills it
 *
 * A row is name, type, offset, default, range and what it is for; the same table
 * reads the file, prints the reference (guizhang settings) and checks itself.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

enum setting_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL, SETTING_PATH /* absolute, or relative to the file */ };

struct setting {
    const char *name;   /* "database.socket" */
    enum setting_type type;
    size_t offset;      /* of const char * / int64_t / int */
    const char *def;    /* NULL: required */
    int64_t min, max;   /* SETTING_INT */
    const char *doc;    /* one sentence, Chinese */
};

/* Fills the struct at base from the file. Every fault is said as file:line:column. */
int settings_load(struct arena *a, const struct setting *table, size_t count, void *base, const char *path, struct err *e) MUST_USE_;
void settings_print(struct buf *b, const struct setting *table, size_t count, const void *base);

#endif
