/*
 * regulation/read.c - what a person or a machine sends, read into typed values
 *
 * A form sends texts (money in 万元, "true"/"on" for a tick), JSON sends types (money as
 * in law or {"fen": n}). Every problem is said at its field: what is wrong, what to do,
 * the article; nothing is coerced silently.
 */
#include "config.h"

#include "regulation/read.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

enum { READ_TEXT_MAX_CHARS = 500, READ_LONG_MAX_CHARS = 20000, READ_ITEMS_MAX = 200 };

/* No mend where the message already says what to do. */
void read_fault(struct err_list *errors, const char *path, const struct cites *c, const char *mend, const char *fmt,
                ...)
{
    struct err e = {0};
    char message[sizeof(e.message)];
    struct buf b;
    va_list ap;

    va_start(ap, fmt);
    buf_init(&b, sizeof(message) - 1);
    buf_vfmt(&b, fmt, ap);
    va_end(ap);
    text_copy(message, sizeof(message), buf_str(&b));
    buf_free(&b);
    err_fail(&e, ERR_BAD_INPUT, "%s", message);
    err_at(&e, "%s", path);
    if (c && c->joined && *c->joined)
        err_article(&e, c->joined);
    if (mend && *mend)
        err_mend(&e, "%s", mend);
    err_list_take(errors, &e);
}

int read_is_blank(const struct node *n)
{
    return !n || n->type == NODE_NULL || (n->type == NODE_TEXT && !*n->u.text) ||
           (n->type == NODE_LIST && !n->u.kids.count);
}

static struct node *read_money(struct reading *x, const struct field *f, const struct node *n)
{
    struct err e = {0};
    fen m = 0;
    int ok;

    if (n->type == NODE_TEXT) {
        ok = money_parse_law(n->u.text, &m, &e) == 0;
        if (!ok) {
            struct err plain = {0};
            ok = money_parse_wan(n->u.text, &m, &plain) == 0; /* a person types 万元 */
        }
    } else {
        struct value v = value_read(VALUE_MONEY, n);
        ok = v.known && n->type == NODE_OBJECT; /* a bare number says no unit */
        m = v.n;
    }
    if (!ok) {
        read_fault(x->errors, x->path, &f->cites, "以万元填写，如 412.60", "「%s」不是金额", f->label);
        return NULL;
    }
    if (m < 0 || m > MONEY_MAX) {
        read_fault(x->errors, x->path, &f->cites, "请核对金额，单位是万元", "「%s」超出可填的范围", f->label);
        return NULL;
    }
    if (f->max && m > f->max) {
        read_fault(x->errors, x->path, &f->cites, "请核对金额，单位是万元", "「%s」为 %s 万元，不能超过 %s 万元",
                   f->label, money_wan(x->a, m), money_wan(x->a, f->max));
        return NULL;
    }
    return node_int(x->a, m);
}

static struct node *read_integer(struct reading *x, const struct field *f, const struct node *n)
{
    int64_t v = 0;
    int ok = n->type == NODE_INT;

    if (ok)
        v = n->u.integer;
    else if (n->type == NODE_TEXT)
        ok = text_i64(text_trim(x->a, n->u.text), &v) == 0;
    if (!ok || v < 0) {
        read_fault(x->errors, x->path, &f->cites, "请填写不小于零的整数", "「%s」不是整数", f->label);
        return NULL;
    }
    if (f->max && v > f->max) {
        read_fault(x->errors, x->path, &f->cites, "请核对数字", "「%s」为 %lld，不能超过 %lld", f->label, (long long)v,
                   (long long)f->max);
        return NULL;
    }
    return node_int(x->a, v);
}

static struct node *read_boolean(struct reading *x, const struct field *f, const struct node *n)
{
    static const char *const YES[] = {"true", "yes", "on", "1", "是"}, *const NO[] = {"false", "no", "off", "0", "否"};

    if (n->type == NODE_BOOL)
        return node_bool(x->a, n->u.truth);
    for (size_t i = 0; n->type == NODE_TEXT && i < ARRAY_LEN(YES); i++) {
        if (text_eq(n->u.text, YES[i]))
            return node_bool(x->a, 1);
        if (text_eq(n->u.text, NO[i]))
            return node_bool(x->a, 0);
    }
    read_fault(x->errors, x->path, &f->cites, "请选择「是」或者「否」", "「%s」没有选择是或否", f->label);
    return NULL;
}

static struct node *read_date(struct reading *x, const struct field *f, const struct node *n)
{
    struct err e = {0};
    date d;

    const char *s = n->type == NODE_TEXT ? text_trim(x->a, n->u.text) : "";

    if (f->of_month && strlen(s) == strlen("2025-09"))
        s = arena_fmt(x->a, "%s-01", s);
    if (date_parse(s, &d, &e) == 0)
        return node_text(x->a, date_text(x->a, f->of_month ? date_month_first(d) : d));
    read_fault(x->errors, x->path, &f->cites, f->of_month ? "请写成 2025-09 的样子" : "请写成 2025-09-22 的样子",
               "「%s」不是%s", f->label, f->of_month ? "月份" : "日期");
    return NULL;
}

static struct node *read_choice(struct reading *x, const struct field *f, const struct node *n)
{
    const char *s = n->type == NODE_TEXT ? n->u.text : "";

    if (field_choice(f, s) && !field_choice(f, s)->branch)
        return node_text(x->a, s);
    read_fault(x->errors, x->path, &f->cites, "请从所列各项中选择", "「%s」没有「%.60s」这个选项", f->label, s);
    return NULL;
}

static struct node *read_choices(struct reading *x, const struct field *f, const struct node *n)
{
    struct node *list = node_list(x->a), *one;
    int ok = 1;

    if (n->type != NODE_LIST) {
        one = read_choice(x, f, n);
        return one ? (node_add(list, one), list) : NULL;
    }
    for (const struct node *k = node_first(n); k; k = k->next) {
        int twice = 0;
        one = read_choice(x, f, k);
        ok &= one != NULL;
        for (const struct node *o = node_first(list); one && o; o = o->next)
            twice |= node_equal(o, one);
        if (one && !twice)
            node_add(list, one);
    }
    return ok ? list : NULL;
}

static struct node *read_text(struct reading *x, const struct field *f, const struct node *n)
{
    size_t max = f->max ? (size_t)f->max : f->type == VALUE_LONG_TEXT ? READ_LONG_MAX_CHARS : READ_TEXT_MAX_CHARS;
    const char *s;

    if (n->type != NODE_TEXT) {
        read_fault(x->errors, x->path, &f->cites, "请填写文字", "「%s」应为文字", f->label);
        return NULL;
    }
    s = text_trim(x->a, n->u.text);
    if (text_chars(s) > max) {
        read_fault(x->errors, x->path, &f->cites, arena_fmt(x->a, "请删减 %d 个字以上", (int)(text_chars(s) - max)),
                   "「%s」有 %d 个字，不能超过 %d 个字", f->label, (int)text_chars(s), (int)max);
        return NULL;
    }
    if (!text_is_clean(s, f->type == VALUE_LONG_TEXT)) {
        read_fault(x->errors, x->path, &f->cites,
                   f->type == VALUE_LONG_TEXT ? "请删去控制字符后重填" : "请写成一行，删去控制字符",
                   "「%s」含有不能使用的字符", f->label);
        return NULL;
    }
    return node_text(x->a, s);
}

struct node *read_value(struct reading *x, const struct field *f, const struct node *n)
{
    if (read_is_blank(n))
        return NULL;
    switch (f->type) {
    case VALUE_MONEY:
        return read_money(x, f, n);
    case VALUE_INTEGER:
        return read_integer(x, f, n);
    case VALUE_BOOLEAN:
        return read_boolean(x, f, n);
    case VALUE_DATE:
        return read_date(x, f, n);
    case VALUE_CHOICE:
        return read_choice(x, f, n);
    case VALUE_CHOICES:
        return read_choices(x, f, n);
    case VALUE_ROWS:
        return read_rows(x, f, n);
    default: {
        struct node *s = read_text(x, f, n);
        return s && *s->u.text ? s : NULL; /* blanks only: as if not filled in */
    }
    }
}

/* ---- facts ---- */

static void check_stricter(const struct regulation *r, struct arena *a, const struct fact *f, const struct node *given,
                           const char *path, struct err_list *errors)
{
    struct value v = value_read(f->f.type, given);
    const char *who = f->decided_count ? r->organs[f->decided_by[0]].name : "主管机关";

    (void)a;
    if (!v.known)
        return;
    if (f->may == APPLICANT_NO)
        read_fault(errors, path, &f->f.cites, "请删去此项", "「%s」由%s认定，申报单位不能填写", f->f.label, who);
    else if (f->may == APPLICANT_ONLY_STRICTER && !(v.n == f->stricter.n && (!v.s || text_eq(v.s, f->stricter.s))) &&
             !(f->fallback.known && v.n == f->fallback.n && (!v.s || text_eq(v.s, f->fallback.s))))
        read_fault(errors, path, &f->f.cites, "如需改为较宽的办理路径，请由认定机关办理",
                   "「%s」申报单位只能从严填写，从宽由%s认定", f->f.label, who);
}

static int read_facts(const struct regulation *r, struct arena *a, const struct node *facts, int complete,
                      int by_applicant, struct node **ret, struct err_list *errors)
{
    struct node *out = node_object(a);
    int before = errors->count;

    if (facts && facts->type != NODE_OBJECT) {
        read_fault(errors, "/facts", NULL, "写成 { \"事实\": 值 }", "facts 应为一个对象");
        return -1;
    }
    for (const struct node *n = node_first(facts); n; n = n->next) {
        int i = regulation_fact_index(r, n->key);
        struct reading x = {.a = a, .errors = errors, .path = arena_fmt(a, "/facts/%s", n->key)};
        struct node *v;

        if (i < 0) {
            read_fault(errors, x.path, NULL, "请删去此项", "本办法不询问「%.60s」", n->key);
            continue;
        }
        v = read_value(&x, &r->facts[i].f, n);
        if (v) {
            if (by_applicant)
                check_stricter(r, a, &r->facts[i], v, x.path, errors);
            node_put(a, out, n->key, v);
        }
    }
    if (complete)
        facts_complete(r, a, out, errors);
    if (errors->count > before)
        return -1;
    *ret = out;
    return 0;
}

int regulation_read_facts(const struct regulation *r, struct arena *a, const struct node *facts, int complete,
                          struct node **ret, struct err_list *errors)
{
    return read_facts(r, a, facts, complete, 1, ret, errors);
}

int regulation_read_facts_given(const struct regulation *r, struct arena *a, const struct node *facts,
                                struct node **ret, struct err_list *errors)
{
    return read_facts(r, a, facts, 0, 0, ret, errors);
}

/* ---- an act ---- */

/* "checklist": {"item": true} or, as ticked boxes come, ["item"]. */
static void read_checklist(struct reading *x, const struct regulation *r, int happening, const struct node *n,
                           struct node *out)
{
    struct node *all = node_object(x->a);

    for (const struct node *k = node_first(n); k; k = k->next) {
        const char *id = n->type == NODE_OBJECT ? k->key : node_str(k, "");
        const struct check_item *c = happening_check(r, happening, id);
        struct field f = {.id = id, .type = VALUE_BOOLEAN};
        struct node *v;
        x->path = arena_fmt(x->a, "/with/checklist/%s", id);
        if (!c) {
            read_fault(x->errors, x->path, NULL, "请刷新页面后重新核对", "审查要点中没有「%.60s」", id);
            continue;
        }
        f.label = c->name;
        f.cites = c->cites;
        v = n->type == NODE_OBJECT ? read_value(x, &f, k) : node_bool(x->a, 1);
        if (v)
            node_put(x->a, all, id, v);
    }
    node_put(x->a, out, "checklist", all);
}

static int item_known(const struct regulation *r, int happening, const char *id)
{
    const struct procedure *p = &r->procedures[r->happenings[happening].procedure];

    if (regulation_fact_index(r, id) >= 0)
        return 1;
    for (size_t i = 0; i < p->material_count; i++)
        if (text_eq(p->materials[i].id, id))
            return 1;
    for (size_t s = 0; s < p->step_count; s++)
        for (size_t k = 0; k < p->steps[s].act_count; k++)
            if (happening_field(r, p->steps[s].acts[k]->happening, id))
                return 1;
    return 0;
}

static void read_correction(struct reading *x, const struct regulation *r, int happening, const struct node *n,
                            struct node *out)
{
    struct node *all = node_list(x->a);
    int i = 0;

    if (n->type != NODE_LIST || node_count(n) > READ_ITEMS_MAX) {
        read_fault(x->errors, "/with/correction", NULL, "请逐项写明补正的内容", "补正事项应为一个列表");
        return;
    }
    for (const struct node *k = node_first(n); k; k = k->next, i++) {
        const char *item = node_get_str(k, "item"), *what = text_trim(x->a, node_get_str(k, "what"));
        struct node *o;
        if (!item_known(r, happening, item)) {
            read_fault(x->errors, arena_fmt(x->a, "/with/correction/%d/item", i), NULL,
                       "请从申报事实、材料或表单字段中选择", "没有「%.60s」这一项可以补正", item);
            continue;
        }
        if (!*what || text_chars(what) > READ_TEXT_MAX_CHARS || !text_is_clean(what, 1)) {
            read_fault(x->errors, arena_fmt(x->a, "/with/correction/%d/what", i), NULL,
                       "请写明要怎样修改，不超过 500 个字", "第 %d 项没有写明补正的内容，或者写得过长", i + 1);
            continue;
        }
        o = node_add_object(x->a, all);
        node_put_text(x->a, o, "item", item);
        node_put_text(x->a, o, "what", what);
    }
    node_put(x->a, out, "correction", all);
}

static void read_materials(struct reading *x, const struct regulation *r, int happening, const struct node *n,
                           struct node *out)
{
    const struct procedure *p = &r->procedures[r->happenings[happening].procedure];
    struct node *all = node_list(x->a);

    for (const struct node *k = node_first(n); k; k = k->next) {
        int known = 0;
        for (size_t i = 0; i < p->material_count; i++)
            known |= text_eq(p->materials[i].id, node_str(k, ""));
        if (known)
            node_add_text(x->a, all, node_str(k, ""));
        else
            read_fault(x->errors, "/with/materials", NULL, "请从所列材料中选择", "「%s」没有材料「%.60s」", p->name,
                       node_str(k, ""));
    }
    node_put(x->a, out, "materials", all);
}

/* "not_applicable": { "<material or field>": "<reason>" } of those that may be left out with one */
static int may_lack(const struct regulation *r, int happening, const char *id, const char **ret_name)
{
    const struct procedure *p = &r->procedures[r->happenings[happening].procedure];
    const struct field *f = happening_field(r, happening, id);

    *ret_name = f ? f->label : id;
    for (size_t i = 0; i < p->material_count; i++)
        if (text_eq(p->materials[i].id, id)) {
            *ret_name = p->materials[i].name;
            return p->materials[i].or_reason || p->materials[i].or_reason_when;
        }
    return f && (f->or_reason || f->or_reason_when);
}

static void read_lacking(struct reading *x, const struct regulation *r, int happening, const struct node *n,
                         struct node *out)
{
    static const struct field WHY = {
        .id = "not_applicable", .label = "没有此项的理由", .type = VALUE_LONG_TEXT, .max = 500};
    struct node *all = node_object(x->a);

    if (n->type != NODE_OBJECT) {
        read_fault(x->errors, x->path, NULL, "写成 { \"项\": \"理由\" }", "不涉及的各项应为一个对象");
        return;
    }
    for (const struct node *k = node_first(n); k; k = k->next) {
        struct node *why;
        const char *name;
        x->path = arena_fmt(x->a, "/with/not_applicable/%s", k->key);
        if (!may_lack(r, happening, k->key, &name)) {
            read_fault(x->errors, x->path, NULL, "请提交此项", "「%.60s」不能以写明理由代替", name);
            continue;
        }
        why = read_value(x, &WHY, k);
        if (why)
            node_put(x->a, all, k->key, why);
    }
    node_put(x->a, out, "not_applicable", all);
}

static int read_member(struct reading *x, const struct regulation *r, int happening, const struct node *n,
                       struct node *out)
{
    static const struct field REASON = {.id = "reason", .label = "理由", .type = VALUE_LONG_TEXT, .max = 5000},
                              UNTIL = {.id = "until", .label = "补正期限", .type = VALUE_DATE},
                              RUN = {.id = "run", .label = "第几次", .type = VALUE_INTEGER},
                              PERIOD = {.id = "period", .label = "所属期间", .type = VALUE_TEXT, .max = 6};
    static const struct field *const COMMON[] = {&REASON, &UNTIL, &RUN, &PERIOD};
    const struct field *f = happening_field(r, happening, n->key);
    struct node *v;

    for (size_t i = 0; !f && i < ARRAY_LEN(COMMON); i++)
        if (text_eq(COMMON[i]->id, n->key))
            f = COMMON[i];
    if (f) {
        v = read_value(x, f, n);
        if (v)
            node_put(x->a, out, n->key, v);
        return 1;
    }
    if (text_eq(n->key, "checklist"))
        read_checklist(x, r, happening, n, out);
    else if (text_eq(n->key, "correction"))
        read_correction(x, r, happening, n, out);
    else if (text_eq(n->key, "materials"))
        read_materials(x, r, happening, n, out);
    else if (text_eq(n->key, "not_applicable"))
        read_lacking(x, r, happening, n, out);
    else
        return 0;
    return 1;
}

/* What a filing sent again carries beside words: mended facts, the materials replaced, those kept beside a new file. */
static int read_mended(struct reading *x, const struct regulation *r, const struct node *n, struct node *out)
{
    struct node *facts = NULL;

    if (text_eq(n->key, "facts")) {
        if (read_facts(r, x->a, n, 0, 0, &facts, x->errors) == 0)
            node_put(x->a, out, n->key, facts);
        return 1;
    }
    if (!text_eq(n->key, "documents") && !text_eq(n->key, "keep"))
        return 0;
    struct node *list = node_put_list(x->a, out, n->key);
    for (const struct node *k = n->type == NODE_TEXT ? n : node_first(n); k;
         k = n->type == NODE_TEXT ? NULL : k->next) {
        if (k->type == NODE_TEXT && node_count(list) < READ_ITEMS_MAX)
            node_add_text(x->a, list, k->u.text);
        else
            read_fault(x->errors, x->path, NULL, "写成 [ \"办理事项.材料\" … ]", "材料应为标识的列表");
    }
    return 1;
}

/* gate.lift, plan.settled and filing.*: few members, all texts but the reasons of a return and what was mended. */
static void read_special(struct reading *x, const struct regulation *r, const char *act, const struct node *n,
                         struct node *out)
{
    static const char *const TEXTS[] = {"gate", "filing", "reason", "receipt", "note", "plan", "title", "act"};
    int has_facts = text_eq(act, "filing.send") || text_eq(act, PLAN_SETTLED);

    for (const struct node *k = node_first(n); k; k = k->next) {
        struct field f = {.id = k->key, .label = k->key, .type = VALUE_LONG_TEXT, .max = 5000};
        int known = text_eq(k->key, "reasons") && k->type == NODE_LIST;
        for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
            known |= text_eq(TEXTS[i], k->key);
        x->path = arena_fmt(x->a, "/with/%s", k->key);
        if (has_facts && read_mended(x, r, k, out))
            continue;
        if (!known)
            read_fault(x->errors, x->path, NULL, "请删去此项", "此处没有「%.60s」这一栏", k->key);
        else if (k->type == NODE_LIST)
            node_put(x->a, out, k->key, node_copy(x->a, k));
        else if (read_value(x, &f, k))
            node_put(x->a, out, k->key, read_value(x, &f, k));
    }
}

int regulation_read_act(const struct regulation *r, struct arena *a, const char *act, const struct node *input,
                        struct node **ret, struct err_list *errors)
{
    struct node *out = node_object(a);
    int before = errors->count, happening = regulation_happening(r, act);
    struct reading x = {.a = a, .errors = errors, .path = "/with"};

    if (input && input->type != NODE_NULL && input->type != NODE_OBJECT) {
        read_fault(errors, "/with", NULL, "写成 { \"字段\": 值 }", "with 应为一个对象");
        return -1;
    }
    if (happening < 0 && (text_eq(act, "gate.lift") || text_eq(act, PLAN_SETTLED) || text_starts(act, "filing."))) {
        read_special(&x, r, act, input, out);
    } else if (happening < 0) {
        read_fault(errors, "/what", NULL, "请从项目档案里选要办的事项", "本办法没有「%.60s」这一办理事项", act);
    } else {
        for (const struct node *n = node_first(input); n; n = n->next) {
            x.path = arena_fmt(a, "/with/%s", n->key);
            if (!read_member(&x, r, happening, n, out))
                read_fault(errors, x.path, NULL, "请删去此项", "此处没有「%.60s」这一栏", n->key);
        }
    }
    if (errors->count > before)
        return -1;
    *ret = out;
    return 0;
}
