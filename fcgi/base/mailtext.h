/*
 * base/mailtext.h - one plain letter as bytes for a mail server (RFC 5322, MIME), from parts nobody need trust; pure
 */
#ifndef BASE_MAILTEXT_H
#define BASE_MAILTEXT_H

#include "base/buf.h"
#include "base/date.h"

enum { MAIL_ADDRESS_MAX = 254 };

/* 1 for local@domain of letters, digits and . _ + - (ASCII): what stands bare in a header and an envelope. */
int mail_address_is_plain(const char *s);

struct mailtext {
    const char *from, *to; /* plain addresses */
    const char *from_name; /* any text */
    const char *subject;   /* any text; controls become blanks */
    const char *key;       /* becomes the Message-ID: the same key, the same letter; bytes beyond [a-z0-9._-] become "-" */
    const char *body;      /* any text, lines ended by \n */
    instant date;
};
/* Adds the whole letter with CRLF; -1 when an address is not plain: nothing was added. */
int mailtext_put(struct buf *b, struct arena *a, const struct mailtext *m);

#endif
