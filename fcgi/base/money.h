/*
 * base/money.h - money in integer 分 (fen), never floating point
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

typedef int64_t fen; /* 1 元 = 100 fen, 1 万元 = 1 000 000 fen (G-01) */
enum { MONEY_FEN_PER_YUAN = 100, MONEY_FEN_PER_WAN = 1000000 };
#define MONEY_MAX INT64_C(1000000000000000) /* 10 万亿元: more is a slip of the pen */

/* "20万元", "412.60万元", "1,234.56元", "3亿元" exactly as written in law; exact or refused. */
int money_parse_law(const char *s, fen *ret, struct err *e) MUST_USE_;
/* "412.6", "1,412.60" typed by a person in 万元; up to 6 decimals (1 fen); refused past that. */
int money_parse_wan(const char *s, fen *ret, struct err *e) MUST_USE_;

char *money_wan(struct arena *a, fen f);       /* "1,412.60": two decimals, more only where the amount needs them */
char *money_wan_plain(struct arena *a, fen f); /* the same without commas, for input values */
char *money_law(struct arena *a, fen f);       /* "412.60万元" */
char *money_capital(struct arena *a, fen f);   /* 大写: 肆佰壹拾贰万陆仟元整 */

#endif
