/*
 * store/ledger.c - money by year, of each project and added up (fcgi/adr/0022)
 *
 * A project's row says what each year moved ("years" of money, JSON); here it is laid out to be listed by year, and
 * added up by unit, year of submission, year, and what the lists of money are chosen by. Both move in the transaction
 * that moves the project, so that a sum costs what the places are many, not the projects.
 */
#include "config.h"

#include "store/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonin.h"
#include "base/text.h"
#include "store/lists.h"
#include "store/row.h"
#include "store/sql.h"

const char *const money_amounts[MONEY_AMOUNTS] = {"applied", "planned", "reviewed", "approved", "budget",  "contract",
                                                  "paid",    "settled", "surplus",  "carried",  "returned"};

/* clang-format off */
#define LEDGER_AMOUNTS "applied, planned, reviewed, approved, budget, contract, paid, settled, surplus, carried, returned"
#define LEDGER_ADD(c) c " = " c " + VALUES(" c ")"
#define LEDGER_EACH(m)                                                                                 \
    m("applied") ", " m("planned") ", " m("reviewed") ", " m("approved") ", " m("budget") ", " m("contract") ", " m("paid") ", " \
    m("settled") ", " m("surplus") ", " m("carried") ", " m("returned")
#define YEAR_PUTS(rows) "REPLACE INTO money_year (project, year, " LEDGER_AMOUNTS ") VALUES " rows /* as in duty.c */
#define YEAR_ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
const struct sql MONEY_YEAR_PUT = { "money_year.put", YEAR_PUTS(YEAR_ROW) };
const struct sql MONEY_YEAR_PUT_2 = { "money_year.put_2", YEAR_PUTS(YEAR_ROW ", " YEAR_ROW) };
const struct sql MONEY_YEAR_PUT_4 = { "money_year.put_4", YEAR_PUTS(YEAR_ROW ", " YEAR_ROW ", " YEAR_ROW ", " YEAR_ROW) };
const struct sql MONEY_YEAR_DROP = { "money_year.drop", "DELETE FROM money_year WHERE project = ? AND year = ?" };
#define TOTAL_PUTS(rows)                                                                               \
    "INSERT INTO money_stat (unit_code, place, year, of_year, begun, exceeds, remains, projects, firsts, " LEDGER_AMOUNTS ") VALUES " rows \
    " ON DUPLICATE KEY UPDATE " LEDGER_ADD("projects") ", " LEDGER_ADD("firsts") ", " LEDGER_EACH(LEDGER_ADD)
#define TOTAL_ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
const struct sql MONEY_STAT_PUT = { "money_stat.put", TOTAL_PUTS(TOTAL_ROW) };
const struct sql MONEY_STAT_PUT_2 = { "money_stat.put_2", TOTAL_PUTS(TOTAL_ROW ", " TOTAL_ROW) };
const struct sql MONEY_STAT_PUT_4 = { "money_stat.put_4", TOTAL_PUTS(TOTAL_ROW ", " TOTAL_ROW ", " TOTAL_ROW ", " TOTAL_ROW) };
const struct sql MONEY_STAT_PLACE = { "money_stat.place", "UPDATE money_stat SET place = ? WHERE unit_code = ? AND place <> ?" };

struct money_of_year {
    int64_t project;
    int year;
    fen amount[MONEY_AMOUNTS];
};
struct money_total {
    const char *unit, *place;
    int year, of_year, begun, exceeds, remains;
    int64_t projects, firsts;
    fen amount[MONEY_AMOUNTS];
};
#define AMOUNTS(s)                                                                                     \
    ROW_I64(s, amount[0]), ROW_I64(s, amount[1]), ROW_I64(s, amount[2]), ROW_I64(s, amount[3]), ROW_I64(s, amount[4]), \
    ROW_I64(s, amount[5]), ROW_I64(s, amount[6]), ROW_I64(s, amount[7]), ROW_I64(s, amount[8]), ROW_I64(s, amount[9]), \
    ROW_I64(s, amount[10])
static const struct row_col YEAR_COLS[] = { ROW_I64(money_of_year, project), ROW_INT(money_of_year, year), AMOUNTS(money_of_year) };
#define T(type, m) ROW_##type(money_total, m)
static const struct row_col TOTAL_COLS[] = {
    T(TEXT, unit), T(TEXT, place), T(INT, year), T(INT, of_year), T(INT, begun), T(INT, exceeds), T(INT, remains), T(I64, projects),
    T(I64, firsts), AMOUNTS(money_total),
};
/* clang-format on */
static const struct row_puts YEAR_ROWS = {{&MONEY_YEAR_PUT, &MONEY_YEAR_PUT_2, &MONEY_YEAR_PUT_4},
                                          YEAR_COLS,
                                          ARRAY_LEN(YEAR_COLS),
                                          sizeof(struct money_of_year)};
static const struct row_puts TOTAL_ROWS = {{&MONEY_STAT_PUT, &MONEY_STAT_PUT_2, &MONEY_STAT_PUT_4},
                                           TOTAL_COLS,
                                           ARRAY_LEN(TOTAL_COLS),
                                           sizeof(struct money_total)};

/* One side of a move: where the project stands and what its years say, ascending. */
struct side {
    struct money_total place; /* without amounts */
    struct money_of_year *years;
    size_t count;
};

static int year_order(const void *x, const void *y)
{
    const struct money_of_year *l = x, *r = y;

    return (l->year > r->year) - (l->year < r->year);
}

static int side_read(struct arena *a, const struct project *p, const char *money, struct side *ret, struct err *e)
{
    const struct node *all = NULL;
    const struct node *years;

    if (!text_is_empty(money) && jsonin_parse(a, money, strlen(money), &all, NULL, NULL, e) < 0)
        return -1;
    years = node_get(all, "years");
    ret->years = ARENA_ARRAY(a, struct money_of_year, node_count(years) + 1);
    for (const struct node *n = node_first(years); n != NULL; n = n->next) {
        struct money_of_year *y = &ret->years[ret->count++];
        int64_t year = 0;

        if (text_i64(n->key, &year) < 0)
            return err_fail(e, ERR_INTERNAL, "资金台账中的年份「%s」读不出来", n->key);
        *y = (struct money_of_year){.project = p->id, .year = (int)year};
        for (size_t i = 0; i < MONEY_AMOUNTS; i++)
            y->amount[i] = node_get_int(n, money_amounts[i], 0);
    }
    qsort(ret->years, ret->count, sizeof *ret->years, year_order);
    for (const char *const *left = &money_amounts[MONEY_LEFT_FROM]; left < &money_amounts[MONEY_AMOUNTS]; left++)
        ret->place.remains |= node_get_int(all, *left, 0) > 0;
    return 0;
}

static int years_move(struct db *db, struct arena *a, const struct side *from, const struct side *to, struct err *e)
{
    struct money_of_year *puts = ARENA_ARRAY(a, struct money_of_year, to->count + 1);
    size_t n = 0, k = 0;

    for (size_t i = 0; i < to->count; i++) {
        while (k < from->count && from->years[k].year < to->years[i].year)
            k++;
        if (k == from->count || from->years[k].year != to->years[i].year ||
            !row_same(YEAR_COLS, ARRAY_LEN(YEAR_COLS), &from->years[k], &to->years[i]))
            puts[n++] = to->years[i];
    }
    for (size_t i = 0, t = 0; i < from->count; i++) {
        struct stmt *s;

        while (t < to->count && to->years[t].year < from->years[i].year)
            t++;
        if (t < to->count && to->years[t].year == from->years[i].year)
            continue;
        if (stmt_open(db, a, &MONEY_YEAR_DROP, &s, e) < 0)
            return -1;
        stmt_bind_i64(s, from->years[i].project);
        stmt_bind_i64(s, from->years[i].year);
        if (stmt_later(s, 0, e) < 0)
            return -1;
    }
    return row_put_all(db, a, &YEAR_ROWS, puts, n, e);
}

/* As the key orders them, so that no two saves wait for each other. */
static int total_order(const void *x, const void *y)
{
    const struct money_total *l = x, *r = y;
    const int left[] = {l->year, l->of_year, l->begun, l->exceeds, l->remains},
              right[] = {r->year, r->of_year, r->begun, r->exceeds, r->remains};

    for (size_t i = 0; i < ARRAY_LEN(left); i++)
        if (left[i] != right[i])
            return left[i] > right[i] ? 1 : -1;
    return 0;
}

static int is_nothing(const struct money_total *t)
{
    int nothing = t->projects == 0 && t->firsts == 0;

    for (size_t i = 0; i < MONEY_AMOUNTS; i++)
        nothing &= t->amount[i] == 0;
    return nothing;
}

static void total_add(struct money_total *to, const struct money_total *x)
{
    to->projects += x->projects;
    to->firsts += x->firsts;
    for (size_t i = 0; i < MONEY_AMOUNTS; i++)
        to->amount[i] += x->amount[i];
}

static size_t side_totals(const struct side *s, int sign, struct money_total *out)
{
    for (size_t i = 0; i < s->count; i++) {
        out[i] = s->place;
        out[i].of_year = s->years[i].year;
        out[i].projects = sign;
        out[i].firsts = i == 0 ? sign : 0;
        for (size_t k = 0; k < MONEY_AMOUNTS; k++)
            out[i].amount[k] = sign * s->years[i].amount[k];
    }
    return s->count;
}

static int totals_move(struct db *db, struct arena *a, const struct side *from, const struct side *to, struct err *e)
{
    struct money_total *all = ARENA_ARRAY(a, struct money_total, from->count + to->count + 1);
    size_t count = side_totals(from, -1, all), n = 0;

    count += side_totals(to, 1, all + count);
    qsort(all, count, sizeof *all, total_order);
    for (size_t i = 0; i < count; i++) { /* each place once, those that do not move left out */
        if (n > 0 && total_order(&all[n - 1], &all[i]) == 0) {
            total_add(&all[n - 1], &all[i]);
            continue;
        }
        n -= n > 0 && is_nothing(&all[n - 1]);
        all[n++] = all[i];
    }
    n -= n > 0 && is_nothing(&all[n - 1]);
    return row_put_all(db, a, &TOTAL_ROWS, all, n, e);
}

static struct money_total place_of(const struct project *p, date submitted_on, int64_t events, int over)
{
    return (struct money_total){.unit = p->unit_code,
                                .place = row_text(p->place),
                                .year = submitted_on == DATE_NONE ? 0 : date_year(submitted_on),
                                .begun = events > 0,
                                .exceeds = over > 0};
}

int ledger_move(struct db *db, struct arena *a, const struct project *p, struct err *e)
{
    const struct project_kept *k = &p->kept;
    struct side from = {.place = place_of(p, k->submitted_on, k->event_count, k->money_over)},
                to = {.place = place_of(p, p->submitted_on, p->event_count, p->money_over)};

    if (!text_eq(p->subject, "project")) /* what a plan or a bundle says of money is said in its projects */
        return 0;
    if (text_eq(row_text(k->money), row_text(p->money)) && total_order(&from.place, &to.place) == 0)
        return 0;
    return side_read(a, p, k->money, &from, e) < 0 || side_read(a, p, p->money, &to, e) < 0 ||
                   years_move(db, a, &from, &to, e) < 0 || totals_move(db, a, &from, &to, e) < 0
               ? -1
               : 0;
}
