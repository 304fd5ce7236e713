/*
 * base/mailtext.c - one plain letter as bytes for a mail server
 *
 * What comes from people stands in headers and body as base64 only, so no byte of it can end a header, begin another,
 * or end the letter; addresses are of a small alphabet or there is no letter.
 */
#include "config.h"

#include "base/mailtext.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"

/* bytes of text in one encoded word and one line of the body: below the 75 and 76 characters the standards allow */
enum { WORD_BYTES = 39, LINE_BYTES = 54, LOCAL_MAX = 64 };

static int is_atom(const char *s, size_t n, const char *more)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    if (n == 0 || s[0] == '.' || s[n - 1] == '.')
        return 0;
    for (size_t i = 0; i < n; i++)
        if ((!strchr(plain, s[i]) && !strchr(more, s[i])) || s[i] == '\0' || (s[i] == '.' && s[i + 1] == '.'))
            return 0;
    return 1;
}

int mail_address_is_plain(const char *s)
{
    const char *at = s != NULL ? strchr(s, '@') : NULL;

    if (at == NULL || strlen(s) > MAIL_ADDRESS_MAX || at - s > LOCAL_MAX)
        return 0;
    return is_atom(s, (size_t)(at - s), "._+-") && is_atom(at + 1, strlen(at + 1), ".-") && at[1] != '-';
}

/* "=?UTF-8?B?…?=" words, cut between characters, folded. */
static void put_words(struct buf *b, struct arena *a, const char *text)
{
    size_t left = strlen(text);
    const char *p = text;

    while (left > 0) {
        size_t n = 0;

        while (n < left) {
            size_t step = text_utf8_step(p + n, left - n, NULL);

            step = step > 0 ? step : 1;
            if (n + step > WORD_BYTES)
                break;
            n += step;
        }
        buf_fmt(b, "%s=?UTF-8?B?%s?=", p == text ? "" : "\r\n ", crypto_base64(a, p, n));
        p += n;
        left -= n;
    }
}

/* Controls as blanks: they say nothing in a subject. */
static const char *one_line(struct arena *a, const char *s)
{
    char *copy = arena_dup(a, s);

    for (char *p = copy; *p != '\0'; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    return copy;
}

static const char *id_part(struct arena *a, const char *key)
{
    char *copy = arena_dup(a, key);

    for (char *p = copy; *p != '\0'; p++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", *p))
            *p = '-';
    return copy;
}

static void put_date(struct buf *b, instant at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    date day = instant_date(at);
    int64_t s = (at - instant_of_date(day, 0, 0)) / 1000000;
    int y, m, d;

    date_split(day, &y, &m, &d);
    buf_fmt(b, "Date: %s, %d %s %d %02d:%02d:%02d +0800\r\n", days[date_weekday(day) - 1], d, months[m - 1], y,
            (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static void put_body(struct buf *b, struct arena *a, const char *body)
{
    struct buf crlf CLEANUP_(buf_free) = {0};

    buf_init(&crlf, 4 * 1024 * 1024);
    for (const char *p = body; *p != '\0'; p++) {
        if (*p == '\n')
            buf_putc(&crlf, '\r');
        if (*p != '\r')
            buf_putc(&crlf, *p);
    }
    for (size_t at = 0; at < crlf.len; at += LINE_BYTES) {
        size_t n = crlf.len - at < LINE_BYTES ? crlf.len - at : LINE_BYTES;

        buf_fmt(b, "%s\r\n", crypto_base64(a, crlf.data + at, n));
    }
}

int mailtext_put(struct buf *b, struct arena *a, const struct mailtext *m)
{
    if (!mail_address_is_plain(m->from) || !mail_address_is_plain(m->to))
        return -1;
    put_date(b, m->date);
    buf_fmt(b, "From: ");
    put_words(b, a, one_line(a, m->from_name));
    buf_fmt(b, "%s<%s>\r\nTo: <%s>\r\nSubject: ", *m->from_name != '\0' ? "\r\n " : "", m->from, m->to);
    put_words(b, a, one_line(a, m->subject));
    buf_fmt(b, "\r\nMessage-ID: <%s%s>\r\n", id_part(a, m->key), strchr(m->from, '@'));
    buf_fmt(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
               "Content-Transfer-Encoding: base64\r\n\r\n");
    put_body(b, a, m->body);
    return 0;
}
