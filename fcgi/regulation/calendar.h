/*
 * regulation/calendar.h - working days by the State Council's yearly arrangements (G-04, G-05)
 */
#ifndef REGULATION_CALENDAR_H
#define REGULATION_CALENDAR_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/node.h"

struct calendar;
struct findings;

/* dir is tenants/common/calendar: one YYYY.json a year {year, notices, issued, holidays, workdays} */
int calendar_load(struct arena *a, const char *dir, struct calendar **ret, struct err *e) MUST_USE_;
/* Its files as read, in the order of their years, at least one; calendar_load reads them, the fuzz target makes them up. */
struct calendar_bytes {
    const char *path; /* as it is named in what is said of it */
    char *bytes;
    size_t len;
};
int calendar_load_bytes(struct arena *a, const struct calendar_bytes *all, size_t count, struct calendar **ret,
                        struct err *e) MUST_USE_;
const char *calendar_version(const struct calendar *c); /* SM3, first 12 hex digits, of all its files */
int calendar_has_year(const struct calendar *c, int year);
/* First and last year with a notice. */
void calendar_years(const struct calendar *c, int *ret_first, int *ret_last);
const char *calendar_notices(const struct calendar *c, int year); /* "国办发明电〔2024〕12号"; "" when unknown */
/* [{number, issued_on}] of that year, as its file has them; empty when there is none. */
struct node *calendar_notice_list(const struct calendar *c, struct arena *a, int year);
/*
 * The strict look at one year's file before it is installed: what is wrong goes into f; -1 only when it cannot be read.
 * Without an error in f, *ret is the file as read.
 */
struct calendar_file {
    int year;
    int before; /* it names days of the year before too */
    const char *bytes;
    size_t len;
    const struct node *notices;
};
int calendar_check(struct arena *a, const char *path, struct calendar_file *ret, struct findings *f,
                   struct err *e) MUST_USE_;
/* The same of a file already read. */
void calendar_check_bytes(struct arena *a, const struct calendar_bytes *x, struct calendar_file *ret,
                          struct findings *f);
extern const char *const CALENDAR_MEMBERS[]; /* of a year's file; ended by NULL */
/* A year without a notice falls back to Monday to Friday and sets *provisional (may be NULL). */
int calendar_is_workday(const struct calendar *c, date d, int *provisional);
/* n working days after d (d is day 0). */
date calendar_add_workdays(const struct calendar *c, date d, int n, int *provisional);
/* Working days in (from, to]; negative when to is before from. */
int calendar_workdays_between(const struct calendar *c, date from, date to, int *provisional);
/* What one day is: "weekday", "weekend", "holiday" or "make_up"; of a year without a notice one of the first two. */
const char *calendar_day_kind(const struct calendar *c, date d);
/* d itself when a working day, otherwise the next one. */
date calendar_roll(const struct calendar *c, date d, int *provisional);

/* How far a limit of the law runs: n working days, days or months. */
enum calendar_unit { CALENDAR_WORKING_DAYS, CALENDAR_DAYS, CALENDAR_MONTHS };
struct calendar_period {
    enum calendar_unit unit;
    int n;
    int roll; /* of days and months: a last day that is no working day gives way to the next one (G-06) */
};
/* The last day of the period that begins on from (day 0, G-04). */
date calendar_last_day(const struct calendar *c, date from, const struct calendar_period *p, int *provisional);
/*
 * How it was counted (PRODUCT 4.5): [{date, weekday, counted: the how-manieth day or month, 0 where it does not count,
 * reason: start|last, otherwise as calendar_day_kind says, notice of its year, provisional}]: every day; of months the days
 * that end one, and those a last day was moved over.
 */
struct node *calendar_count(const struct calendar *c, struct arena *a, date from, const struct calendar_period *p);

#endif
