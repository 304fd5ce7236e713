/*
 * regulation/load.c - a regulation from its folder: text.json, then rules.json in two rounds
 *
 * First round: what exists (organs, facts, forms, procedures, ids of routes and duties).
 * Second round: what names others (conditions, references). All faults are findings.
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"

enum { REGULATION_FILE_MAX_BYTES = 4 << 20 };

/* ---- what the rest of the layer asks of the model ---- */

static size_t name_hash(const char *s, size_t size)
{
    uint32_t h = 2166136261U;

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619U;
    return h & (size - 1);
}

int regulation_happening(const struct regulation *r, const char *full)
{
    if (!r->hash_size) {
        for (size_t i = 0; i < r->happening_count; i++)
            if (text_eq(r->happenings[i].full, full))
                return (int)i;
        return -1;
    }
    for (size_t i = name_hash(full, r->hash_size); r->by_name[i].key; i = (i + 1) & (r->hash_size - 1))
        if (text_eq(r->by_name[i].key, full))
            return r->by_name[i].index;
    return -1;
}

static void build_hash(struct arena *a, struct regulation *r)
{
    size_t size = 16;

    while (size < r->happening_count * 2 + 1)
        size *= 2;
    r->by_name = ARENA_ARRAY(a, struct hash_row, size);
    for (size_t i = 0; i < r->happening_count; i++) {
        size_t at = name_hash(r->happenings[i].full, size);
        while (r->by_name[at].key)
            at = (at + 1) & (size - 1);
        r->by_name[at] = (struct hash_row){r->happenings[i].full, (int)i};
    }
    r->hash_size = size;
}

int regulation_procedure_index(const struct regulation *r, const char *id)
{
    for (size_t i = 0; i < r->procedure_count; i++)
        if (text_eq(r->procedures[i].id, id))
            return (int)i;
    return -1;
}

int regulation_organ_index(const struct regulation *r, const char *id)
{
    for (size_t i = 0; i < r->organ_count; i++)
        if (text_eq(r->organs[i].id, id))
            return (int)i;
    return -1;
}

int regulation_fact_index(const struct regulation *r, const char *id)
{
    for (size_t i = 0; i < r->fact_count; i++)
        if (text_eq(r->facts[i].f.id, id))
            return (int)i;
    return -1;
}

const struct article *regulation_article_row(const struct regulation *r, const char *number)
{
    for (size_t i = 0; i < r->article_count; i++)
        if (text_eq(r->articles[i].number, number))
            return &r->articles[i];
    return NULL;
}

const struct form *act_asks_form(const struct regulation *r, const struct act *act, int which)
{
    const struct procedure *p = &r->procedures[act->procedure];

    /* a procedure's own form is asked in its first act: the first one of the first step */
    if (which == 0)
        return act->form;
    if (which == 2)
        return act->witness_form;
    return act->step == 0 && p->form && p->step_count && p->steps[0].act_count && p->steps[0].acts[0] == act ? p->form
                                                                                                             : NULL;
}

const struct field *happening_field(const struct regulation *r, int happening, const char *id)
{
    for (const struct act *act = r->happenings[happening].acts; act; act = act->next_same)
        for (int which = 0; which < ACT_FORMS; which++) {
            const struct form *f = act_asks_form(r, act, which);
            for (size_t i = 0; f && i < f->field_count; i++)
                if (text_eq(f->fields[i].id, id))
                    return &f->fields[i];
        }
    return NULL;
}

const struct check_item *happening_check(const struct regulation *r, int happening, const char *id)
{
    for (const struct act *act = r->happenings[happening].acts; act; act = act->next_same)
        for (size_t i = 0; i < act->check_count; i++)
            if (text_eq(act->checklist[i].id, id))
                return &act->checklist[i];
    return NULL;
}

const char *actor_names(const struct regulation *r, struct arena *a, const struct actor *x, const char *between)
{
    const char *s = "";

    if (x->count == 1)
        return r->organs[x->organ[0]].name;
    for (size_t i = 0; i < x->count; i++)
        s = arena_fmt(a, "%s%s%s", s, i ? between : "", r->organs[x->organ[i]].name);
    return s;
}

int actor_has(const struct actor *x, int organ)
{
    for (size_t i = 0; i < x->count; i++)
        if (x->organ[i] == organ)
            return 1;
    return 0;
}

const char *regulation_id(const struct regulation *r)
{
    return r->id;
}

const char *regulation_tenant(const struct regulation *r)
{
    return r->tenant;
}

const char *regulation_title(const struct regulation *r)
{
    return r->title;
}

const char *regulation_document_number(const struct regulation *r)
{
    return r->document_number;
}

date regulation_from(const struct regulation *r)
{
    return r->published_for > r->from ? r->published_for : r->from; /* DATE_NONE is before every day */
}

date regulation_to(const struct regulation *r)
{
    if (r->replaced_on != DATE_NONE && (r->to == DATE_NONE || r->to >= r->replaced_on))
        return r->replaced_on - 1;
    return r->to;
}

void regulation_replace(struct regulation *r, date from)
{
    if (r->replaced_on == DATE_NONE || from < r->replaced_on)
        r->replaced_on = from;
}

const char *regulation_dir(const struct regulation *r)
{
    return r->dir;
}

const struct node *regulation_validity(const struct regulation *r)
{
    return r->version_cites.list;
}

const char *regulation_digest(const struct regulation *r)
{
    return r->digest;
}

const char *regulation_article(const struct regulation *r, const char *number)
{
    const struct article *row = regulation_article_row(r, number);

    return row ? row->text : NULL;
}

size_t regulation_article_count(const struct regulation *r)
{
    return r->article_count;
}

/* ---- text.json ---- */

static const struct node *read_json(struct load *l, const char *bytes, size_t len, struct err *e)
{
    int line = 0, column = 0;
    const struct node *n;

    if (jsonin_parse(l->a, bytes, len, &n, &line, &column, e) < 0) {
        struct placed_node at = {{.type = NODE_LIST, .is_placed = 1}, {.line = line, .column = column}};
        load_fault(l, "bad_json", &at.node, "", "%s", e->message);
        return NULL;
    }
    if (n->type != NODE_OBJECT) {
        load_fault(l, "not_object", n, "写成 { … }", "文件应为一个对象");
        err_fail(e, ERR_CONFIG, "%s：应为一个对象", l->file);
        return NULL;
    }
    return n;
}

static void add_article(struct load *l, const struct node *n, const char *chapter)
{
    struct regulation *r = l->r;
    struct article *x = &r->articles[r->article_count];
    int64_t number = node_get_int(n, "number", 0);

    if (number < 1 || number > 999 || !*node_get_str(n, "text")) {
        load_fault(l, "bad_article", n, "每条须有 number 与 text", "条文不合格");
        return;
    }
    x->number = arena_fmt(l->a, "%d", (int)number);
    x->title = text_article(l->a, (int)number);
    x->text = node_get_str(n, "text");
    x->chapter = chapter;
    x->src = n;
    if (regulation_article_row(r, x->number))
        load_fault(l, "article_twice", n, "核对条号", "%s写了两次", x->title);
    else
        r->article_count++;
}

static void add_annex(struct load *l, const struct node *n, int order)
{
    struct regulation *r = l->r;
    struct article *x = &r->articles[r->article_count++];

    x->number = arena_fmt(l->a, "annex%d", (int)node_get_int(n, "number", order));
    x->title = text_articles(l->a, x->number);
    x->text = *node_get_str(n, "text") ? node_get_str(n, "text") : node_get_str(n, "title");
    x->chapter = "附件";
    x->src = n;
}

static void load_text_file(struct load *l, const struct node *t)
{
    const struct node *chapters = load_list(l, t, "chapters", 1), *annexes = node_get(t, "annexes");
    size_t count = node_count(annexes);
    int order = 1;

    for (const struct node *c = node_first(chapters); c; c = c->next)
        count += node_count(node_get(c, "articles"));
    l->r->articles = ARENA_ARRAY(l->a, struct article, count + 1);
    for (const struct node *c = node_first(chapters); c; c = c->next)
        for (const struct node *n = node_first(node_get(c, "articles")); n; n = n->next)
            add_article(l, n, node_get_str(c, "title"));
    for (const struct node *n = node_first(annexes); n; n = n->next)
        add_annex(l, n, order++);
    l->r->title = load_text(l, t, "title");
    l->r->document_number = load_text_opt(l, t, "document_number");
}

/* ---- rules.json ---- */

static void load_rules(struct load *l, const struct node *rules)
{
    load_members(l, rules, SENTENCE_RULES);
    l->r->id = load_text(l, rules, "regulation");
    l->r->tenant = load_text(l, rules, "tenant");
    load_organs(l, rules);
    load_facts(l, rules);
    load_parameters(l, rules);
    load_forms(l, rules);
    load_procedures(l, rules);
    build_hash(l->a, l->r);
    l->article = "";
    load_rules_declare(l, rules);

    link_organs(l);
    link_facts(l);
    link_forms(l);
    link_procedures(l);
    load_subjects(l, rules);
    load_version(l, rules);
    load_scope(l, rules);
    load_routes(l, rules);
    load_gates(l, rules);
    load_duties(l, rules);
    load_filings(l);
    load_changes(l, rules);
    load_money(l, rules);
    load_exceptions_register(l, rules);
    load_stays(l, rules);
    load_catalogues(l, rules);
    load_suspensions(l, rules);
    load_reviews(l, rules);
    load_ledger(l, rules);
}

static const char *digest_of(struct arena *a, const struct load_bytes *x)
{
    unsigned char d[CRYPTO_SM3_BYTES];
    struct crypto_hash *h = crypto_hash_new();

    crypto_hash_add(h, x->rules, x->rules_len);
    crypto_hash_add(h, x->text, x->text_len);
    crypto_hash_end(h, d);
    return crypto_hex(a, d, sizeof(d));
}

static int load_tenant(struct load *l, const char *dir, const struct load_bytes *x, struct err *e)
{
    const struct node *tenant;

    l->file = arena_fmt(l->a, "%s/../tenant.json", dir);
    tenant = read_json(l, x->tenant, x->tenant_len, e);
    if (!tenant)
        return -1;
    load_parameter_values(l, tenant);
    l->r->has_tenant = 1;
    return 0;
}

int regulation_load_bytes(struct arena *a, const char *dir, const struct load_bytes *x, const struct vocabulary *v,
                          struct regulation **ret, struct findings *f, struct err *e)
{
    struct regulation *r = ARENA_NEW(a, struct regulation);
    struct load l = {.a = a, .r = r, .v = v, .f = f, .article = ""};
    int before = f->errors;

    r->dir = arena_dup(a, dir);
    r->published_for = r->replaced_on = DATE_NONE;
    r->vocabulary = v;
    l.file = arena_fmt(a, "%s/text.json", dir);
    r->text = read_json(&l, x->text, x->text_len, e);
    if (!r->text)
        return -1;
    load_text_file(&l, r->text);
    l.file = r->file = arena_fmt(a, "%s/rules.json", dir);
    r->rules = read_json(&l, x->rules, x->rules_len, e);
    if (!r->rules)
        return -1;
    load_rules(&l, r->rules);
    if (x->tenant && load_tenant(&l, dir, x, e) < 0)
        return -1;
    findings_sort(f);
    r->digest = digest_of(a, x);
    if (f->errors > before) {
        err_fail(e, ERR_CONFIG, "%s：规则有 %d 处错误", dir, f->errors - before);
        return -1;
    }
    *ret = r;
    return 0;
}

int regulation_load(struct arena *a, const char *dir, const struct vocabulary *v, struct regulation **ret,
                    struct findings *f, struct err *e)
{
    return regulation_load_beside(a, dir, arena_fmt(a, "%s/../tenant.json", dir), v, ret, f, e);
}

int regulation_load_beside(struct arena *a, const char *dir, const char *tenant, const struct vocabulary *v,
                           struct regulation **ret, struct findings *f, struct err *e)
{
    struct load_bytes x = {0};

    struct arena *bytes = f->arena; /* the model has copies of its own */
    if (file_read(bytes, arena_fmt(a, "%s/text.json", dir), REGULATION_FILE_MAX_BYTES, &x.text, &x.text_len, e) < 0 ||
        file_read(bytes, arena_fmt(a, "%s/rules.json", dir), REGULATION_FILE_MAX_BYTES, &x.rules, &x.rules_len, e) < 0)
        return -1;
    if (file_exists(tenant) && file_read(bytes, tenant, REGULATION_FILE_MAX_BYTES, &x.tenant, &x.tenant_len, e) < 0)
        return -1;
    return regulation_load_bytes(a, dir, &x, v, ret, f, e);
}
