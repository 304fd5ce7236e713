/*
 * export/sheet.h - one list as a workbook: the very columns and rows of its page, all of them
 */
#ifndef EXPORT_SHEET_H
#define EXPORT_SHEET_H

#include "casework/list.h"

/* Told after every few thousand rows; -1 ends the writing with its error (another has the job, or a stop was asked). */
struct sheet_watch {
    int (*told)(void *ctx, int64_t rows, struct err *e);
    void *ctx;
};
/* d's arena is reset between pieces: nothing of it is kept. The query is read anew from its text for every piece. */
int sheet_write(const struct desk *d, const char *list, const char *query, const char *path, const char *folder,
                const struct sheet_watch *watch, int64_t *ret_rows, struct err *e) MUST_USE_;

#endif
