/*
 * regulation/term.c - what a condition may ask about: facts, fields of events, sums, dates
 *
 * Terms are interned: the same term written twice is one index, so that evaluating
 * never compares names. Types are settled here; evaluating trusts them.
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/text.h"

static int intern(struct load *l, const struct term *t)
{
    struct regulation *r = l->r;

    for (size_t i = 0; i < r->term_count; i++)
        if (r->terms[i].kind == t->kind && r->terms[i].meta == t->meta && text_eq(r->terms[i].written, t->written))
            return (int)i;
    if (r->term_count == r->term_cap) {
        size_t cap = r->term_cap ? r->term_cap * 2 : 64;
        struct term *grown = ARENA_ARRAY(l->a, struct term, cap);
        if (r->term_count)
            memcpy(grown, r->terms, r->term_count * sizeof(*grown));
        r->terms = grown;
        r->term_cap = cap;
    }
    r->terms[r->term_count] = *t;
    return (int)r->term_count++;
}

static int fact_term(struct load *l, const struct node *at, const char *written)
{
    struct term t = {
        .kind = TERM_FACT, .written = written, .fact = regulation_fact_index(l->r, written), .happening = -1};
    struct near near = {.wanted = written};

    if (t.fact < 0) {
        for (size_t i = 0; i < l->r->fact_count; i++)
            near_offer(&near, l->r->facts[i].f.id);
        for (size_t i = 0; i < l->v->count; i++)
            if (text_eq(l->v->facts[i].id, written)) {
                load_fault_key(l, "fact_not_asked", at, "在 facts 中写明询问它", "本办法没有询问事实「%s」（%s）",
                               written, l->v->facts[i].label);
                return -1;
            }
        load_fault_key(l, "unknown_fact", at, near_mend(l, &near, "核对共用词表与 facts"), "没有事实「%s」", written);
        return -1;
    }
    l->r->facts[t.fact].f.used = 1;
    t.meta = &l->r->facts[t.fact].f;
    t.type = t.meta->type;
    return intern(l, &t);
}

static const struct field *this_field(struct load *l, const char *field, const struct check_item **ret_check)
{
    const struct field *f = NULL;

    *ret_check = NULL;
    for (size_t i = 0; l->this_form && i < l->this_form->field_count; i++)
        if (text_eq(l->this_form->fields[i].id, field))
            return &l->this_form->fields[i];
    for (size_t i = 0; i < l->this_count && !f && !*ret_check; i++) {
        f = happening_field(l->r, l->this_happenings[i], field);
        if (!f)
            *ret_check = happening_check(l->r, l->this_happenings[i], field);
    }
    return f;
}

static int this_term(struct load *l, const struct node *at, const char *written)
{
    struct term t = {
        .kind = TERM_THIS, .written = written, .fact = -1, .happening = -1, .field = written + strlen("this.")};
    const struct check_item *check;

    t.meta = this_field(l, t.field, &check);
    if (check) {
        t.type = VALUE_BOOLEAN;
    } else if (t.meta) {
        t.type = t.meta->type;
        ((struct field *)t.meta)->used = 1; /* the form is still being read */
    } else {
        load_fault_key(l, "unknown_field", at, "核对所办行为的表单字段", "此处所办的行为没有「%s」这一栏", t.field);
        return -1;
    }
    return intern(l, &t);
}

/* row.<column>: what the entry says whose column it is asked of */
static int row_term(struct load *l, const struct node *at, const char *written)
{
    struct term t = {
        .kind = TERM_ROW, .written = written, .fact = -1, .happening = -1, .field = written + strlen("row.")};
    struct near near = {.wanted = t.field};

    for (size_t i = 0; l->this_rows && i < l->this_rows->column_count; i++) {
        near_offer(&near, l->this_rows->columns[i].id);
        if (text_eq(l->this_rows->columns[i].id, t.field))
            t.meta = &l->this_rows->columns[i];
    }
    if (!t.meta) {
        load_fault_key(l, "unknown_field", at, near_mend(l, &near, "写本明细的一列"),
                       l->this_rows ? "明细没有「%s」这一列" : "「row.%s」只能写在明细的列里", t.field);
        return -1;
    }
    t.type = t.meta->type;
    ((struct field *)t.meta)->used = 1;
    return intern(l, &t);
}

/* " since <procedure>.<act>[,…]" at the end of a term; *ret_core is what stands before it, NULL after a finding. */
static struct term since_term(struct load *l, const struct node *at, const char *written, const char **ret_core)
{
    struct term t = {.written = written, .fact = -1, .happening = -1};
    const char *cut = strstr(written, " since ");
    struct node name = *at;

    *ret_core = written;
    if (!cut)
        return t;
    *ret_core = arena_dupn(l->a, written, (size_t)(cut - written));
    cut += strlen(" since ");
    t.since = ARENA_ARRAY(l->a, int, strlen(cut) + 1);
    for (size_t n; *cut; cut += n + (cut[n] == ',')) {
        int i;
        n = strcspn(cut, ",");
        name.type = NODE_TEXT;
        name.u.text = text_trim(l->a, arena_dupn(l->a, cut, n));
        i = load_happening(l, &name);
        if (i < 0) {
            *ret_core = NULL;
            return t;
        }
        t.since[t.since_count++] = i;
    }
    return t;
}

/* count:<procedure>.<act>: how many such events count, the attempted one included */
static int count_term(struct load *l, const struct node *at, const char *written)
{
    struct node name = *at;
    const char *core;
    struct term t = since_term(l, at, written, &core);

    if (!core)
        return -1;
    t.kind = TERM_COUNT;
    t.type = VALUE_INTEGER;
    name.type = NODE_TEXT;
    name.u.text = core + strlen("count:");
    t.happening = load_happening(l, &name);
    return t.happening < 0 ? -1 : intern(l, &t);
}

static int parameter_term(struct load *l, const struct node *at, const char *written)
{
    struct term t = {.kind = TERM_PARAMETER, .written = written, .fact = -1, .happening = -1};
    struct near near = {.wanted = written + strlen("param:")};

    t.inner = regulation_parameter_index(l->r, near.wanted);
    if (t.inner < 0) {
        for (size_t i = 0; i < l->r->parameter_count; i++)
            near_offer(&near, l->r->parameters[i].f.id);
        load_fault_key(l, "unknown_parameter", at, near_mend(l, &near, "在 parameters 中写明"),
                       "parameters 中没有「%s」", near.wanted);
        return -1;
    }
    l->r->parameters[t.inner].f.used = 1;
    t.meta = &l->r->parameters[t.inner].f;
    t.type = t.meta->type;
    return intern(l, &t);
}

/* year:<term of a date>: the year it lies in */
static int year_term(struct load *l, const struct node *at, const char *written)
{
    struct term t = {.kind = TERM_YEAR, .type = VALUE_INTEGER, .written = written, .fact = -1, .happening = -1};

    t.inner = term_compile(l, at, written + strlen("year:"));
    if (t.inner >= 0 && l->r->terms[t.inner].type != VALUE_DATE) {
        load_fault_key(l, "ill_typed", at, "写一个日期项", "「%s」不是日期，没有年份", written + strlen("year:"));
        return -1;
    }
    return t.inner < 0 ? -1 : intern(l, &t);
}

/* path: "procedure.act.field", for sum: and any: with their "since" */
static int event_term(struct load *l, const struct node *at, const char *written, size_t prefix, enum term_kind kind)
{
    int sum = kind == TERM_SUM;
    const char *path, *dot;
    struct term t = since_term(l, at, written, &path);
    struct node name = *at;

    if (!path)
        return -1;
    path += prefix;
    dot = strrchr(path, '.');
    if (!dot) { /* the only one stands behind "since" */
        load_fault_key(l, "unknown_field", at, "写成 事项.行为.栏目", "「%s」没有写明是哪一行为的哪一栏", path);
        return -1;
    }
    t.kind = kind;
    t.field = dot + 1;
    name.type = NODE_TEXT;
    name.u.text = arena_dupn(l->a, path, (size_t)(dot - path));
    t.happening = regulation_happening(l->r, name.u.text);
    if (t.happening < 0)
        return load_happening(l, &name); /* leaves the finding, gives -1 */
    t.meta = happening_field(l->r, t.happening, t.field);
    if (t.meta) {
        t.type = t.meta->type;
        ((struct field *)t.meta)->used = 1;
    } else if (text_eq(t.field, "at") && kind == TERM_FIELD) {
        t.kind = TERM_EVENT_AT;
        t.type = VALUE_DATE;
    } else if (text_eq(t.field, "by") && kind == TERM_FIELD) {
        t.kind = TERM_EVENT_BY;
        t.type = VALUE_TEXT;
    } else if (text_eq(t.field, "reason")) {
        t.type = VALUE_TEXT;
    } else if (kind == TERM_FIELD && happening_check(l->r, t.happening, t.field)) {
        t.kind = TERM_CHECK;
        t.type = VALUE_BOOLEAN;
    } else {
        load_fault_key(l, "unknown_field", at, "核对该行为的表单字段", "「%s」没有「%s」这一栏", name.u.text, t.field);
        return -1;
    }
    if (sum && ((t.type != VALUE_MONEY && t.type != VALUE_INTEGER) || !t.meta)) {
        load_fault_key(l, "ill_typed", at, "只能合计金额或整数", "「%s」不能合计", path);
        return -1;
    }
    return intern(l, &t);
}

int term_compile(struct load *l, const struct node *at, const char *written)
{
    static const struct {
        const char *prefix;
        enum term_kind kind;
    } OF_EVENTS[] = {{"sum:", TERM_SUM}, {"any:", TERM_ANY}, {"", TERM_FIELD}};
    struct term t = {.written = written, .fact = -1, .happening = -1, .type = VALUE_DATE};

    if (text_eq(written, "today") || text_eq(written, "at")) {
        t.kind = text_eq(written, "at") ? TERM_AT : TERM_TODAY;
        return intern(l, &t);
    }
    if (text_eq(written, "unit.kind")) {
        t.kind = TERM_UNIT_KIND;
        t.type = VALUE_CHOICE;
        t.meta = &l->r->unit_kind;
        return intern(l, &t);
    }
    if (text_eq(written, "unit.place")) {
        t.kind = TERM_UNIT_PLACE;
        t.type = VALUE_CHOICE;
        t.meta = &l->r->unit_place;
        return intern(l, &t);
    }
    if (text_starts(written, "param:"))
        return parameter_term(l, at, written);
    if (text_starts(written, "count:"))
        return count_term(l, at, written);
    if (text_starts(written, "this."))
        return this_term(l, at, written);
    if (text_starts(written, "row."))
        return row_term(l, at, written);
    if (text_starts(written, "year:"))
        return year_term(l, at, written);
    for (size_t i = 0; strchr(written, '.') && i < ARRAY_LEN(OF_EVENTS); i++)
        if (text_starts(written, OF_EVENTS[i].prefix))
            return event_term(l, at, written, strlen(OF_EVENTS[i].prefix), OF_EVENTS[i].kind);
    return fact_term(l, at, written);
}
