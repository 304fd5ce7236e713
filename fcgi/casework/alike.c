/*
 * casework/alike.c - what is already there: the systems of a project's unit, how its projects were evaluated, and
 * projects whose names are like its own
 *
 * For whoever reviews. Names say little: it is an indication with what it rests on, and nothing hangs on it.
 */
#include "config.h"

#include "casework/list.h"

#include <string.h>

#include "base/gram.h"
#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"

enum { LOOKED_AT = 60, SHOWN = 10, LEAST_PERCENT = 50, EVALUATIONS = 20 };

/* Of both names' pairs the part that stands in both, in percent. */
static int likeness(struct arena *a, const char *one, const char *other)
{
    uint32_t *x, *y;
    size_t n = gram_text(a, one, &x), m = gram_text(a, other, &y), i = 0, k = 0, both = 0;

    while (i < n && k < m) {
        both += x[i] == y[k];
        if (x[i] <= y[k])
            k += x[i++] == y[k];
        else
            k++;
    }
    return n + m == 0 ? 0 : (int)(200 * both / (n + m));
}

/* A character and the one behind it, as they stand there; 0 at the last. */
static size_t pair_at(const char *at, size_t *ret_first)
{
    size_t len = strlen(at), two;

    *ret_first = len > 0 ? text_utf8_step(at, len, NULL) : 0;
    if (*ret_first == 0 || *ret_first >= len)
        return 0;
    two = text_utf8_step(at + *ret_first, len - *ret_first, NULL);
    return two > 0 ? *ret_first + two : 0;
}

/* [{text, hit}]: the characters of a name that stand beside the same neighbour in the other. */
static struct node *same_put(struct arena *a, const char *name, const char *other)
{
    struct node *list = node_list(a);
    const char *from = name;
    int was = 0, before = 0;

    for (const char *at = name; *at != '\0';) {
        size_t one, two = pair_at(at, &one);
        int next = two > 0 && strstr(other, arena_dupn(a, at, two)) != NULL, is = before || next;

        if (one == 0)
            break;
        if (is != was) {
            search_piece_put(a, list, from, (size_t)(at - from), was);
            from = at;
        }
        was = is;
        before = next;
        at += one;
    }
    search_piece_put(a, list, from, strlen(from), was);
    return list;
}

static void alike_put(const struct desk *d, struct node *list, const struct project *p, const struct alike *x,
                      int percent)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list);

    view_put_id(a, n, "project", x->project);
    node_put_text(a, n, "title", x->title);
    node_put(a, n, "title_pieces", same_put(a, x->title, p->title));
    node_put_text(a, n, "number", x->number);
    node_put_text(a, n, "unit_name", x->unit_name);
    node_put_text(a, n, "state_name", view_state_name(x->state));
    node_put_int(a, n, "percent", percent);
    node_put_bool(a, n, "same_unit", text_eq(x->unit, p->unit_code));
    node_put_text(a, n, "href", view_href(d, "/projects/%lld", (long long)x->project));
}

/* The likest first; what is less alike than that is not worth anybody's time. */
static void alikes_put(const struct desk *d, struct node *page, const struct project *p, const struct alike *rows,
                       size_t count)
{
    struct node *list = node_put_list(d->arena, page, "alike");
    int *percent = ARENA_ARRAY(d->arena, int, count + 1);

    for (size_t i = 0; i < count; i++)
        percent[i] = likeness(d->arena, p->title, rows[i].title);
    for (int best = 0; best >= 0 && node_count(list) < SHOWN;) {
        best = -1;
        for (size_t i = 0; i < count; i++)
            if (percent[i] >= LEAST_PERCENT && (best < 0 || percent[i] > percent[best]))
                best = (int)i;
        if (best < 0)
            return;
        alike_put(d, list, p, &rows[best], percent[best]);
        percent[best] = -1;
    }
}

static int systems_put(const struct desk *d, struct db *db, const struct project *p, struct node *page, struct err *e)
{
    struct node *systems = node_put_list(d->arena, page, "systems");
    int in_use = 0;

    const struct node *rule = node_first(list_rules(d, list_named("system"))); /* what the register rests on */

    if (rule != NULL)
        node_put(d->arena, page, "rule", node_copy(d->arena, rule));
    if (list_system_of(d, db, p->unit_code, systems, e) < 0)
        return -1;
    for (struct node *n = systems->u.kids.first; n != NULL; n = n->next) {
        int is = text_eq(node_get_str(n, "kind"), "在用");

        node_put_bool(d->arena, n, "in_use", is);
        in_use += is;
    }
    node_put_int(d->arena, page, "in_use", in_use);
    node_put_text(d->arena, page, "systems_href", view_href(d, "/lists/system?unit=%s", p->unit_code));
    return 0;
}

/* What came of the unit's projects, for who plans the next or gives it money; the newest projects first. */
static int evaluations_put(const struct desk *d, struct db *db, const struct project *p, struct node *page,
                           struct err *e)
{
    const struct list_def *def = list_named("evaluation");
    struct node *query = node_object(d->arena), *rows = node_put_list(d->arena, page, "evaluations");
    const struct node *rule = node_first(list_rules(d, def));
    const char *after = "";

    node_put_text(d->arena, query, "unit", p->unit_code);
    if (rule != NULL)
        node_put(d->arena, page, "evaluation_rule", node_copy(d->arena, rule));
    node_put_text(d->arena, page, "evaluations_href", view_href(d, "/lists/evaluation?unit=%s", p->unit_code));
    return list_watch_rows(d, db, def, query, EVALUATIONS, rows, &after, e);
}

int alike_view(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    const struct project_sight sight = desk_sight(d);
    struct node *page = node_object(d->arena);
    struct alike *rows;
    struct casefile c;
    size_t count;
    struct db *db;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    node_put(d->arena, page, "project", view_project_short(d, &c.p));
    node_put_bool(d->arena, page, "knows_systems", list_system_known(d));
    if (list_system_known(d) && systems_put(d, db, &c.p, page, e) < 0)
        return -1;
    node_put_bool(d->arena, page, "knows_evaluations", list_evaluation_known(d));
    if (list_evaluation_known(d) && evaluations_put(d, db, &c.p, page, e) < 0)
        return -1;
    if (search_alike(db, d->arena, &sight, project, c.p.title, LOOKED_AT, &rows, &count, e) < 0)
        return -1;
    alikes_put(d, page, &c.p, rows, count);
    *ret = page;
    return 0;
}
