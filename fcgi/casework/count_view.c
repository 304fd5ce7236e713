/*
 * casework/count_view.c - how a last day was counted, as a page shows it: day by day, step by step, by which notice
 */
#include "config.h"

#include "casework/count_view.h"

#include "base/text.h"
#include "casework/view.h"
#include "casework/weeks.h"

static const char *day_words(const char *reason)
{
    static const char *const notes[][2] = {{"make_up", "调休上班"}, {"holiday", "放假"},  {"weekend", "休"},
                                           {"start", "起算日"},     {"last", "最后一日"}, {"weekday", ""}};

    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        if (text_eq(notes[i][0], reason))
            return notes[i][1];
    }
    return "";
}

static void day_put(struct arena *a, struct node *o, date day, const struct node *n, int is_start)
{
    const char *reason = node_get_str(n, "reason");
    const int64_t counted = node_get_int(n, "counted", 0);
    const int is_last = n->next == NULL;
    int year, month, dom;

    date_split(day, &year, &month, &dom);
    node_put_fmt(a, o, "label", "%d-%d", month, dom);
    view_put_date(a, o, "date", day);
    if (counted > 0)
        node_put_int(a, o, "counted", counted);
    node_put_bool(a, o, "is_counted", counted > 0);
    node_put_text(a, o, "kind", reason);
    node_put_text(a, o, "note", day_words(reason));
    node_put_bool(a, o, "is_start", is_start);
    node_put_bool(a, o, "is_last", is_last);
    node_put_bool(a, o, "is_rolled", is_last && counted == 0 && !is_start);
    node_put_bool(a, o, "is_shift", text_eq(reason, "make_up"));
    node_put_bool(a, o, "is_off", counted == 0 && !is_start && !is_last);
}

static struct node *count_months(struct arena *a, const struct node *days)
{
    struct node *months = node_list(a);
    struct weeks w = {0};
    date first = DATE_NONE;

    for (const struct node *n = node_first(days); n != NULL; n = n->next) {
        struct err e = {0};
        date day;

        if (date_parse(node_get_str(n, "date"), &day, &e) < 0)
            continue;
        if (date_month_first(day) != first) {
            struct node *m = node_add_object(a, months);

            weeks_end(&w);
            first = date_month_first(day);
            node_put_text(a, m, "name", date_month_law(a, first));
            weeks_begin(&w, a, node_put_list(a, m, "weeks"));
        }
        day_put(a, weeks_day(&w, day), day, n, n == node_first(days));
    }
    weeks_end(&w);
    return months;
}

/* Months are listed by the days that end one: a table of weeks would be empty in between. */
void count_put(const struct desk *d, date from, const struct calendar_period *p, struct node *o)
{
    struct arena *a = d->arena;
    struct node *days = node_put(a, o, "days", calendar_count(d->platform->calendar, a, from, p));

    if (p->unit != CALENDAR_MONTHS) {
        node_put(a, o, "months", count_months(a, days));
        node_put_bool(a, o, "is_by_workday", p->unit == CALENDAR_WORKING_DAYS);
        return;
    }
    for (struct node *n = days->u.kids.first; n != NULL; n = n->next) {
        const int64_t counted = node_get_int(n, "counted", 0);
        const char *words = day_words(node_get_str(n, "reason"));

        node_put_text(a, n, "words",
                      counted == 0     ? words
                      : *words == '\0' ? arena_fmt(a, "满 %d 个月", (int)counted)
                                       : arena_fmt(a, "满 %d 个月，%s", (int)counted, words));
    }
    node_put_bool(a, o, "is_by_month", 1);
}

int count_period(const struct node *count, struct calendar_period *ret_p)
{
    static const struct {
        const char *kind, *number;
        enum calendar_unit unit;
        int most; /* what is listed day by day or month by month has to stay a page */
    } counted[] = {{"working_days", "days", CALENDAR_WORKING_DAYS, 1000},
                   {"days", "days", CALENDAR_DAYS, 1000},
                   {"months", "days", CALENDAR_MONTHS, 240},
                   {"window", "closes", CALENDAR_MONTHS, 240}};

    for (size_t i = 0; i < ARRAY_LEN(counted); i++) {
        const int64_t n = node_get_int(count, counted[i].number, 0);

        if (!text_eq(node_get_str(count, "kind"), counted[i].kind) || n <= 0 || n > counted[i].most)
            continue;
        *ret_p = (struct calendar_period){.unit = counted[i].unit, .n = (int)n, .roll = node_get_bool(count, "roll")};
        return 1;
    }
    return 0;
}

static void rolled_step(const struct desk *d, date counted, date last, const struct calendar_period *p,
                        struct node *steps)
{
    struct arena *a = d->arena;

    if (last != counted)
        node_add_text(a, steps,
                      arena_fmt(a, "%s不是工作日，顺延到下一个工作日 %s。", date_text(a, counted), date_text(a, last)));
    else if (!p->roll && !calendar_is_workday(d->platform->calendar, last, NULL))
        node_add_text(a, steps, arena_fmt(a, "%s不是工作日，这一期间不顺延。", date_text(a, last)));
}

void count_steps(const struct desk *d, date from, const struct calendar_period *p, struct node *steps)
{
    struct arena *a = d->arena;
    const struct calendar *c = d->platform->calendar;
    const struct calendar_period plain = {.unit = p->unit, .n = p->n};
    const date counted = calendar_last_day(c, from, &plain, NULL), last = calendar_last_day(c, from, p, NULL);
    const char *start = date_text(a, from), *end = date_text(a, counted);

    if (p->unit == CALENDAR_WORKING_DAYS) {
        node_add_text(a, steps, arena_fmt(a, "起算日 %s 当日不计入，从下一个工作日数起。", start));
        node_add_text(a, steps,
                      arena_fmt(a, "数满 %d 个工作日：法定节假日和周六、周日不计，调休上班的日子计入。", p->n));
    } else if (p->unit == CALENDAR_DAYS) {
        node_add_text(a, steps, arena_fmt(a, "起算日 %s 当日不计入，从次日数起。", start));
        node_add_text(a, steps, arena_fmt(a, "数满 %d 日，节假日和周六、周日都计入：%s。", p->n, end));
    } else {
        node_add_text(a, steps, arena_fmt(a, "起算日 %s 当日不计入。", start));
        node_add_text(a, steps, arena_fmt(a, "满 %d 个月，到期月的对应日是 %s；没有对应日的，取月末日。", p->n, end));
    }
    rolled_step(d, counted, last, p, steps);
    node_add_text(a, steps, arena_fmt(a, "最后一日是 %s，当日 24 时前办理都算按期。", date_text(a, last)));
}

struct node *count_notices(const struct desk *d, date from, date to)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (int year = date_year(from); year <= date_year(to); year++) {
        const char *notice = calendar_notices(d->platform->calendar, year);

        node_add_text(a, list,
                      *notice != '\0' ? arena_fmt(a, "%d 年：%s", year, notice)
                                      : arena_fmt(a, "%d 年：放假安排还没有公布，暂按周一至周五计算", year));
    }
    return list;
}
