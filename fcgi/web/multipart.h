/*
 * web/multipart.h - multipart/form-data (RFC 7578) from the file nginx wrote
 *
 * Files are not copied: a part is an offset and a length in the body file, handed to document_take as they
 * are. Reading goes through one window of fixed size, whatever the size of the body.
 */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/node.h"

struct multipart_part {
    const char *name;
    const char *file_name;   /* last piece of the path, UTF-8; never empty */
    const char *type;        /* as claimed; what counts is the content */
    int64_t offset, length;  /* in the body */
};
struct multipart {
    struct node *fields;     /* parts without a file name, as form_parse gives them */
    struct multipart_part *parts;
    size_t count;            /* files; those a browser sends for an empty choice are left out */
};
/* Reads up to n bytes at offset; 0 at the end, -1 on failure. */
typedef ssize_t multipart_read_fn(void *from, int64_t offset, void *p, size_t n);

int multipart_parse(struct arena *a, multipart_read_fn *read, void *from, int64_t size, const char *boundary,
                    struct multipart *ret, struct err *e) MUST_USE_;
/* multipart_read_fn over a file: from points to an int, the descriptor. */
ssize_t multipart_read_fd(void *from, int64_t offset, void *p, size_t n);

#endif
