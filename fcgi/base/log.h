/*
 * base/log.h - one JSON line an event, to standard error
 *
 * Library code never logs; only web/call.c, app/ and the pusher do.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"
#include "base/err.h"

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

void log_open(const char *program, enum log_level least);
/* event is a literal slug; then "key", "value" pairs of texts, ended by NULL. Values are escaped; NULL values are left out. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
void log_err(const char *event, const struct err *e);

#endif
