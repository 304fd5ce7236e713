/*
 * regulation/load_review.c - the experts: whom they are drawn from, who sits on a review's panel, how it is scored
 *
 * Whether a project passes a review stays the evaluator's word: a review only names the acts that record its
 * result and the fields of their forms that the meeting can fill.
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/text.h"

enum { PANEL_MAX = 99, RESERVES_MAX = 99, PERCENT = 100, SEEDS_MIN = 2 };

/* Organs whose people do it on the platform themselves. */
static size_t load_hands(struct load *l, const struct node *n, const char *key, int **ret)
{
    const struct node *list = node_get(n, key);
    size_t count = load_refs(l, list, load_organ, ret);

    if (!list)
        load_text(l, n, key);
    for (size_t i = 0; i < count; i++) {
        const struct organ *o = &l->r->organs[(*ret)[i]];
        if (o->kind == ORGAN_OUTSIDE || o->kind == ORGAN_ONE_OF)
            load_fault(l, "organ_without_people", list, "写在平台上有岗位的机关", "「%s」在平台上没有自己的岗位",
                       o->name);
    }
    return count;
}

/* ---- pool ---- */

static void load_pool(struct load *l, const struct node *rules)
{
    const struct node *n = load_object(l, rules, "expert_pool", 0), *fields;
    struct expert_pool *p = &l->r->pool;

    l->article = "";
    if (!n || !load_members(l, n, SENTENCE_EXPERT_POOL))
        return;
    p->src = n;
    p->name = load_text(l, n, "name");
    p->cites = load_cites(l, n, 1, p->name);
    p->kept_count = load_hands(l, n, "kept_by", &p->kept_by);
    fields = load_list(l, n, "fields", 1);
    p->fields = ARENA_ARRAY(l->a, struct choice, node_count(fields) + 1);
    for (const struct node *x = node_first(fields); x; x = x->next)
        if (load_members(l, x, SENTENCE_CHOICE))
            p->fields[p->field_count++] = (struct choice){.id = load_id(l, x, "id"), .label = load_text(l, x, "label")};
}

/* ---- a review ---- */

static void load_avoid(struct load *l, const struct node *n, struct review *v)
{
    static const struct {
        const char *word;
        int bit;
    } KINDS[] = {{"employer", AVOID_EMPLOYER}, {"author", AVOID_AUTHOR}, {"contract", AVOID_CONTRACT}};

    for (const struct node *x = node_first(load_list(l, n, "avoid", 0)); x; x = x->next) {
        int bit = 0;
        for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
            if (text_eq(KINDS[i].word, node_str(x, "")))
                bit = KINDS[i].bit;
        if (!bit)
            load_fault(l, "unknown_kind", x, "可用：employer、author、contract", "没有「%s」这种回避", node_str(x, ""));
        v->avoid |= bit;
    }
    v->author_count = load_refs(l, load_list(l, n, "authors", 0), load_fact_ref, &v->authors);
    for (size_t i = 0; i < v->author_count; i++)
        l->r->facts[v->authors[i]].f.used = 1;
    if (v->author_count && !(v->avoid & AVOID_AUTHOR))
        load_fault(l, "member_misplaced", node_get(n, "authors"), "在 avoid 中写上 author，或删去 authors",
                   "写明了编制者，却没有写要回避编制者");
}

static void load_panel(struct load *l, const struct node *n, struct review *v)
{
    const struct node *p = load_object(l, n, "panel", 1);

    if (!p || !load_members(l, p, SENTENCE_PANEL))
        return;
    v->at_least = load_int(l, p, "at_least", 1, PANEL_MAX, 1, 1);
    v->odd = load_bool(l, p, "odd", 0);
    v->reserves = load_int(l, p, "reserves", 0, RESERVES_MAX, 0, 1);
    v->quorum = load_int(l, p, "quorum", 1, PANEL_MAX, 1, 1);
    if (v->odd && v->at_least % 2 == 0)
        load_fault(l, "panel_even", node_get(p, "at_least"), "把最少人数写成单数，或删去 odd",
                   "专家组应为单数，最少人数却是 %d 人", v->at_least);
    if (v->quorum > v->at_least)
        load_fault(l, "quorum_above_panel", node_get(p, "quorum"), "不超过 at_least",
                   "最少 %d 人的专家组，不能要求 %d 人评分才有效", v->at_least, v->quorum);
}

static void load_scores(struct load *l, const struct node *n, struct review *v)
{
    const struct node *list = load_list(l, n, "scores", 1);
    int sum = 0;

    v->scores = ARENA_ARRAY(l->a, struct score, node_count(list) + 1);
    for (const struct node *x = node_first(list); x; x = x->next) {
        struct score *s = &v->scores[v->score_count];
        if (!load_members(l, x, SENTENCE_SCORE))
            continue;
        s->id = load_id(l, x, "id");
        s->name = load_text(l, x, "name");
        s->hint = load_text_opt(l, x, "hint");
        s->weight = load_int(l, x, "weight", 1, PERCENT, 1, 1);
        s->cites = node_get(x, "articles") ? load_cites(l, x, 1, s->name) : v->cites;
        for (size_t i = 0; i < v->score_count; i++)
            if (text_eq(v->scores[i].id, s->id))
                load_fault(l, "id_twice", node_get(x, "id"), "改名", "评分项「%s」写了两次", s->id);
        sum += s->weight;
        v->score_count++;
    }
    if (list && sum != PERCENT)
        load_fault(l, "weights_sum", list, "使各项权重合计 100", "各评分项的权重合计 %d，应为 100", sum);
}

static void load_pass(struct load *l, const struct node *n, struct review *v)
{
    const struct node *p = load_object(l, n, "pass", 1);

    if (!p || !load_members(l, p, SENTENCE_PASS))
        return;
    v->average = load_int(l, p, "average", 0, PERCENT, 0, 1);
    v->agree_above_percent = load_int(l, p, "agree_above_percent", 0, PERCENT - 1, 0, 1);
}

static int is_source(const struct review *v, const char *source)
{
    static const char *const WORDS[] = {"held_on", "experts", "opinion", "result"};

    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (text_eq(WORDS[i], source))
            return 1;
    for (size_t i = 0; i < v->score_count; i++)
        if (text_starts(source, "comments:") && text_eq(v->scores[i].id, source + strlen("comments:")))
            return 1;
    return 0;
}

/* A reference that could not be resolved has its own finding. */
static int fills_somewhere(const struct regulation *r, const struct review *v, const char *field)
{
    const int acts[] = {v->agree, v->disagree, v->calls};

    if (v->agree < 0 || v->disagree < 0)
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        if (acts[i] >= 0 && happening_field(r, acts[i], field))
            return 1;
    return 0;
}

static void load_fills(struct load *l, const struct node *n, struct review *v)
{
    const struct node *all = load_object(l, n, "fills", 0);

    v->fills = ARENA_ARRAY(l->a, struct fill, node_count(all) + 1);
    for (const struct node *x = node_first(all); x; x = x->next) {
        if (!fills_somewhere(l->r, v, x->key))
            load_fault_key(l, "unknown_field", x, "写 agree、disagree 或 calls 所填表单的栏目",
                           "这些表单都没有「%s」这一栏", x->key);
        else if (!is_source(v, node_str(x, "")))
            load_fault(l, "unknown_kind", x, "可用：held_on、experts、opinion、result、comments:<评分项>",
                       "评审会没有「%s」可以填入", node_str(x, ""));
        else
            v->fills[v->fill_count++] = (struct fill){x->key, node_str(x, "")};
    }
}

static int record_ref(struct load *l, const struct node *n, const char *key)
{
    return node_get(n, key) ? load_happening(l, node_get(n, key)) : (load_text(l, n, key), -1);
}

static void load_review(struct load *l, const struct node *n, struct review *v)
{
    v->src = n;
    v->id = load_id(l, n, "id");
    v->name = load_text(l, n, "name");
    v->cites = load_cites(l, n, 1, v->name);
    v->agree = record_ref(l, n, "agree");
    v->disagree = record_ref(l, n, "disagree");
    v->calls = node_get(n, "calls") ? load_happening(l, node_get(n, "calls")) : -1;
    if (v->agree >= 0 && v->disagree >= 0 &&
        l->r->happenings[v->agree].procedure != l->r->happenings[v->disagree].procedure)
        load_fault(l, "review_two_procedures", node_get(n, "disagree"), "写同一事项中的行为",
                   "评审的两种结果登记在两个事项里");
    v->convened_count = load_hands(l, n, "convened_by", &v->convened_by);
    v->seed_count = load_hands(l, n, "seeds", &v->seeds);
    if (node_get(n, "seeds") && v->seed_count < SEEDS_MIN)
        load_fault(l, "seeds_few", node_get(n, "seeds"), "至少写两个机关，任何一方都不能单独决定抽取结果",
                   "抽取的随机数只由 %zu 方给出", v->seed_count);
    load_avoid(l, n, v);
    load_panel(l, n, v);
    load_scores(l, n, v);
    load_pass(l, n, v);
    load_fills(l, n, v);
}

void load_reviews(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "reviews", 0);
    struct regulation *r = l->r;

    load_pool(l, rules);
    r->reviews = ARENA_ARRAY(l->a, struct review, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct review *v = &r->reviews[r->review_count];
        l->article = "";
        if (!load_members(l, n, SENTENCE_REVIEW))
            continue;
        load_review(l, n, v);
        for (size_t i = 0; i < r->review_count; i++)
            if (text_eq(r->reviews[i].id, v->id))
                load_fault(l, "id_twice", node_get(n, "id"), "改名", "专家评审「%s」写了两次", v->id);
        r->review_count++;
    }
    if (r->review_count && !r->pool.src)
        load_fault(l, "pool_missing", list, "写明 expert_pool：专家从哪里抽取", "有专家评审，却没有专家库");
    l->article = "";
}

/* ---- as nodes ---- */

static void put_cites(struct arena *a, struct node *o, const struct cites *c)
{
    node_put(a, o, "articles", c->list ? node_copy(a, c->list) : node_list(a));
}

static const char *put_organs(const struct regulation *r, struct arena *a, struct node *o, const char *key,
                              const int *organ, size_t count)
{
    struct node *list = node_put_list(a, o, key);
    const char *names = "";

    for (size_t i = 0; i < count; i++) {
        node_add_text(a, list, r->organs[organ[i]].id);
        names = arena_fmt(a, "%s%s%s", names, i ? "、" : "", r->organs[organ[i]].name);
    }
    return names;
}

int regulation_has_experts(const struct regulation *r)
{
    return r->pool.src != NULL;
}

struct node *regulation_expert_pool(const struct regulation *r, struct arena *a)
{
    const struct expert_pool *p = &r->pool;
    struct node *o = node_object(a), *list;

    if (!p->src)
        return NULL;
    node_put_text(a, o, "name", p->name);
    node_put_text(a, o, "kept_names", put_organs(r, a, o, "kept_by", p->kept_by, p->kept_count));
    list = node_put_list(a, o, "fields");
    for (size_t i = 0; i < p->field_count; i++) {
        struct node *x = node_add_object(a, list);
        node_put_text(a, x, "id", p->fields[i].id);
        node_put_text(a, x, "label", p->fields[i].label);
    }
    put_cites(a, o, &p->cites);
    return o;
}

static void put_scores(struct arena *a, struct node *o, const struct review *v)
{
    struct node *list = node_put_list(a, o, "scores");

    for (size_t i = 0; i < v->score_count; i++) {
        struct node *x = node_add_object(a, list);
        node_put_text(a, x, "id", v->scores[i].id);
        node_put_text(a, x, "name", v->scores[i].name);
        node_put_text(a, x, "hint", v->scores[i].hint);
        node_put_int(a, x, "weight", v->scores[i].weight);
        put_cites(a, x, &v->scores[i].cites);
    }
}

static struct node *review_node(const struct regulation *r, struct arena *a, const struct review *v)
{
    static const char *const AVOID[] = {"employer", "author", "contract"};
    struct node *o = node_object(a), *list;
    const struct procedure *p = &r->procedures[r->happenings[v->agree].procedure];

    node_put_text(a, o, "id", v->id);
    node_put_text(a, o, "name", v->name);
    node_put_text(a, o, "agree", r->happenings[v->agree].full);
    node_put_text(a, o, "disagree", r->happenings[v->disagree].full);
    node_put_text(a, o, "calls", v->calls >= 0 ? r->happenings[v->calls].full : "");
    node_put_text(a, o, "procedure", p->id);
    node_put_text(a, o, "procedure_name", p->name);
    node_put_text(a, o, "convened_names", put_organs(r, a, o, "convened_by", v->convened_by, v->convened_count));
    list = node_put_list(a, o, "seeds");
    for (size_t i = 0; i < v->seed_count; i++) {
        struct node *x = node_add_object(a, list);
        node_put_text(a, x, "organ", r->organs[v->seeds[i]].id);
        node_put_text(a, x, "name", r->organs[v->seeds[i]].name);
    }
    node_put_int(a, o, "at_least", v->at_least);
    node_put_bool(a, o, "odd", v->odd);
    node_put_int(a, o, "reserves", v->reserves);
    node_put_int(a, o, "quorum", v->quorum);
    list = node_put_list(a, o, "avoid");
    for (size_t i = 0; i < ARRAY_LEN(AVOID); i++)
        if (v->avoid & (1 << i))
            node_add_text(a, list, AVOID[i]);
    list = node_put_list(a, o, "authors");
    for (size_t i = 0; i < v->author_count; i++)
        node_add_text(a, list, r->facts[v->authors[i]].f.id);
    put_scores(a, o, v);
    node_put_int(a, o, "average", v->average);
    node_put_int(a, o, "agree_above_percent", v->agree_above_percent);
    list = node_put_object(a, o, "fills");
    for (size_t i = 0; i < v->fill_count; i++)
        node_put_text(a, list, v->fills[i].field, v->fills[i].source);
    put_cites(a, o, &v->cites);
    return o;
}

struct node *regulation_reviews(const struct regulation *r, struct arena *a)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < r->review_count; i++)
        node_add(list, review_node(r, a, &r->reviews[i]));
    return list;
}

struct node *regulation_review(const struct regulation *r, struct arena *a, const char *id)
{
    for (size_t i = 0; i < r->review_count; i++)
        if (text_eq(r->reviews[i].id, id))
            return review_node(r, a, &r->reviews[i]);
    return NULL;
}
