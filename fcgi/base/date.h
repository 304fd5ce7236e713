/*
 * base/date.h - civil dates and instants
 *
 * A date is a day number (days since 1970-01-01); an instant is microseconds UTC.
 * The civil day of an instant is that of Asia/Shanghai (UTC+8 since 1991, no summer time).
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

typedef int32_t date;    /* days since 1970-01-01 */
typedef int64_t instant; /* microseconds since 1970-01-01T00:00:00Z */
#define DATE_NONE    INT32_MIN
#define INSTANT_NONE INT64_MIN
#define INSTANT_LAST INT64_C(253402214400000000) /* 9999-12-31: later than anything that happens, and fits a column */

date date_of(int year, int month, int day); /* DATE_NONE when there is no such day */
void date_split(date d, int *year, int *month, int *day);
int date_year(date d);
date date_in_year(int year, int month, int day); /* 29 February becomes the 28th in a common year */
date date_month_first(date d);
int date_weekday(date d); /* 1 Monday … 7 Sunday */
/* Same day number n months on, clamped to the last day of a short month (G-06). */
date date_add_months(date d, int months);
int date_parse(const char *s, date *ret, struct err *e) MUST_USE_; /* "2025-09-22" */
char *date_text(struct arena *a, date d);                          /* "2025-09-22"; "" for DATE_NONE */
char *date_law(struct arena *a, date d);                           /* "2025年9月22日" */
char *date_month_law(struct arena *a, date d);                     /* "2025年9月" */

date instant_date(instant t);                          /* civil day in Asia/Shanghai */
instant instant_of_date(date d, int hour, int minute); /* that civil time in Asia/Shanghai */
/* "2024-05-20T09:00:00+08:00", also with Z, with fraction, "2024-05-20T09:00", or a bare date (then 00:00 Shanghai). */
int instant_parse(const char *s, instant *ret, struct err *e) MUST_USE_;
char *instant_text(struct arena *a, instant t); /* "2024-05-20 09:00" in Shanghai, for people */
char *instant_iso(struct arena *a, instant t);  /* "2024-05-20T01:00:00.000000Z", for machines */
char *instant_sql(struct arena *a, instant t);  /* "2024-05-20 01:00:00.000000" UTC, for DATETIME(6) */

instant instant_now(void); /* the machine's clock */
int64_t clock_monotonic_ms(void);

#endif
