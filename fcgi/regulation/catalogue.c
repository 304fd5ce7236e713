/*
 * regulation/catalogue.c - 信息系统台账, 数据资源目录 and 评价结果, read off what the case says
 *
 * A regulation names the acts by which a system enters the register, is merged, replaced or ended, those that say which
 * data resources there are and how they are shared, and those that end an evaluation (LANGUAGE.md: registers). An act
 * makes one entry, or one for each row of a field of its form. What is named again later is the same thing: the latest
 * stands; of evaluations each does.
 */
#include "config.h"

#include "regulation/eval.h"
#include "regulation/load.h"

#include "base/text.h"
#include "regulation/shape.h"

static const char *const LISTS[CATALOGUE_COUNT] = {"system", "resource", "evaluation"};
static const char *const WORDS[CATALOGUE_WORDS] = {
    [CATALOGUE_NAME] = "name",       [CATALOGUE_STATE] = "state", [CATALOGUE_RUNS] = "runs",
    [CATALOGUE_SHARING] = "sharing", [CATALOGUE_BASIS] = "basis", [CATALOGUE_OPENING] = "opening",
    [CATALOGUE_RESULT] = "result",
};
/* What becomes of a system; a register says one of them, or the column in which it is chosen. */
static const struct {
    const char *id, *name;
} STATES[] = {{"in_use", "在用"}, {"merged", "已整合"}, {"replaced", "已被替代"}, {"ended", "已停用"}};

static const char *state_name(const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(STATES); i++)
        if (text_eq(STATES[i].id, id))
            return STATES[i].name;
    return NULL;
}

/* ---- the sentence ---- */

static const struct field *column_of(const struct field *rows, const char *id)
{
    for (size_t i = 0; rows && i < rows->column_count; i++)
        if (text_eq(rows->columns[i].id, id))
            return &rows->columns[i];
    return NULL;
}

/* Where the word is said: a column of the rows, a field of the act's form, a fact of the project. */
static const struct field *said_in(const struct regulation *r, const struct catalogue_row *x, int happening,
                                   const char *id)
{
    const struct field *f;
    int fact;

    if (x->rows)
        return column_of(happening_field(r, happening, x->rows), id);
    f = happening_field(r, happening, id);
    fact = f ? -1 : regulation_fact_index(r, id);
    return f ? f : fact < 0 ? NULL : &r->facts[fact].f;
}

static int fits(const struct field *f, int word)
{
    if (word == CATALOGUE_STATE) {
        for (size_t i = 0; i < f->choice_count; i++)
            if (!state_name(f->choices[i].id))
                return 0;
        return f->type == VALUE_CHOICE;
    }
    return f->type == VALUE_TEXT || f->type == VALUE_LONG_TEXT || (f->type == VALUE_CHOICE && word != CATALOGUE_NAME);
}

static void load_word(struct load *l, const struct node *n, struct catalogue_row *x, int word)
{
    const struct node *at = node_get(n, WORDS[word]);
    const char *id = node_str(at, "");

    if (!at)
        return;
    x->word[word] = id;
    for (size_t i = 0; i < x->on_count && !(word == CATALOGUE_STATE && state_name(id)); i++) {
        const struct field *f = said_in(l->r, x, x->on[i], id);
        if (!f)
            load_fault(l, "unknown_field", at, x->rows ? "写明细的一列" : "写这一行为的字段，或者一个事实",
                       "「%s」没有「%s」", l->r->happenings[x->on[i]].full, id);
        else if (!fits(f, word))
            load_fault(l, "ill_typed", at,
                       word == CATALOGUE_STATE ? "选项只能是 in_use、merged、replaced、ended" : "写文字或者单选的一项",
                       "「%s」不能用作台账的%s", id, WORDS[word]);
        else
            ((struct field *)f)->used = 1;
    }
}

static void load_row(struct load *l, const struct node *n, int which, struct catalogue_row *x)
{
    *x = (struct catalogue_row){.id = load_id(l, n, "id")};
    x->cites = node_get(n, "articles") ? load_cites(l, n, 0, x->id) : l->r->catalogues[which].cites;
    x->on_count = load_refs(l, node_get(n, "on"), load_happening, &x->on);
    x->when = load_cond(l, n, "when");
    x->rows = node_get(n, "rows") ? load_text(l, n, "rows") : NULL;
    for (size_t i = 0; i < x->on_count; i++) {
        const struct happening *h = &l->r->happenings[x->on[i]];
        const struct field *rows = x->rows ? happening_field(l->r, x->on[i], x->rows) : NULL;
        if (l->r->procedures[h->procedure].on != SUBJECT_PROJECT)
            load_fault(l, "other_subject", node_get(n, "on"), "写对项目作出的行为", "「%s」不是对项目作出的行为",
                       h->full);
        if (x->rows && (!rows || rows->type != VALUE_ROWS))
            load_fault(l, "unknown_field", node_get(n, "rows"), "写这一行为表单中的明细", "「%s」没有明细「%s」",
                       h->full, x->rows);
    }
    for (int w = 0; w < CATALOGUE_WORDS; w++)
        load_word(l, n, x, w);
    if (which != CATALOGUE_EVALUATION && !x->word[CATALOGUE_NAME])
        load_fault(l, "member_missing", n, "写 name：说出名称的一列、字段或者事实", "台账的一项没有写名称");
    if (which == CATALOGUE_SYSTEM && !x->word[CATALOGUE_STATE])
        load_fault(l, "member_missing", n, "写 state：in_use、merged、replaced、ended 之一，或者选择它的一列",
                   "台账的一项没有写明系统的状态");
}

void load_catalogues(struct load *l, const struct node *rules)
{
    for (const struct node *n = node_first(load_list(l, rules, "registers", 0)); n; n = n->next) {
        const struct node *list;
        struct catalogue_rule *c;
        int which = 0;

        l->article = "";
        if (!load_members(l, n, SENTENCE_CATALOGUE))
            continue;
        while (which < CATALOGUE_COUNT && !text_eq(LISTS[which], node_get_str(n, "id")))
            which++;
        if (which == CATALOGUE_COUNT) {
            load_fault(l, "unknown_kind", node_get(n, "id") ? node_get(n, "id") : n,
                       "写 system、resource 或 evaluation", "没有「%s」这种台账", node_get_str(n, "id"));
            continue;
        }
        c = &l->r->catalogues[which];
        if (c->src)
            load_fault(l, "register_twice", node_get(n, "id"), "合为一条", "台账「%s」写了两次", LISTS[which]);
        *c = (struct catalogue_rule){.name = load_text(l, n, "name"), .src = n};
        c->cites = load_cites(l, n, 1, c->name);
        list = load_list(l, n, "entries", 1);
        c->rows = ARENA_ARRAY(l->a, struct catalogue_row, node_count(list) + 1);
        for (const struct node *x = node_first(list); x; x = x->next)
            if (load_members(l, x, SENTENCE_CATALOGUE_ROW))
                load_row(l, x, which, &c->rows[c->row_count++]);
    }
}

/* ---- entries ---- */

struct entry { /* one event, or one row of it */
    struct eval *ev;
    const struct catalogue_row *rule;
    const struct node *row;
    int event;
};

static const char *said(const struct entry *x, int word)
{
    const struct eval *ev = x->ev;
    const struct happened *h = &ev->events[x->event];
    const char *id = x->rule->word[word];
    const struct field *f = id ? said_in(ev->r, x->rule, h->happening, id) : NULL;
    struct value v;
    int fact;

    if (!f)
        return "";
    fact = regulation_fact_index(ev->r, id);
    if (fact >= 0 && f == &ev->r->facts[fact].f)
        v = ev->facts[fact];
    else
        v = value_read(f->type, node_get(x->row ? x->row : h->with, id));
    if (!v.known)
        return "";
    return word == CATALOGUE_STATE ? v.s : value_text(ev->a, f, &v);
}

static const char *state_of(const struct entry *x)
{
    const char *id = x->rule->word[CATALOGUE_STATE];

    if (!id || state_name(id))
        return id ? state_name(id) : "";
    id = said(x, CATALOGUE_STATE);
    return state_name(id) ? state_name(id) : "";
}

/* Without a column that says it the list is of one kind, by its name: 数据负面清单. */
static const char *sharing_of(const struct entry *x)
{
    const struct catalogue_row *rule = x->rule;

    if (rule->word[CATALOGUE_SHARING] || !rule->rows)
        return said(x, CATALOGUE_SHARING);
    return happening_field(x->ev->r, x->ev->events[x->event].happening, rule->rows)->label;
}

/* What was said of the same thing before gives way. */
static void forget(struct node *list, const char *which, const char *name)
{
    for (struct node *n = list->u.kids.first, *before = NULL; n; before = n, n = n->next) {
        if (!text_eq(node_get_str(n, "list"), which) || !text_eq(node_get_str(n, "name"), name))
            continue;
        if (before)
            before->next = n->next;
        else
            list->u.kids.first = n->next;
        if (list->u.kids.last == n)
            list->u.kids.last = before;
        list->u.kids.count--;
        return;
    }
}

static void put_entry(const struct entry *x, int which, int row, struct node *list)
{
    struct eval *ev = x->ev;
    const char *name = said(x, CATALOGUE_NAME);
    struct node *o;

    if (!*name)
        return;
    forget(list, LISTS[which], name);
    o = watch_put(ev, list, LISTS[which], arena_fmt(ev->a, "%s.%d.%d", x->rule->id, x->event + 1, row), name,
                  &x->rule->cites);
    shape_text(ev->a, o, "kind", which == CATALOGUE_SYSTEM ? state_of(x) : sharing_of(x));
    shape_text(ev->a, o, "holder", which == CATALOGUE_SYSTEM ? said(x, CATALOGUE_RUNS) : said(x, CATALOGUE_OPENING));
    shape_text(ev->a, o, "words", said(x, CATALOGUE_BASIS));
    shape_date(ev->a, o, "on", ev->events[x->event].at);
}

/* How it ended: the grade where one is chosen, else what the act is called; what was found, and what is to follow. */
static void put_evaluation(const struct entry *x, struct node *list)
{
    struct eval *ev = x->ev;
    const struct happened *h = &ev->events[x->event];
    const char *id = x->rule->word[CATALOGUE_RESULT], *result = said(x, CATALOGUE_RESULT);
    const char *basis = said(x, CATALOGUE_BASIS);
    const struct field *f = id ? said_in(ev->r, x->rule, h->happening, id) : NULL;
    const int is_grade = f && f->type == VALUE_CHOICE && *result;
    const char *found = is_grade ? "" : result;
    struct node *o =
        watch_put(ev, list, LISTS[CATALOGUE_EVALUATION], arena_fmt(ev->a, "%s.%d", x->rule->id, x->event + 1),
                  is_grade ? result : h->act->name, &x->rule->cites);

    shape_text(ev->a, o, "kind", ev->r->procedures[ev->r->happenings[h->happening].procedure].name);
    watch_events_put(ev, shape_list(ev->a, o, "events"), x->event);
    shape_text(ev->a, o, "words", *found && *basis ? arena_fmt(ev->a, "%s；%s", found, basis) : *found ? found : basis);
    shape_date(ev->a, o, "on", h->at);
}

static void put_event(struct eval *ev, struct node *list, int which, const struct catalogue_row *rule, int event)
{
    struct entry x = {.ev = ev, .rule = rule, .event = event};
    int row = 0;

    if (which == CATALOGUE_EVALUATION) {
        put_evaluation(&x, list);
        return;
    }
    if (!rule->rows) {
        put_entry(&x, which, 0, list);
        return;
    }
    for (const struct node *n = node_first(node_get(ev->events[event].with, rule->rows)); n; n = n->next) {
        x.row = n;
        put_entry(&x, which, ++row, list);
    }
}

static int names(const struct catalogue_row *x, int happening)
{
    for (size_t i = 0; i < x->on_count; i++)
        if (x->on[i] == happening)
            return 1;
    return 0;
}

void catalogue_put(struct eval *ev, struct node *list)
{
    for (int which = 0; which < CATALOGUE_COUNT; which++) {
        const struct catalogue_rule *c = &ev->r->catalogues[which];
        for (int i = 0; c->src && i < ev->event_count; i++)
            for (size_t k = 0; k < c->row_count && ev->events[i].act && !ev->events[i].partial && event_counts(ev, i);
                 k++)
                if (names(&c->rows[k], ev->events[i].happening) && cond_holds(ev, c->rows[k].when))
                    put_event(ev, list, which, &c->rows[k], i);
    }
}

/* ---- which registers there are ---- */

void catalogue_list(const struct regulation *r, struct arena *a, struct node *all)
{
    for (int which = 0; which < CATALOGUE_COUNT; which++) {
        struct node *rules = watch_rules(a, all, LISTS[which]);
        const struct catalogue_rule *c = &r->catalogues[which];

        if (c->src)
            (void)watch_rule_put(a, rules, c->name, &c->cites);
        for (size_t i = 0; c->src && i < c->row_count; i++)
            for (size_t k = 0; k < c->rows[i].on_count; k++)
                (void)watch_rule_put(a, rules, r->happenings[c->rows[i].on[k]].acts->name, &c->rows[i].cites);
    }
}

static void kind_put(struct arena *a, struct node *kinds, const char *kind)
{
    for (const struct node *n = node_first(kinds); n; n = n->next)
        if (text_eq(node_str(n, ""), kind))
            return;
    node_add_text(a, kinds, kind);
}

struct node *regulation_catalogue_kinds(const struct regulation *r, struct arena *a, const char *list)
{
    struct node *kinds = node_list(a);
    int which = text_eq(list, LISTS[CATALOGUE_RESOURCE])     ? CATALOGUE_RESOURCE
                : text_eq(list, LISTS[CATALOGUE_EVALUATION]) ? CATALOGUE_EVALUATION
                                                             : CATALOGUE_SYSTEM;
    const struct catalogue_rule *c = &r->catalogues[which];

    for (size_t i = 0; which == CATALOGUE_EVALUATION && i < c->row_count; i++)
        for (size_t k = 0; k < c->rows[i].on_count; k++)
            kind_put(a, kinds, r->procedures[r->happenings[c->rows[i].on[k]].procedure].name);
    for (size_t i = 0; which == CATALOGUE_SYSTEM && c->src && i < ARRAY_LEN(STATES); i++)
        kind_put(a, kinds, STATES[i].name);
    for (size_t i = 0; which == CATALOGUE_RESOURCE && i < c->row_count; i++) {
        const char *id = c->rows[i].word[CATALOGUE_SHARING];
        const struct field *f = id && c->rows[i].on_count ? said_in(r, &c->rows[i], c->rows[i].on[0], id) : NULL;
        const struct field *rows =
            c->rows[i].rows && c->rows[i].on_count ? happening_field(r, c->rows[i].on[0], c->rows[i].rows) : NULL;
        for (size_t k = 0; f && k < f->choice_count; k++)
            kind_put(a, kinds, f->choices[k].label);
        if (!id && rows)
            kind_put(a, kinds, rows->label);
    }
    return kinds;
}

int regulation_has_catalogue(const struct regulation *r, const char *list)
{
    for (int which = 0; which < CATALOGUE_COUNT; which++)
        if (text_eq(LISTS[which], list))
            return r->catalogues[which].src != NULL;
    return 0;
}
