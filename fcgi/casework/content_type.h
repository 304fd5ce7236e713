/*
 * casework/content_type.h - what a file is by its content, never by its name alone
 */
#ifndef CASEWORK_CONTENT_TYPE_H
#define CASEWORK_CONTENT_TYPE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

/*
 * Reads what stands in [offset, offset+size) of fd and gives the accepted type it is; the name's ending must
 * agree. ERR_MEDIA says what was found and what is accepted. *ret is a literal.
 */
int content_type_of(int fd, int64_t offset, int64_t size, const char *name, const char **ret, struct err *e) MUST_USE_;
/* PDF 文档, Word 文档 … for a type of the table; the type itself otherwise. */
const char *content_type_name(const char *type);
/* "PDF、OFD、Word …": for the sentence of a refusal and the hint beside the control. */
const char *content_types_accepted(void);
/* ".pdf,.ofd,…": for the accept attribute of the control. */
const char *content_types_endings(struct arena *a);

#endif
