/*
 * base/text.h - strings: UTF-8, comparison, numbers; nothing here depends on a locale
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"

/* 1 when equal; NULL equals only NULL. Here in the header, because most of what is compared differs in its first byte. */
static inline int text_eq(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && *a == *b && strcmp(a, b) == 0);
}
int text_is_empty(const char *s);          /* NULL, "" */
int text_starts(const char *s, const char *prefix);
int text_ends(const char *s, const char *suffix);
int text_copy(char *dst, size_t size, const char *src); /* cuts on a character boundary; 0, or -1 when cut */

/* Shortest-form UTF-8 without surrogates, NUL and code points over U+10FFFF. */
int text_is_utf8(const char *s, size_t len);
/* Bytes of the character s starts with, its code point in *ret_code (may be NULL); 0 when there is no such character.
 */
size_t text_utf8_step(const char *s, size_t len, uint32_t *ret_code);
/* Characters (code points) of valid UTF-8. */
size_t text_chars(const char *s);
/* No C0/C1 controls but tab and newline when lines is set, no bidi overrides U+202A-202E, U+2066-2069. */
int text_is_clean(const char *s, int lines);

/* Whole string as decimal, no blanks, no plus sign; 0, or -1 when it is not that. */
int text_i64(const char *s, int64_t *ret) MUST_USE_;
int text_u64(const char *s, uint64_t *ret) MUST_USE_;
/* What a hexadecimal digit is worth, -1 when it is none. */
int text_hex(char c);

/* Copy without blanks (ASCII and U+3000) at both ends. */
char *text_trim(struct arena *a, const char *s);
/* 1 for a letter followed by letters, digits, '_' (ASCII, lower case), at most 63 bytes. */
int text_is_id(const char *s);
/* Splits at sep; returns the number of parts, *ret an arena array of that many. "" gives 0 parts. */
size_t text_split(struct arena *a, const char *s, char sep, char ***ret);
/* 12 as an article number in words, 1..999 */
char *text_article(struct arena *a, int number);
/* "7,12" as article numbers in words, joined by 、. An entry may carry an item or name an annex: "12(3)", "annex1". */
char *text_articles(struct arena *a, const char *numbers);
/* What an error's path names, as the id of its control: the last piece; of a cell in a list the list too:
 * "/with/amount" → "amount", "/with/list/1/name" → "list-1-name". */
const char *text_path_id(struct arena *a, const char *path);

enum { TEXT_SIZE_ROOM = 32 };
/* A size of bytes as people say it: "640 B", "12.5 KB", "200 MB", "2 GB"; rounded up to a tenth, so that what is past a
 * limit reads so. Written into room, which it returns. */
const char *text_size(char room[TEXT_SIZE_ROOM], int64_t bytes);

#endif
