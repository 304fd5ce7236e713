/*
 * casework/ole.h - what an old office file (.doc .xls .ppt .wps .et: MS-CFB, a small file system) carries
 */
#ifndef CASEWORK_OLE_H
#define CASEWORK_OLE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"

enum { OLE_MACRO = 1, OLE_LOCKED = 2 /* the whole is enciphered with a password */ };

/*
 * Looks at the directory, at the sheets of a workbook and at the head of a presentation's macros; executes and unpacks
 * nothing. 0 and *ret a sum of the above, -1 when the structure leads nowhere. Memory from a: some hundredths of size.
 */
int ole_look(struct arena *a, int fd, int64_t offset, int64_t size, unsigned *ret) MUST_USE_;

#endif
