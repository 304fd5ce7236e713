/*
 * casework/project_tab.c - the tabs of a project's page: which there are, what each shows, where each is
 */
#include "config.h"

#include "casework/project_tab.h"

#include <string.h>

#include "base/text.h"
#include "casework/cosign.h"
#include "casework/part.h"
#include "casework/view.h"
#include "store/duties.h"

/* ---- what a case has left behind ---- */

int project_has_left(const struct casefile *c, int what)
{
    for (size_t i = 0; i < c->event_count; i++) {
        if (regulation_act_leaves(c->regulation, c->history[i].what) & what)
            return 1;
    }
    return 0;
}

int project_has_recorded(const struct casefile *c, const char *records)
{
    for (size_t i = 0; i < c->event_count; i++) {
        if (text_eq(node_get_str(c->history[i].with, "records"), records))
            return 1;
    }
    return 0;
}

int project_entry_seen(const struct desk *d, const struct handing *h)
{
    return !text_eq(h->kind, "hand") && !text_eq(h->kind, "read") && cosign_seen(d, h);
}

int64_t project_entries(const struct desk *d, const struct casefile *c)
{
    int64_t count = (int64_t)c->event_count;

    for (size_t i = 0; i < c->hand_count; i++)
        count += project_entry_seen(d, &c->hands[i]);
    return count;
}

int64_t project_files(const struct casefile *c)
{
    int64_t count = 0;

    for (size_t i = 0; i < c->document_count; i++)
        count += !text_eq(c->documents[i].state, "withdrawn");
    return count;
}

/* "2025" or "2025Q3"; runs are not counted by the thousand. */
int project_duty_each(const struct node *duty)
{
    return strspn(node_get_str(duty, "key"), "0123456789") == 4;
}

static int has_sort(const struct casefile *c, int sort)
{
    for (size_t i = 0; i < c->event_count; i++) {
        if (regulation_act_sort(c->regulation, c->history[i].what) == sort)
            return 1;
    }
    return 0;
}

/* ---- how much there is of each ---- */

static int64_t base_fill(const struct project_look *x)
{
    return casefile_is_project(&x->c->p) ? -1 : 0;
}

static int64_t work_fill(const struct project_look *x)
{
    if (node_count(node_get(x->verdict, "duties")) > 0 || node_count(node_get(x->verdict, "runs")) > 0)
        return -1;
    for (const struct node *act = node_first(node_get(x->verdict, "acts")); act != NULL; act = act->next) {
        if (part_act_is_mine(x->d, act))
            return -1;
    }
    return 0;
}

static int64_t files_fill(const struct project_look *x)
{
    int64_t count = project_files(x->c);

    return count > 0 ? count : -project_has_left(x->c, LEAVES_PAPER | LEAVES_FORM);
}

static int64_t money_fill(const struct project_look *x)
{
    for (const struct node *m = node_first(node_get(x->verdict, "money")); m != NULL; m = m->next) {
        if (node_get(m, "fen") != NULL)
            return -1;
    }
    return -project_has_recorded(x->c, "contract");
}

static int64_t change_fill(const struct project_look *x)
{
    for (const struct node *m = node_first(node_get(x->verdict, "meters")); m != NULL; m = m->next) {
        if (node_get_int(m, "amount", 0) != 0)
            return -1;
    }
    return -has_sort(x->c, ACT_ALTERS);
}

static int64_t report_fill(const struct project_look *x)
{
    for (const struct node *du = node_first(node_get(x->verdict, "duties")); du != NULL; du = du->next) {
        if (project_duty_each(du))
            return -1;
    }
    return -has_sort(x->c, ACT_PERIODIC);
}

static int64_t timeline_fill(const struct project_look *x)
{
    return project_entries(x->d, x->c);
}

static int64_t filings_fill(const struct project_look *x)
{
    for (const struct node *f = node_first(node_get(x->verdict, "filings")); f != NULL; f = f->next) {
        if (!text_eq(node_get_str(f, "state"), "none"))
            return (int64_t)node_count(node_get(x->verdict, "filings"));
    }
    return 0;
}

/* ---- the table ---- */

/* The first is the page itself, without ?tab. */
static const struct project_tab tabs[] = {
    {"overview", "概览",
     PART_STAGES | PART_NEXT | PART_ACTS_NOW | PART_DUTIES_OPEN | PART_COSIGN | PART_CORRECTION | PART_FILES_NEW |
         PART_PAPERS_NEW | PART_TIMELINE_NEW | PART_MONEY_SHORT | PART_METERS | PART_FILINGS_LEFT,
     0, NULL},
    {"base", "填报内容", PART_FACTS, 0, base_fill},
    {"work", "办理", PART_NEXT | PART_ACTS | PART_DUTIES | PART_COSIGN | PART_CORRECTION | PART_RUNS, 0, work_fill},
    {"files", "文件", PART_FILES | PART_PAPERS, 0, files_fill},
    {"money", "资金", PART_MONEY | PART_CONTRACTS, 0, money_fill},
    {"change", "变更", PART_METERS | PART_ACTS_SORT | PART_TIMELINE_SORT, ACT_ALTERS, change_fill},
    {"report", "按期报送", PART_DUTIES_EACH | PART_ACTS_SORT | PART_TIMELINE_SORT, ACT_PERIODIC, report_fill},
    {"timeline", "经过", PART_TIMELINE_PAGE, 0, timeline_fill},
    {"filings", "上报", PART_FILINGS, 0, filings_fill},
    {"all", "全档", (PART_WHOLE & ~PART_TIMELINE) | PART_TIMELINE_LONG, 0, NULL},
};

const struct project_tab *project_tab(const char *id, struct err *e)
{
    for (size_t i = 0; i < ARRAY_LEN(tabs); i++) {
        if (text_eq(tabs[i].id, id))
            return &tabs[i];
    }
    err_fail(e, ERR_NOT_FOUND, "项目档案没有「%.20s」这一栏", id);
    err_mend(e, "请打开项目，从名称下面的各栏里选一栏");
    return NULL;
}

static const char *tab_href(const struct desk *d, const struct casefile *c, const struct project_tab *t)
{
    if (t == tabs)
        return view_href(d, "/projects/%lld", (long long)c->p.id);
    return view_href(d, "/projects/%lld?tab=%s", (long long)c->p.id, t->id);
}

static struct node *link_put(const struct desk *d, struct node *list, const char *id, const char *label,
                             const char *href)
{
    struct node *n = node_add_object(d->arena, list);

    node_put_kept(d->arena, n, "id", id);
    node_put_kept(d->arena, n, "label", label);
    node_put_kept(d->arena, n, "href", href);
    return n;
}

void project_tabs_put(const struct project_look *x, const struct project_tab *shown, struct node *page)
{
    const struct desk *d = x->d;
    const struct casefile *c = x->c;
    struct arena *a = d->arena;
    struct node *n = node_put_object(a, page, "tab"), *list = node_put_list(a, page, "tabs");

    node_put_kept(a, n, "id", shown->id);
    node_put_kept(a, n, "label", shown->label);
    node_put_kept(a, n, "href", tab_href(d, c, shown));
    node_put_bool(a, node_put_object(a, n, "at"), shown->id, 1);
    for (size_t i = 0; i < ARRAY_LEN(tabs); i++) {
        int64_t fill = tabs[i].fill != NULL ? tabs[i].fill(x) : -1;

        if (fill == 0 && &tabs[i] == shown)
            node_put_bool(a, (struct node *)(uintptr_t)node_get(page, "tab"), "is_empty", 1);
        else if (fill == 0)
            continue;
        n = link_put(d, list, tabs[i].id, tabs[i].label, tab_href(d, c, &tabs[i]));
        if (fill > 0)
            node_put_int(a, n, "count", fill);
        node_put_bool(a, n, "is_current", &tabs[i] == shown);
    }
    link_put(d, list, "law", "依据", node_get_str(view_regulation(d, c->regulation), "href"));
    if (d->actor != NULL && permit_allows(d->actor->post->kind, MAY_AUDIT_READ))
        link_put(d, list, "audit", "留痕", view_href(d, "/audit?object=project/%lld", (long long)c->p.id));
}
