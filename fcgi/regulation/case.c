/*
 * regulation/case.c - the simulate form into a case_input
 *
 * Facts in a case may be those an organ decided, so the bounds set on the applicant
 * (applicant_may) are not tested here.
 */
#include "config.h"

#include "regulation/read.h"

#include <string.h>

#include "base/text.h"

enum { CASE_EVENTS_MAX = 2000, CASE_MATERIALS_MAX = 500 };

static const char *const MEMBERS[] = {"name",    "articles", "today",  "unit", "facts",   "materials", "submitted_on",
                                      "history", "attempt",  "expect", "note", "subject", "parameters"};

static int known_member(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(MEMBERS); i++)
        if (text_eq(MEMBERS[i], key))
            return 1;
    return 0;
}

static date read_day(const struct node *json, const char *key, date otherwise, struct err_list *errors)
{
    const struct node *n = node_get(json, key);
    struct err e = {0};
    date d;

    if (!n || n->type == NODE_NULL)
        return otherwise;
    if (n->type == NODE_TEXT && date_parse(n->u.text, &d, &e) == 0)
        return d;
    read_fault(errors, key[0] == 't' ? "/today" : "/submitted_on", NULL, "写成如 2025-09-22", "「%s」不是日期", key);
    return otherwise;
}

static void read_unit(const struct regulation *r, const struct node *json, struct case_input *in)
{
    const struct node *unit = node_get(json, "unit"), *admits = r->organs[r->applicant].admits;

    in->unit_code = *node_get_str(unit, "code") ? node_get_str(unit, "code") : "unit";
    in->unit_name = *node_get_str(unit, "name") ? node_get_str(unit, "name") : r->organs[r->applicant].name;
    in->unit_kind = *node_get_str(unit, "kind") ? node_get_str(unit, "kind") : node_str(node_first(admits), "");
    in->unit_place = node_get_str(unit, "place");
}

static void read_subject(const struct node *json, struct case_input *in, struct err_list *errors)
{
    const char *s = node_get_str(json, "subject");

    if (*s && subject_of(s) < 0)
        read_fault(errors, "/subject", NULL, "可用：project、plan、unit、system、bundle、appropriation",
                   "没有「%.60s」这种对象", s);
    else if (*s)
        in->subject = s;
}

/* What an outside authority has fixed, tried with other values than those of tenant.json. */
static void read_parameters(const struct regulation *r, struct arena *a, const struct node *json, struct case_input *in,
                            struct err_list *errors)
{
    struct node *out = json ? node_object(a) : NULL;

    for (const struct node *n = node_first(json); n; n = n->next) {
        int i = regulation_parameter_index(r, n->key);
        struct reading x = {.a = a, .errors = errors, .path = arena_fmt(a, "/parameters/%s", n->key)};
        struct node *v;
        if (i < 0) {
            read_fault(errors, x.path, NULL, "请核对参数的名称", "本办法没有参数「%.60s」", n->key);
            continue;
        }
        v = read_value(&x, &r->parameters[i].f, n);
        node_put(a, out, n->key, v ? v : node_null(a));
    }
    in->parameters = out;
}

static void read_materials(const struct regulation *r, struct arena *a, const struct node *json, struct case_input *in,
                           struct err_list *errors)
{
    const struct node *n = node_get(json, "materials");
    int every = text_eq(node_str(n, ""), "all");
    const char **all;
    size_t room = CASE_MATERIALS_MAX;

    if (n && !every && (n->type != NODE_LIST || node_count(n) > room)) {
        read_fault(errors, "/materials", NULL, "写成 [ \"材料\" ] 或 \"all\"", "materials 应为一个列表");
        return;
    }
    for (size_t i = 0; i < r->procedure_count; i++)
        room += r->procedures[i].material_count;
    all = ARENA_ARRAY(a, const char *, room);
    for (size_t i = 0; every && i < r->procedure_count; i++)
        for (size_t k = 0; k < r->procedures[i].material_count; k++)
            all[in->material_count++] = r->procedures[i].materials[k].id;
    for (const struct node *k = every ? NULL : node_first(n); k; k = k->next) {
        int known = 0;
        for (size_t i = 0; i < r->procedure_count; i++)
            for (size_t m = 0; m < r->procedures[i].material_count; m++)
                known |= text_eq(r->procedures[i].materials[m].id, node_str(k, ""));
        if (known)
            all[in->material_count++] = node_str(k, "");
        else
            read_fault(errors, "/materials", NULL, "请核对材料的名称", "本办法没有材料「%.60s」", node_str(k, ""));
    }
    in->materials = all;
}

static int read_event(const struct regulation *r, struct arena *a, const struct node *n, const char *path,
                      instant otherwise, struct case_event *ret, struct err_list *errors)
{
    static const char *const NAMES[] = {"at", "what", "by", "with", "note"};
    struct err_list inner; /* a case has many events */
    const struct node *at = node_get(n, "at");
    struct node *with = NULL;
    struct err e = {0};
    int before = errors->count;

    err_list_init(&inner);
    if (!n || n->type != NODE_OBJECT) {
        read_fault(errors, path, NULL, "写成 { \"at\", \"what\", \"by\", \"with\" }", "事件应为一个对象");
        return -1;
    }
    for (const struct node *k = node_first(n); k; k = k->next) {
        int known = 0;
        for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
            known |= text_eq(NAMES[i], k->key);
        if (!known)
            read_fault(errors, arena_fmt(a, "%s/%s", path, k->key), NULL, "请删去此项", "事件没有「%.60s」这个成员",
                       k->key);
    }
    ret->at = otherwise;
    if (at && (at->type != NODE_TEXT || instant_parse(at->u.text, &ret->at, &e) < 0))
        read_fault(errors, arena_fmt(a, "%s/at", path), NULL, "写成如 2025-09-22", "时间不合格");
    if (!at && otherwise == INSTANT_NONE)
        read_fault(errors, arena_fmt(a, "%s/at", path), NULL, "写成如 2025-09-22", "缺少时间");
    ret->what = node_get_str(n, "what");
    ret->by = node_get_str(n, "by");
    if ((!text_starts(ret->what, "filing.") || regulation_happening(r, ret->what) >= 0) &&
        regulation_organ_index(r, ret->by) < 0)
        read_fault(errors, arena_fmt(a, "%s/by", path), NULL, "写 organs 中的 id", "没有机关「%.60s」", ret->by);
    if (regulation_read_act(r, a, ret->what, node_get(n, "with"), &with, &inner) < 0)
        for (int i = 0; i < inner.count && i < ERR_LIST_MAX; i++) {
            err_at(&inner.item[i], "%s", path);
            err_list_take(errors, &inner.item[i]);
        }
    ret->with = with;
    return errors->count > before ? -1 : 0;
}

/* Stable: what is written first stays first within one instant. */
static void sort_events(struct case_event *list, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k && list[k - 1].at > list[k].at; k--) {
            struct case_event swap = list[k];
            list[k] = list[k - 1];
            list[k - 1] = swap;
        }
}

static void read_history(const struct regulation *r, struct arena *a, const struct node *json, struct case_input *in,
                         struct err_list *errors)
{
    const struct node *list = node_get(json, "history");
    struct case_event *all;
    int i = 0;

    if (list && (list->type != NODE_LIST || node_count(list) > CASE_EVENTS_MAX)) {
        read_fault(errors, "/history", NULL, "写成 [ 事件… ]", "history 应为一个列表，最多 %d 件", CASE_EVENTS_MAX);
        return;
    }
    all = ARENA_ARRAY(a, struct case_event, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next, i++)
        if (read_event(r, a, n, arena_fmt(a, "/history/%d", i), INSTANT_NONE, &all[in->history_count], errors) == 0)
            in->history_count++;
    sort_events(all, in->history_count);
    in->history = all;
}

int case_read(const struct regulation *r, struct arena *a, const struct node *json, struct case_input *ret,
              struct err_list *errors)
{
    struct case_input in = {.submitted_on = DATE_NONE};
    struct case_event *attempt;
    struct node *facts = NULL;
    int before = errors->count;

    if (!json || json->type != NODE_OBJECT) {
        read_fault(errors, "", NULL, "写成 { \"today\", \"facts\", \"history\" }", "应为一个对象");
        return -1;
    }
    for (const struct node *n = node_first(json); n; n = n->next)
        if (!known_member(n->key))
            read_fault(errors, arena_fmt(a, "/%s", n->key), NULL, "请删去此项", "没有「%.60s」这个成员", n->key);
    if (!node_get(json, "today"))
        read_fault(errors, "/today", NULL, "写成如 2025-09-22", "缺少今天的日期");
    in.today = read_day(json, "today", 0, errors);
    in.now = instant_of_date(in.today, 9, 0);
    in.submitted_on = read_day(json, "submitted_on", DATE_NONE, errors);
    read_unit(r, json, &in);
    read_subject(json, &in, errors);
    read_parameters(r, a, node_get(json, "parameters"), &in, errors);
    regulation_read_facts_given(r, a, node_get(json, "facts"), &facts, errors);
    in.facts = facts;
    read_materials(r, a, json, &in, errors);
    read_history(r, a, json, &in, errors);
    if (node_get(json, "attempt") && node_get(json, "attempt")->type != NODE_NULL) {
        attempt = ARENA_NEW(a, struct case_event);
        read_event(r, a, node_get(json, "attempt"), "/attempt", in.now, attempt, errors);
        in.attempt = attempt;
    }
    if (errors->count > before)
        return -1;
    *ret = in;
    return 0;
}
