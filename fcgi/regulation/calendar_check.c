/*
 * regulation/calendar_check.c - a year's arrangement, looked at before dates are counted by it
 *
 * The loader reads what was checked once; a file from outside is typed by hand from a notice, and one
 * wrong day in it moves last days of every district.
 */
#include "config.h"

#include "regulation/calendar.h"

#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/model.h"

enum { FILE_MAX_BYTES = 1 << 18, YEAR_MIN = 1990, YEAR_MAX = 2200, DECEMBER = 31, DAYS = DECEMBER + 366 };
enum { DAY_PLAIN, DAY_HOLIDAY, DAY_MAKE_UP };

struct checked {
    struct findings *f;
    const char *path;
    int year;
    date first;               /* 1 December of the year before: a notice may free days of it */
    unsigned char kind[DAYS]; /* DAY_* from first on */
    int before;               /* a day of that December is named */
    int freed, made_up;       /* Mondays to Fridays made free; weekend days made working days */
};

#define FAULT(k, id, n, on_key, mend, ...)                                                                             \
    finding_put((k)->f, FINDING_ERROR, id, (k)->path, n, on_key, NULL, mend, __VA_ARGS__)

static const char *const WEEKDAYS[] = {"", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"};

static const struct node *list_of(struct checked *k, const struct node *root, const char *key)
{
    const struct node *list = node_get(root, key);

    if (list == NULL)
        FAULT(k, "calendar_missing", root, 0, "请补上这一项", "没有 %s", key);
    else if (list->type != NODE_LIST)
        FAULT(k, "calendar_type", list, 0, "请写成 [ … ]", "%s 应为列表", key);
    return list != NULL && list->type == NODE_LIST ? list : NULL;
}

static int is_date(struct checked *k, const struct node *n, date *ret)
{
    struct err e = {0};

    if (n->type == NODE_TEXT && date_parse(n->u.text, ret, &e) == 0)
        return 1;
    FAULT(k, "calendar_date", n, 0, "请写成 2025-01-28 的样子", "「%s」不是日期", node_str(n, ""));
    return 0;
}

/* ---- notices ---- */

/* "…〔2025〕7号" */
static int is_notice(const char *s)
{
    const char *open = strstr(s, "〔"), *close = open != NULL ? strstr(open, "〕") : NULL;

    return open != NULL && open != s && close != NULL && text_ends(s, "号") &&
           close - open == (ptrdiff_t)strlen("〔") + 4 && strspn(open + strlen("〔"), "0123456789") == 4;
}

static int stands_before(const struct node *list, const struct node *n)
{
    for (const struct node *x = node_first(list); x != NULL && x != n; x = x->next)
        if (node_equal(x, n))
            return 1;
    return 0;
}

static void check_notices(struct checked *k, const struct node *root)
{
    const struct node *notices = list_of(k, root, "notices"), *issued = list_of(k, root, "issued");

    if (notices != NULL && node_count(notices) == 0)
        FAULT(k, "calendar_notice", notices, 0, "请写明国务院办公厅通知的文号", "没有写明依据哪一份通知");
    for (const struct node *n = node_first(notices); n != NULL; n = n->next) {
        if (n->type != NODE_TEXT || !is_notice(n->u.text))
            FAULT(k, "calendar_notice", n, 0, "请照通知写全，如 国办发明电〔2025〕7号", "「%s」不是通知的文号",
                  node_str(n, ""));
        else if (stands_before(notices, n))
            FAULT(k, "calendar_twice", n, 0, "请删去一处", "%s 写了两次", n->u.text);
    }
    if (notices != NULL && issued != NULL && node_count(notices) != node_count(issued))
        FAULT(k, "calendar_issued", issued, 0, "一份通知一个成文日期", "有 %zu 份通知、%zu 个成文日期",
              node_count(notices), node_count(issued));
    for (const struct node *n = node_first(issued); n != NULL; n = n->next) {
        date on;

        if (is_date(k, n, &on) && date_year(on) != k->year && date_year(on) != k->year - 1)
            FAULT(k, "calendar_issued", n, 0, "安排在上一年年底或者当年印发", "%s 不是 %d 年安排的成文日期", n->u.text,
                  k->year);
    }
}

/* ---- days ---- */

static void check_day(struct checked *k, const struct node *n, unsigned char kind)
{
    date day;

    if (!is_date(k, n, &day))
        return;
    if (day < k->first || date_year(day) > k->year) {
        FAULT(k, "calendar_year", n, 0, "请核对年份", "%s 不在 %d 年", n->u.text, k->year);
        return;
    }

    k->before |= date_year(day) < k->year;

    unsigned char *was = &k->kind[day - k->first];
    const int weekday = date_weekday(day);

    if (*was == kind)
        FAULT(k, "calendar_twice", n, 0, "请删去一处", "%s 写了两次", n->u.text);
    else if (*was != DAY_PLAIN)
        FAULT(k, "calendar_both", n, 0, "请照通知留下一处", "%s 既写作放假又写作上班", n->u.text);
    else if (kind == DAY_MAKE_UP && weekday <= 5)
        FAULT(k, "calendar_make_up", n, 0, "调休上班的只能是星期六或者星期日", "%s 是%s，本来就要上班", n->u.text,
              WEEKDAYS[weekday]);
    else
        *(kind == DAY_MAKE_UP ? &k->made_up : &k->freed) += kind == DAY_MAKE_UP || weekday <= 5;
    *was = kind;
}

/* Of the days that are free by law every year, those that fall on the same day of the calendar. */
static void check_fixed(struct checked *k, const struct node *holidays)
{
    static const struct {
        int month, day;
        const char *name;
    } FIXED[] = {{1, 1, "元旦"}, {5, 1, "劳动节"}, {10, 1, "国庆节"}, {10, 2, "国庆节"}, {10, 3, "国庆节"}};

    for (size_t i = 0; i < ARRAY_LEN(FIXED); i++)
        if (k->kind[date_of(k->year, FIXED[i].month, FIXED[i].day) - k->first] == DAY_PLAIN)
            FAULT(k, "calendar_fixed", holidays, 1, "放假的每一天都要写出，遇星期六、星期日也要写",
                  "没有%s %d-%02d-%02d", FIXED[i].name, k->year, FIXED[i].month, FIXED[i].day);
}

static void check_days(struct checked *k, const struct node *root)
{
    const struct node *holidays = list_of(k, root, "holidays"), *workdays = list_of(k, root, "workdays");

    for (const struct node *n = node_first(holidays); n != NULL; n = n->next)
        check_day(k, n, DAY_HOLIDAY);
    for (const struct node *n = node_first(workdays); n != NULL; n = n->next)
        check_day(k, n, DAY_MAKE_UP);
    if (holidays != NULL)
        check_fixed(k, holidays);
    if (workdays != NULL && k->made_up > k->freed)
        FAULT(k, "calendar_make_up", workdays, 1, "请核对是否漏写了放假的日子", "调休上班 %d 天，多于换来放假的 %d 天",
              k->made_up, k->freed);
}

/* ---- the file ---- */

static void check_members(struct checked *k, const struct node *root)
{
    for (const struct node *n = node_first(root); n != NULL; n = n->next) {
        size_t i = 0;

        while (CALENDAR_MEMBERS[i] != NULL && !text_eq(CALENDAR_MEMBERS[i], n->key))
            i++;
        if (CALENDAR_MEMBERS[i] == NULL)
            FAULT(k, "calendar_member", n, 1, "请删去，或改成 year、notices、issued、holidays、workdays 之一",
                  "没有「%s」这一项", n->key);
    }
}

static int check_year(struct checked *k, const struct node *root)
{
    const struct node *year = node_get(root, "year");

    if (year == NULL || year->type != NODE_INT || year->u.integer < YEAR_MIN || year->u.integer > YEAR_MAX) {
        FAULT(k, "calendar_year", year != NULL ? year : root, 0, "请写成 \"year\": 2027", "没有写明是哪一年的安排");
        return 0;
    }
    k->year = (int)year->u.integer;
    k->first = date_of(k->year - 1, 12, 1);
    return 1;
}

void calendar_check_bytes(struct arena *a, const struct calendar_bytes *x, struct calendar_file *ret,
                          struct findings *f)
{
    struct checked *k = ARENA_NEW(a, struct checked);
    const struct node *root;
    struct placed_node place = {{.type = NODE_OBJECT, .is_placed = 1}, {0}};
    struct err bad = {0};

    *k = (struct checked){.f = f, .path = x->path};
    *ret = (struct calendar_file){.bytes = x->bytes, .len = x->len};
    if (jsonin_parse(a, x->bytes, x->len, &root, &place.at.line, &place.at.column, &bad) < 0) {
        FAULT(k, "calendar_json", &place.node, 0, bad.mend, "%s", bad.message);
        return;
    }
    if (root->type != NODE_OBJECT) {
        FAULT(k, "calendar_type", root, 0, "请写成 { \"year\": … }", "应为一个对象");
        return;
    }
    check_members(k, root);
    if (!check_year(k, root))
        return;
    check_notices(k, root);
    check_days(k, root);
    findings_sort(f);
    ret->year = k->year;
    ret->before = k->before;
    ret->notices = node_get(root, "notices");
}

int calendar_check(struct arena *a, const char *path, struct calendar_file *ret, struct findings *f, struct err *e)
{
    struct calendar_bytes x = {.path = path};

    if (file_read(a, path, FILE_MAX_BYTES, &x.bytes, &x.len, e) < 0)
        return -1;
    calendar_check_bytes(a, &x, ret, f);
    return 0;
}
