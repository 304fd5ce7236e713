/*
 * casework/keep.h - file content kept by its SM3, durable before anybody hears of it
 */
#ifndef CASEWORK_KEEP_H
#define CASEWORK_KEEP_H

#include "casework/casework.h"

struct kept { int64_t size; const char *sm3; const char *type; };
/*
 * Copies [offset, offset+length) of path (length -1: to the end) to <files>/<tenant>/<2 hex>/<62 hex> after
 * telling its type; content that is there already is shared. 0 only when file and folder are on disk.
 */
int content_keep(const struct desk *d, const char *name, const char *path, int64_t offset, int64_t length, struct kept *ret,
                 struct err *e) MUST_USE_;
/* The same of bytes made here, without asking what type they are: the text of a regulation's draft. */
int content_keep_bytes(const struct desk *d, const void *p, size_t n, struct kept *ret, struct err *e) MUST_USE_;
/* "<tenant>/ab/cdef…" below files_dir */
char *content_path(struct arena *a, const char *tenant, const char *sm3);

#endif
