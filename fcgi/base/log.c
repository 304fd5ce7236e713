/*
 * base/log.c - one JSON line an event, to standard error
 *
 * A line leaves in one write, so that the lines of several processes never mix; long
 * values are cut, so that it stays a line.
 */
#include "config.h"

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/jsonout.h"
#include "base/text.h"

enum { LOG_VALUE_BYTES = 1024, LOG_LINE_BYTES = 64 * 1024 };

/* wiring: set once by the program's main */
static const char *log_program = "guizhang";
static enum log_level log_least = LOG_INFO_;

void log_open(const char *program, enum log_level least)
{
    log_program = program;
    log_least = least;
}

static void put_pair(struct jsonout *j, const char *key, const char *value)
{
    char cut[LOG_VALUE_BYTES];

    if (text_is_empty(value))
        return;
    (void)text_copy(cut, sizeof cut, value);
    jsonout_text(j, key, cut);
}

static void begin_line(struct jsonout *j, enum log_level level, const char *event)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    struct arena *a CLEANUP_(arena_freep) = arena_new("log", LOG_LINE_BYTES);

    jsonout_object(j, NULL);
    jsonout_text(j, "time", instant_iso(a, instant_now()));
    jsonout_text(j, "level", names[level]);
    jsonout_text(j, "program", log_program);
    jsonout_text(j, "event", event);
}

static void end_line(struct jsonout *j)
{
    ssize_t n;

    jsonout_end(j);
    buf_putc(j->b, '\n');
    if (!buf_ok(j->b))
        return; /* twenty values of a kilobyte and more: not a log line */
    do {
        n = write(STDERR_FILENO, j->b->data, j->b->len);
    } while (n < 0 && errno == EINTR);
}

void log_event(enum log_level level, const char *event, ...)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct jsonout j;
    va_list ap;

    buf_init(&b, LOG_LINE_BYTES);
    if (level < log_least)
        return;
    jsonout_init(&j, &b);
    begin_line(&j, level, event);
    va_start(ap, event);
    for (const char *key; (key = va_arg(ap, const char *)) != NULL;)
        put_pair(&j, key, va_arg(ap, const char *));
    va_end(ap);
    end_line(&j);
}

void log_err(const char *event, const struct err *e)
{
    log_event(err_status(e->code) >= 500 ? LOG_ERROR_ : LOG_WARN_, event, "error", err_slug(e->code), "message",
              e->message, "path", e->path, "article", e->article, "mend", e->mend, "detail", e->detail, NULL);
}
