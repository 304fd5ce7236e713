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

/*
 * Rows whose field is checked at compile time to have the C type of the row, as
 * SETTING_INT_ROW("workers.count", struct app_settings, workers, "4", 1, 64, "…").
 */
#define SETTING_OFFSET_(st, field, ctype) _Generic(((st *)0)->field, ctype: offsetof(st, field))
#define SETTING_TEXT_ROW(name, st, field, def, doc) {name, SETTING_TEXT, SETTING_OFFSET_(st, field, const char *), def, 0, 0, doc}
#define SETTING_PATH_ROW(name, st, field, def, doc) {name, SETTING_PATH, SETTING_OFFSET_(st, field, const char *), def, 0, 0, doc}
#define SETTING_BOOL_ROW(name, st, field, def, doc) {name, SETTING_BOOL, SETTING_OFFSET_(st, field, int), def, 0, 0, doc}
#define SETTING_INT_ROW(name, st, field, def, min, max, doc) {name, SETTING_INT, SETTING_OFFSET_(st, field, int64_t), def, min, max, doc}

/* Fills the struct at base from the file. Every fault is said as file:line:column; on a fault the struct is left as it was. */
int settings_load(struct arena *a, const struct setting *table, size_t count, void *base, const char *path, struct err *e) MUST_USE_;
/* For people: name, type, range, default, what for; with base not NULL also the value (never a password or secret). */
void settings_print(struct buf *b, const struct setting *table, size_t count, const void *base);

#endif
