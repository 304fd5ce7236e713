/*
 * base/err.c - what went wrong, said once
 *
 * Texts that do not fit are cut on a character boundary. Arguments may point into
 * the err itself: everything is put together aside first.
 */
#include "config.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
    int status;
    const char *slug, *title;
} err_rows[ERR__MAX] = {
#define X(name, status, slug, title) [name] = {status, slug, title},
    ERR_TABLE(X)
#undef X
};

enum { ERR_SCRATCH = 1024 };

void err_set_fail(struct err *e, enum err_code code, const char *fmt, ...)
{
    char scratch[ERR_SCRATCH];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(scratch, sizeof scratch, fmt, ap);
    va_end(ap);

    *e = (struct err){.code = code};
    (void)text_copy(e->message, sizeof e->message, scratch);
}

void err_set_at(struct err *e, const char *fmt, ...)
{
    char scratch[ERR_SCRATCH];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(scratch, sizeof scratch, fmt, ap);
    va_end(ap);

    if (n >= 0 && (size_t)n < sizeof scratch)
        (void)text_copy(scratch + n, sizeof scratch - (size_t)n, e->path);
    (void)text_copy(e->path, sizeof e->path, scratch);
}

/* 1 when the comma-separated list has this very entry. */
static int list_has(const char *list, const char *entry)
{
    size_t n = strlen(entry);

    for (const char *p = list; *p != '\0';) {
        size_t part = strcspn(p, ",");

        if (part == n && memcmp(p, entry, n) == 0)
            return 1;
        p += part;
        if (*p == ',')
            p++;
    }
    return 0;
}

void err_set_article(struct err *e, const char *article)
{
    char scratch[sizeof e->article];

    if (text_is_empty(article) || list_has(e->article, article))
        return;

    int n = snprintf(scratch, sizeof scratch, "%s%s%s", e->article, e->article[0] != '\0' ? "," : "", article);

    /* half an article number would name another article: rather none than a cut one */
    if (n > 0 && (size_t)n < sizeof scratch)
        (void)text_copy(e->article, sizeof e->article, scratch);
}

void err_set_mend(struct err *e, const char *fmt, ...)
{
    char scratch[ERR_SCRATCH];
    va_list ap;

    if (e->mend[0] != '\0')
        return;
    va_start(ap, fmt);
    vsnprintf(scratch, sizeof scratch, fmt, ap);
    va_end(ap);
    (void)text_copy(e->mend, sizeof e->mend, scratch);
}

void err_set_detail(struct err *e, const char *fmt, ...)
{
    char scratch[ERR_SCRATCH];
    size_t have = strlen(e->detail);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(scratch, sizeof scratch, fmt, ap);
    va_end(ap);

    if (have > 0 && have + 2 < sizeof e->detail) {
        memcpy(e->detail + have, "; ", 3);
        have += 2;
    }
    (void)text_copy(e->detail + have, sizeof e->detail - have, scratch);
}

int err_status(enum err_code code)
{
    return code < ERR__MAX ? err_rows[code].status : 500;
}

const char *err_slug(enum err_code code)
{
    return code < ERR__MAX ? err_rows[code].slug : "internal";
}

const char *err_title(enum err_code code)
{
    return code < ERR__MAX ? err_rows[code].title : err_rows[ERR_INTERNAL].title;
}

void err_list_take(struct err_list *list, struct err *e)
{
    if (list->count < ERR_LIST_MAX)
        list->item[list->count] = *e;
    list->count++;
    *e = (struct err){.code = ERR_NONE};
}
