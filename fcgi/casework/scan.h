/*
 * casework/scan.h - an uploaded file before the eyes of a virus scanner, where there is one
 */
#ifndef CASEWORK_SCAN_H
#define CASEWORK_SCAN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/*
 * Sends [offset, offset+size) of fd to a scanner that speaks clamd's protocol on a unix socket: no program is started,
 * none of ours opens the file. ERR_MEDIA: something was found. ERR_BUSY: no whole answer within limit_s seconds; a
 * file that nobody looked at is not taken in.
 */
int scan_file(const char *socket_path, int limit_s, int fd, int64_t offset, int64_t size, struct err *e) MUST_USE_;

#endif
