/*
 * casework/list.h - every list people look at, print or take away as a workbook: one row of a table each
 *
 * Adding a list is adding a row to the table in list.c: its name, what it means, its columns and the function that gives
 * its rows. Page, JSON twin, chosen columns, saved views, paging, print and xlsx are then there; see README.
 * A column names the member of a row's node it shows, so page, JSON and workbook cannot disagree.
 */
#ifndef CASEWORK_LIST_H
#define CASEWORK_LIST_H

#include "casework/casework.h"
#include "store/lists.h"

enum list_cell {
    CELL_NAME,     /* text of a row's title, with its href, and "number" under it */
    CELL_TEXT,
    CELL_LONG,     /* text of some length */
    CELL_MONEY,    /* text in 万元 */
    CELL_INT,
    CELL_DATE,
    CELL_DUE,      /* an object {text, …} */
    CELL_STATE,    /* state of a project with its stage */
    CELL_ARTICLES, /* a list of articles */
    CELL_LINKS,    /* a list of {text, href} */
    CELL_HASH,     /* hex digits: their first on a page, all in a workbook */
};
/* Shown when no columns are chosen; the second not of a sample, which has columns of its own and would not fit on a sheet. */
enum list_usual { USUAL_NOT, USUAL, USUAL_UNDRAWN };
struct list_col {
    const char *key, *name;
    enum list_cell cell;
    int width;     /* in a workbook, characters */
    enum list_usual usual;
};

struct list_def;
/* At most limit rows from where the query's "after" says, into a list of objects; *ret_after "" on the last page. */
typedef int list_rows(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query, int limit,
                      struct node *into, const char **ret_after, struct err *e);

/* What a sample of a list is drawn of: a project, or what several projects stand behind. */
struct list_drawn {
    const char *key, *name;    /* the member of a row that names one, with all its rows; 项目 */
    const char *mark, *where;  /* the value of that member, for a person, and where he finds it */
    /* Of a row the projects behind it, as [{project, title, number, href}]; at most LIST_BEHIND_MAX. NULL: it is one itself. */
    int (*behind)(const struct desk *d, struct db *db, const struct node *row, struct node *into, struct err *e);
};
enum { LIST_BEHIND_MAX = 2000 };
struct list_def {
    const char *id, *name;
    const char *says;          /* what it means, one or two sentences */
    const char *watch;         /* of regulation_watches: the regulation must give it something to say; NULL: always there */
    enum action may;
    const struct list_drawn *drawn; /* what a sample is drawn of */
    const struct list_col *cols;
    size_t col_count;
    list_rows *rows;
    struct node *(*options)(const struct desk *d, const struct node *query); /* what the page can narrow it by; NULL: nothing */
    const char *beside;        /* the list to look at next; NULL none */
    /* What all rows the query asks for add up to, by the keys of the columns, and "count"; NULL: the list has no sums */
    int (*sums)(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query, struct node *into,
                struct err *e);
};
extern const struct list_def lists[];
extern const size_t lists_count;

const struct list_def *list_named(const char *id); /* NULL when there is none */
/* The rules of the regulation in force that give the list something to say, for a page; NULL when it does not know the list. */
struct node *list_rules(const struct desk *d, const struct list_def *def);
/* Permission, and whether the regulation knows it. */
int list_known(const struct desk *d, const struct list_def *def, struct err *e) MUST_USE_;
/* The same, then its rows; of a query that asks for a sample the whole sample. */
int list_read(const struct desk *d, const struct list_def *def, const struct node *query, int limit, struct node *into,
              const char **ret_after, struct err *e) MUST_USE_;

/* ---- a sample ("sample": how many projects, "word": drawn by it), list_sample.c ----
 * All rows of what is drawn (list_drawn), in the order drawn, each with {draw_no, draw: SM3 hex, seal_no?, seal: newest link of the audit
 * chain of the projects behind it, documents: how many}; told: {word, what, mark, where, asked, drawn, of: how many there are, of_rows, how,
 * head_no, head: of the chain, projects: [{draw_no, project, title, number, href, documents: [document + size]}]}. For those who
 * read the audit trail; ERR_RULE where there are too many rows or projects to go over at once. */
int list_sample(const struct desk *d, const struct list_def *def, const struct node *query, struct node *into, struct node *told,
                struct err *e) MUST_USE_;
int list_is_sampled(const struct node *query);
/* How anybody draws it again, for a person. */
const char *list_sample_how(const struct desk *d, const struct list_def *def, const char *word, int64_t n);
/* The rows of one page: list_read's, or the sample with what it is told of in page.sample. */
int list_page_rows(const struct desk *d, const struct list_def *def, const struct node *query, struct node *page, struct node *rows,
                   const char **ret_after, struct err *e) MUST_USE_;
/* What the form that asks for one needs: page.sampling {most, kept: [{key, value}]}; nothing for who may not. */
void list_sample_put(const struct desk *d, const struct list_def *def, const struct node *query, struct node *page);

/* Which columns the query asks for ("cols": "a,b" or ["a", "b"]), else the usual ones; in the order of the table. */
size_t list_columns(const struct desk *d, const struct list_def *def, const struct node *query, const struct list_col **ret);
/* {columns: [{key, name, chosen}], head: [{key, name, is_num}]} into page */
void list_put_columns(const struct desk *d, const struct list_def *def, const struct node *query, struct node *page);
/* The query without its place in the pages, as an address has it. */
const char *list_query(const struct desk *d, const struct node *query);
/* The filter for a person: 状态：办理中；申报年份：2026; "" when there is none */
const char *list_query_words(const struct desk *d, const struct node *query);
/* A query of an address back into an object of texts; what is not well formed is left out. */
struct node *list_query_read(struct arena *a, const char *query);

/* ---- of projects, list_project.c ---- */
list_rows list_project_rows;
int list_project_filter(const struct desk *d, const struct node *query, struct project_filter *ret, struct err *e) MUST_USE_;
struct node *list_project_node(const struct desk *d, const struct project *p);
/* Phases of procedures in the order a project goes through them (LANGUAGE.md: phase); list_phase of one, -1 for others. */
enum { LIST_PHASES = 9 };
extern const char *const list_phases[LIST_PHASES][2]; /* id, name */
int list_phase(const char *id);
struct node *list_units(const struct desk *d, const char *chosen); /* [{id, name, chosen}] that the post may ask for */
struct node *list_years(const struct desk *d, const char *chosen);

/* ---- of the supervision, list_watch.c ---- */
list_rows list_watch_rows, list_late_rows, list_split_rows;
int list_split_behind(const struct desk *d, struct db *db, const struct node *row, struct node *into, struct err *e) MUST_USE_;
/* {units, years: [{id, name, chosen}], year_key, year_name} */
struct node *list_options(const struct desk *d, const struct node *query, const char *year_key, const char *year_name);
/* A year of a query; 0 none */
int list_year(const struct node *query, const char *key, int *ret, struct err *e) MUST_USE_;
/* list_system.c: systems with all the projects behind them, and the data resources */
list_rows list_system_rows;
int list_system_behind(const struct desk *d, struct db *db, const struct node *row, struct node *into, struct err *e) MUST_USE_;
int list_system_of(const struct desk *d, struct db *db, const char *unit, struct node *into, struct err *e) MUST_USE_; /* the first page of a unit's */
int list_system_known(const struct desk *d);
struct node *list_system_options(const struct desk *d, const struct node *query);
struct node *list_resource_options(const struct desk *d, const struct node *query);
int list_evaluation_known(const struct desk *d);
struct node *list_evaluation_options(const struct desk *d, const struct node *query);
/* list_options of units alone, and of units and the year a row's date lies in */
struct node *list_unit_options(const struct desk *d, const struct node *query);
struct node *list_day_options(const struct desk *d, const struct node *query);
/* [{id, name, chosen}] of the kinds of a list; the same with units and, where a key is given, years */
struct node *list_kinds(const struct desk *d, const struct node *known, const char *chosen);
/* list_options with kinds: by what 例外登记 can be narrowed */
int list_waiver_known(const struct desk *d);
int list_stay_known(const struct desk *d);
struct node *list_stay_options(const struct desk *d, const struct node *query);
struct node *list_waiver_options(const struct desk *d, const struct node *query);

/* ---- of money, list_money.c ---- */
list_rows list_money_rows;
int list_money_sums(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query, struct node *into,
                    struct err *e) MUST_USE_;
/* list_options with of_years: whose acts' movements are asked for */
struct node *list_money_options(const struct desk *d, const struct node *query);

/* ---- pages ----
 * list_view: {list: {id, name, says, rules}, rows, columns, head, query, next_after?, is_later, count_shown, sums?, sample?}; rows as the columns name their members
 * sums: {count, <column>: text in 万元 …, shown: [{name, text}]} over all that the query asks for, not this page alone
 * lists_view: {lists: [{id, name, says, href, rules}]} of the lists the regulation knows and the post may see */
enum { LIST_PAGE_ROWS = 20 };
int list_view(const struct desk *d, const char *id, const struct node *query, struct node **ret, struct err *e) MUST_USE_;
int lists_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* rows ready for the one template: [{cells: [{name, text, href?, sub?, is_lead, is_num, is_date, due?, state?, articles?}]}] */
struct node *list_cells(const struct desk *d, const struct list_def *def, const struct node *query, const struct node *rows);

/* ---- saved views: {views: [{id, name, query, href, drop_href}]} of this person ---- */
int saved_views(const struct desk *d, const char *list, struct node **ret, struct err *e) MUST_USE_;
int saved_view_keep(const struct desk *d, const char *list, const char *name, const char *query, int64_t *ret, struct err *e) MUST_USE_;
int saved_view_forget(const struct desk *d, int64_t id, struct err *e) MUST_USE_;

/* ---- search: {q, results: [project + places: [{kind_name, name, pieces: [{text, hit}]}]], next_after?, count_shown, too_short} ---- */
int search_view(const struct desk *d, const struct node *query, struct node **ret, struct err *e) MUST_USE_;
/* A text in which what was looked for is marked: [{text, hit}], cut down to what stands round the first. */
struct node *search_marks(struct arena *a, const char *text, const char *q);
void search_piece_put(struct arena *a, struct node *list, const char *from, size_t len, int hit); /* nothing when len is 0 */

/* ---- what is already there: {project, systems: [row of 信息系统台账], in_use, evaluations: [row of 评价结果], register?: {name, rules}, alike: [{title_pieces, percent, same_unit, …}]} ----
 * Systems of the project's unit, and projects with a like name: an indication, with what it rests on. */
int alike_view(const struct desk *d, int64_t project, struct node **ret, struct err *e) MUST_USE_;

/* ---- counts: see stat_view.c ---- */
int stat_view(const struct desk *d, const struct node *query, struct node **ret, struct err *e) MUST_USE_;

/* ---- help: {me: {organ_name, steps: [{procedure, name, acts, articles, limit}]}, errors: [{code, slug, status, title, mend}], downloads: […]} ---- */
int help_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* What a person can do about an error of that kind; never "". */
const char *help_mend(enum err_code code);

#endif
