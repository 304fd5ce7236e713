/*
 * identity/tenant.c - strict reading of tenants/<id>/tenant.json
 *
 * Every fault is a sentence that starts with file:line:column. Unknown members are faults: a misspelt
 * "units" must not give a district without units. A group of the directory stands for one post only.
 */
#include "config.h"

#include "identity/tenant.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"

enum {
    FILE_MAX = 1 << 20,
    NAME_MAX_CHARS = 60,
    PHRASE_MAX_CHARS = 500,
    GROUP_MAX = 64,
    HOST_MAX = 253,
    OWNERS_FIRST = 256
};
enum { YELLOW_WORKDAYS = 3, YELLOW_WORKDAYS_MAX = 250, YELLOW_PERCENT_MAX = 90 };

/* Whose a host or a group is: the folder of districts is read in one pass, however many there are. */
struct owner {
    const char *name, *tenant;
};
struct owners {
    struct owner *rows; /* open addressing, a power of two */
    size_t size, used;
};
struct taken {
    struct owners hosts, groups;
};

struct reading {
    struct arena *a;
    struct taken *taken; /* by the districts read before */
    const char *path;    /* of the file, as given to a person */
    struct tenant *t;
};

static void set_fault(const struct reading *r, const struct node *n, struct err *e, const char *fmt, ...) PRINTF_(4, 5);
static void set_fault(const struct reading *r, const struct node *n, struct err *e, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    const char *what = arena_vfmt(r->a, fmt, ap);
    va_end(ap);
    err_set_fail(e, ERR_CONFIG, "%s:%d:%d: %s", r->path, n ? node_place(n).line : 1, n ? node_place(n).column : 1,
                 what);
}
#define fault(...) (set_fault(__VA_ARGS__), err_failed())

/* ---- small typed readers ---- */

static int members(const struct reading *r, const struct node *o, const char *const *known, struct err *e)
{
    if (!o || o->type != NODE_OBJECT)
        return fault(r, o, e, "这里应当是一个对象");
    for (const struct node *n = node_first(o); n; n = n->next) {
        size_t k = 0;
        while (known[k] && !text_eq(known[k], n->key))
            k++;
        if (!known[k])
            return err_fail(e, ERR_CONFIG, "%s:%d:%d: 不认识的成员“%s”", r->path, node_place(n).key_line,
                            node_place(n).key_column, n->key);
    }
    return 0;
}

static int need(const struct reading *r, const struct node *o, const char *key, enum node_type type,
                const struct node **ret, struct err *e)
{
    static const char *const words[] = {"null", "true 或 false", "整数", "数字", "文字", "列表", "对象"};
    const struct node *n = node_get(o, key);

    if (!n)
        return fault(r, o, e, "缺少成员“%s”", key);
    if (n->type != type)
        return fault(r, n, e, "“%s”应当是%s", key, words[type]);
    *ret = n;
    return 0;
}

static int word_of(const struct reading *r, const struct node *n, const char *what, size_t most, const char **ret,
                   struct err *e)
{
    if (!n || n->type != NODE_TEXT)
        return fault(r, n, e, "%s应当是文字", what);
    if (text_is_empty(n->u.text) || !text_is_clean(n->u.text, 0) || text_chars(n->u.text) > most)
        return fault(r, n, e, "%s应当是 1 到 %zu 个字，不含控制字符", what, most);
    *ret = n->u.text;
    return 0;
}

static int word(const struct reading *r, const struct node *o, const char *key, const char **ret, struct err *e)
{
    const struct node *n = NULL;

    if (need(r, o, key, NODE_TEXT, &n, e) < 0)
        return -1;
    return word_of(r, n, arena_fmt(r->a, "“%s”", key), NAME_MAX_CHARS, ret, e);
}

static int ident(const struct reading *r, const struct node *o, const char *key, const char **ret, struct err *e)
{
    if (word(r, o, key, ret, e) < 0)
        return -1;
    if (!text_is_id(*ret))
        return fault(r, node_get(o, key), e, "“%s”应当是小写字母开头的字母、数字和下划线，不能是“%s”", key, *ret);
    return 0;
}

static int choice(const struct reading *r, const struct node *o, const char *key, const char *one, const char *other,
                  const char **ret, struct err *e)
{
    if (word(r, o, key, ret, e) < 0)
        return -1;
    if (!text_eq(*ret, one) && !text_eq(*ret, other))
        return fault(r, node_get(o, key), e, "“%s”只能是“%s”或“%s”", key, one, other);
    return 0;
}

/* ---- groups: one post each, over the whole folder of districts ---- */

static const char *group_owner(const struct tenant *t, const char *group, const char *not_this)
{
    const struct tenant_group *lists[] = {t->organs, t->roles};
    size_t counts[] = {t->organ_count, t->role_count};

    for (size_t i = 0; i < t->unit_count; i++)
        if (t->units[i].group && t->units[i].group != not_this && strcasecmp(t->units[i].group, group) == 0)
            return t->units[i].code;
    for (size_t l = 0; l < ARRAY_LEN(lists); l++)
        for (size_t i = 0; i < counts[l]; i++)
            if (lists[l][i].group && lists[l][i].group != not_this && strcasecmp(lists[l][i].group, group) == 0)
                return lists[l][i].id;
    return NULL;
}

static int group(const struct reading *r, const struct node *o, const char **ret, struct err *e)
{
    if (word(r, o, "group", ret, e) < 0)
        return -1;
    const struct node *n = node_get(o, "group");
    size_t len = strlen(*ret);
    if (len > GROUP_MAX || (*ret)[0] == '-' || (*ret)[0] == '.' ||
        strspn(*ret, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != len)
        return fault(r, n, e, "目录中的组名只能用字母、数字和 . _ -，不超过 %d 个", GROUP_MAX);
    const char *owner = group_owner(r->t, *ret, *ret);
    if (owner)
        return fault(r, n, e, "组“%s”已属于“%s”，一个组只能对应一个岗位", *ret, owner);
    return 0;
}

/* ---- the parts ---- */

static int is_host(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= HOST_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") == n && s[0] != '.' &&
           s[0] != '-' && s[n - 1] != '.' && s[n - 1] != '-' && !strstr(s, "..");
}

static int is_version(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= 32 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static int words(const struct reading *r, const struct node *o, const char *key, size_t most, int (*is)(const char *),
                 const char ***ret, size_t *ret_count, struct err *e)
{
    const struct node *list = NULL;
    size_t n = 0;

    if (need(r, o, key, NODE_LIST, &list, e) < 0)
        return -1;
    const char **all = ARENA_ARRAY(r->a, const char *, node_count(list) + 1);
    for (const struct node *one = node_first(list); one; one = one->next) {
        if (word_of(r, one, arena_fmt(r->a, "“%s”的一项", key), most, &all[n], e) < 0)
            return -1;
        if (!is(all[n]))
            return fault(r, one, e, "“%s”不能作为“%s”的一项", all[n], key);
        for (size_t i = 0; i < n; i++)
            if (text_eq(all[i], all[n]))
                return fault(r, one, e, "“%s”重复了", all[n]);
        n++;
    }
    *ret = all;
    *ret_count = n;
    return 0;
}

/* {year} and one of {n3}…{n6}: what numbers can be made of. */
static int is_number_pattern(const char *s)
{
    int counters = 0;

    for (const char *p = strpbrk(s, "{}"); p; p = strpbrk(p, "{}")) {
        if (strncmp(p, "{year}", 6) == 0) {
            p += 6;
        } else if (p[0] == '{' && p[1] == 'n' && p[2] >= '3' && p[2] <= '6' && p[3] == '}') {
            counters++;
            p += 4;
        } else {
            return 0;
        }
    }
    return counters == 1;
}

static int read_numbering(const struct reading *r, const struct node *top, struct err *e)
{
    static const char *const known[] = {"project", NULL};
    const struct node *o = NULL;

    if (need(r, top, "numbering", NODE_OBJECT, &o, e) < 0 || members(r, o, known, e) < 0)
        return -1;
    r->t->number_pattern = "";
    if (!node_get(o, "project"))
        return text_eq(r->t->kind, "bureau") ? 0 : fault(r, o, e, "缺少成员“project”：项目编号的样式");
    if (word(r, o, "project", &r->t->number_pattern, e) < 0)
        return -1;
    if (!is_number_pattern(r->t->number_pattern))
        return fault(r, node_get(o, "project"), e, "编号样式只认 {year} 和一个 {n3} 至 {n6}，例如 AB-{year}-{n4}");
    return 0;
}

/* Which part of the district: its own projects are all a post of it sees. */
static int place(const struct reading *r, const struct node *o, const char **ret, struct err *e)
{
    *ret = "";
    return node_get(o, "place") ? ident(r, o, "place", ret, e) : 0;
}

static int read_units(const struct reading *r, const struct node *top, struct err *e)
{
    static const char *const known[] = {"code", "name", "kind", "parent", "group", "place", NULL};
    const struct node *list = NULL;

    if (need(r, top, "units", NODE_LIST, &list, e) < 0)
        return -1;
    r->t->units = ARENA_ARRAY(r->a, struct tenant_unit, node_count(list) + 1);
    for (const struct node *o = node_first(list); o; o = o->next) {
        struct tenant_unit u = {.parent = ""};
        if (members(r, o, known, e) < 0 || ident(r, o, "code", &u.code, e) < 0 || word(r, o, "name", &u.name, e) < 0 ||
            ident(r, o, "kind", &u.kind, e) < 0 || group(r, o, &u.group, e) < 0)
            return -1;
        if ((node_get(o, "parent") && ident(r, o, "parent", &u.parent, e) < 0) || place(r, o, &u.place, e) < 0)
            return -1;
        if (tenant_unit(r->t, u.code))
            return fault(r, node_get(o, "code"), e, "单位代码“%s”重复了", u.code);
        /* Only one written before may be the parent: so there are no circles. */
        if (*u.parent && !tenant_unit(r->t, u.parent))
            return fault(r, node_get(o, "parent"), e, "上级单位“%s”不在此前列出的单位中", u.parent);
        r->t->units[r->t->unit_count++] = u;
    }
    return 0;
}

/* Of a role beside the organs which kind it is: its own name, or "role" where there are several of a kind. */
static int role(const struct reading *r, const struct node *o, int is_role, const char **ret, struct err *e)
{
    static const char *const known[] = {"auditor", "leader", "editor", "expert"};

    *ret = is_role ? o->key : "";
    if (!is_role && node_get(o, "role"))
        return fault(r, node_get(o, "role"), e, "“role”只写在角色上");
    if (!is_role)
        return 0;
    if (node_get(o, "role") && word(r, o, "role", ret, e) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (text_eq(known[i], *ret))
            return 0;
    return fault(r, node_get(o, "role") ? node_get(o, "role") : o, e,
                 "角色只有 auditor、leader 和 editor，“%s”请用“role”写明是哪一种", *ret);
}

static int has_id(const struct tenant_group *list, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(list[i].id, id))
            return 1;
    return 0;
}

static int is_ident(const char *s)
{
    return text_is_id(s);
}

/* What a leader's post is asked: the bodies outside the platform for which an office records. */
static int decides(const struct reading *r, const struct node *o, struct tenant_group *g, struct err *e)
{
    if (!node_get(o, "decides"))
        return 0;
    if (!text_eq(g->role, "leader"))
        return fault(r, node_get(o, "decides"), e, "“decides”只写在分管领导的角色上");
    g->line = node_place(node_get(o, "decides")).line;
    g->column = node_place(node_get(o, "decides")).column;
    return words(r, o, "decides", NAME_MAX_CHARS, is_ident, &g->decides, &g->decides_count, e);
}

static int read_groups(const struct reading *r, const struct node *top, const char *key, struct tenant_group **list,
                       size_t *count, struct err *e)
{
    static const char *const known[] = {"group", "name", "place", "role", "decides", NULL};
    const struct node *all = NULL;

    if (need(r, top, key, NODE_OBJECT, &all, e) < 0)
        return -1;
    *list = ARENA_ARRAY(r->a, struct tenant_group, node_count(all) + 1);
    for (const struct node *o = node_first(all); o; o = o->next) {
        struct tenant_group g = {.id = o->key};
        if (!text_is_id(g.id) || text_eq(g.id, "unit"))
            return fault(r, o, e, "“%s”不能作为机构或角色的标识", g.id);
        if (has_id(r->t->organs, r->t->organ_count, g.id))
            return fault(r, o, e, "“%s”已是一个机构的标识", g.id);
        if (members(r, o, known, e) < 0 || group(r, o, &g.group, e) < 0 || place(r, o, &g.place, e) < 0 ||
            role(r, o, text_eq(key, "roles"), &g.role, e) < 0 || decides(r, o, &g, e) < 0)
            return -1;
        if (node_get(o, "name") && word(r, o, "name", &g.name, e) < 0)
            return -1;
        (*list)[(*count)++] = g;
    }
    return 0;
}

static int read_party(const struct reading *r, const struct node *o, const char *id, struct tenant_party *list,
                      size_t *count, struct err *e)
{
    static const char *const known[] = {"party", "name", NULL};
    struct tenant_party p = {.id = id};

    if (members(r, o, known, e) < 0 || ident(r, o, "party", &p.party, e) < 0 || word(r, o, "name", &p.name, e) < 0)
        return -1;
    for (size_t i = 0; i < *count; i++)
        if (text_eq(list[i].party, p.party))
            return fault(r, node_get(o, "party"), e, "对方“%s”重复了", p.party);
    list[(*count)++] = p;
    return 0;
}

static int read_parties(const struct reading *r, const struct node *top, struct err *e)
{
    const struct node *up = node_get(top, "upstream"), *down = node_get(top, "downstream");

    if (!up)
        return fault(r, top, e, "缺少成员“upstream”；没有上级时写 null");
    if (up->type != NODE_NULL && up->type != NODE_OBJECT)
        return fault(r, up, e, "“upstream”应当是对象或 null");
    size_t most = up->type == NODE_OBJECT ? node_count(up) : 0;
    r->t->upstream = ARENA_ARRAY(r->a, struct tenant_party, most + 1);
    for (const struct node *o = most ? node_first(up) : NULL; o; o = o->next) {
        if (!text_is_id(o->key))
            return fault(r, o, e, "“%s”不能作为机构的标识", o->key);
        if (read_party(r, o, o->key, r->t->upstream, &r->t->upstream_count, e) < 0)
            return -1;
    }
    if (down && down->type != NODE_LIST)
        return fault(r, down, e, "“downstream”应当是列表");
    r->t->downstream = ARENA_ARRAY(r->a, struct tenant_party, node_count(down) + 1);
    for (const struct node *o = node_first(down); o; o = o->next)
        if (read_party(r, o, "", r->t->downstream, &r->t->downstream_count, e) < 0)
            return -1;
    return 0;
}

/* A value, or one with the days it is in force; a list holds several of those. The regulation knows their types. */
static int is_parameter(const struct node *n)
{
    if (n->type == NODE_OBJECT)
        return node_get(n, "value") != NULL;
    return n->type != NODE_NULL;
}

static int read_parameters(const struct reading *r, const struct node *top, struct err *e)
{
    if (need(r, top, "parameters", NODE_OBJECT, &r->t->parameters, e) < 0)
        return -1;
    for (const struct node *n = node_first(r->t->parameters); n; n = n->next) {
        int ok = text_is_id(n->key) && is_parameter(n);
        for (const struct node *x = n->type == NODE_LIST ? node_first(n) : NULL; x; x = x->next)
            ok = ok && x->type == NODE_OBJECT && is_parameter(x);
        if (!ok)
            return fault(r, n, e, "参数“%s”应当是文字、数字、true 或 false，或者带 value、from、to、source 的对象",
                         n->key);
    }
    return 0;
}

static int read_number(const struct reading *r, const struct node *o, const char *key, int64_t most, int64_t *ret,
                       struct err *e)
{
    const struct node *n = node_get(o, key);

    if (!n)
        return 0;
    if (n->type != NODE_INT || n->u.integer < 0 || n->u.integer > most)
        return fault(r, n, e, "“%s”应当是 0 到 %lld 的整数", key, (long long)most);
    *ret = n->u.integer;
    return 0;
}

/* Left out, a duty is near its end three working days before its last day. */
static int read_reminders(const struct reading *r, const struct node *top, struct err *e)
{
    static const char *const known[] = {"yellow_workdays", "yellow_percent", NULL};
    const struct node *o = node_get(top, "reminders");

    r->t->reminders = (struct tenant_reminders){.yellow_workdays = YELLOW_WORKDAYS};
    if (!o)
        return 0;
    if (members(r, o, known, e) < 0)
        return -1;
    return read_number(r, o, "yellow_workdays", YELLOW_WORKDAYS_MAX, &r->t->reminders.yellow_workdays, e) < 0 ||
                   read_number(r, o, "yellow_percent", YELLOW_PERCENT_MAX, &r->t->reminders.yellow_percent, e) < 0
               ? -1
               : 0;
}

/* Every { has its }, with a name between. */
static int is_phrase(const char *s)
{
    for (const char *p = strpbrk(s, "{}"); p; p = strpbrk(p, "{}")) {
        size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
        if (*p != '{' || n == 0 || p[n + 1] != '}')
            return 0;
        p += n + 2;
    }
    return 1;
}

static int read_phrases(const struct reading *r, const struct node *top, struct err *e)
{
    static const char *const known[] = {"act", "field", "texts", NULL};
    const struct node *list = node_get(top, "phrases");
    struct tenant *t = r->t;

    if (!list)
        return 0;
    if (need(r, top, "phrases", NODE_LIST, &list, e) < 0)
        return -1;
    t->phrases = ARENA_ARRAY(r->a, struct tenant_phrase, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct tenant_phrase *x = &t->phrases[t->phrase_count++];
        if (members(r, n, known, e) < 0 || word(r, n, "act", &x->act, e) < 0 || word(r, n, "field", &x->field, e) < 0 ||
            words(r, n, "texts", PHRASE_MAX_CHARS, is_phrase, &x->texts, &x->count, e) < 0)
            return -1;
        x->line = node_place(n).line;
        x->column = node_place(n).column;
    }
    return 0;
}

static int read_division(const struct reading *r, const struct node *top, struct err *e)
{
    if (word(r, top, "division_code", &r->t->division_code, e) < 0)
        return -1;
    size_t n = strlen(r->t->division_code);
    if (strspn(r->t->division_code, "0123456789") != n || (n != 6 && n != 9 && n != 12))
        return fault(r, node_get(top, "division_code"), e, "行政区划代码应当是 6、9 或 12 位数字（GB/T 2260）");
    return 0;
}

static int read_tenant(const struct reading *r, const struct node *top, const char *folder_name, struct err *e)
{
    static const char *const known[] = {"id",          "name",       "full_name", "division_code", "kind",  "hosts",
                                        "regulations", "numbering",  "units",     "organs",        "roles", "upstream",
                                        "downstream",  "parameters", "reminders", "phrases",       NULL};
    struct tenant *t = r->t;

    if (members(r, top, known, e) < 0 || ident(r, top, "id", &t->id, e) < 0)
        return -1;
    if (!text_eq(t->id, folder_name))
        return fault(r, node_get(top, "id"), e, "“id”应当与所在文件夹同名：“%s”", folder_name);
    if (word(r, top, "name", &t->name, e) < 0 || word(r, top, "full_name", &t->full_name, e) < 0 ||
        read_division(r, top, e) < 0 || choice(r, top, "kind", "district", "bureau", &t->kind, e) < 0 ||
        words(r, top, "hosts", NAME_MAX_CHARS, is_host, &t->hosts, &t->host_count, e) < 0 ||
        words(r, top, "regulations", NAME_MAX_CHARS, is_version, &t->regulations, &t->regulation_count, e) < 0)
        return -1;
    if (text_eq(t->kind, "bureau") ? t->regulation_count > 0 : t->regulation_count == 0)
        return fault(r, node_get(top, "regulations"), e, "区县至少有一部法规，上级部门没有");
    if (read_numbering(r, top, e) < 0 || read_units(r, top, e) < 0 ||
        read_groups(r, top, "organs", &t->organs, &t->organ_count, e) < 0 ||
        read_groups(r, top, "roles", &t->roles, &t->role_count, e) < 0 || read_parties(r, top, e) < 0 ||
        read_reminders(r, top, e) < 0 || read_phrases(r, top, e) < 0)
        return -1;
    return read_parameters(r, top, e);
}

/* cn is matched without case, as the directory does; hosts have no capitals. */
static struct owner *owner_at(const struct owners *o, const char *name)
{
    uint32_t h = 2166136261U;
    size_t at;

    for (const char *s = name; *s; s++)
        h = (h ^ (uint32_t)tolower((unsigned char)*s)) * 16777619U;
    for (at = h & (o->size - 1); o->rows[at].name && strcasecmp(o->rows[at].name, name) != 0;)
        at = (at + 1) & (o->size - 1);
    return &o->rows[at];
}

static void owners_grow(struct arena *a, struct owners *o)
{
    struct owners more = {.size = o->size ? o->size * 4 : OWNERS_FIRST};

    more.rows = ARENA_ARRAY(a, struct owner, more.size);
    for (size_t i = 0; i < o->size; i++)
        if (o->rows[i].name)
            *owner_at(&more, o->rows[i].name) = o->rows[i];
    more.used = o->used;
    *o = more;
}

static int own(const struct reading *r, struct owners *o, const char *name, const struct node *at, const char *kind,
               struct err *e)
{
    struct owner *row;

    if ((o->used + 1) * 2 > o->size)
        owners_grow(r->a, o);
    row = owner_at(o, name);
    if (row->name)
        return fault(r, at, e, "%s“%s”已属于“%s”", kind, row->name, row->tenant);
    *row = (struct owner){name, r->t->id};
    o->used++;
    return 0;
}

/* Hosts and groups belong to one district only: the host chooses the wall, the group the post behind it. */
static int check_apart(const struct reading *r, const struct node *top, struct err *e)
{
    const struct tenant *t = r->t;
    struct owners *hosts = &r->taken->hosts, *groups = &r->taken->groups;

    for (size_t i = 0; i < t->host_count; i++)
        if (own(r, hosts, t->hosts[i], node_get(top, "hosts"), "地址", e) < 0)
            return -1;
    for (size_t i = 0; i < t->unit_count; i++)
        if (own(r, groups, t->units[i].group, node_get(top, "units"), "组", e) < 0)
            return -1;
    for (size_t i = 0; i < t->organ_count; i++)
        if (own(r, groups, t->organs[i].group, node_get(top, "organs"), "组", e) < 0)
            return -1;
    for (size_t i = 0; i < t->role_count; i++)
        if (own(r, groups, t->roles[i].group, node_get(top, "roles"), "组", e) < 0)
            return -1;
    return 0;
}

static int tenant_read(struct reading *r, const char *dir, const char *name, struct err *e)
{
    char *bytes = NULL;
    size_t len = 0;
    const struct node *top = NULL;
    int line = 0, column = 0;

    if (file_read(r->a, r->path, FILE_MAX, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(r->a, bytes, len, &top, &line, &column, e) < 0) {
        const char *why = arena_dup(r->a, e->message);
        return err_fail(e, ERR_CONFIG, "%s:%d:%d: %s", r->path, line, column, why);
    }
    r->t = ARENA_NEW(r->a, struct tenant);
    r->t->folder = arena_fmt(r->a, "%s/%s", dir, name);
    if (read_tenant(r, top, name, e) < 0)
        return -1;
    return check_apart(r, top, e);
}

int tenants_load(struct arena *a, const char *dir, struct tenant ***ret, size_t *ret_count, struct err *e)
{
    char **names = NULL;
    size_t name_count = 0, n = 0;
    struct taken taken = {0};

    if (file_list(a, dir, &names, &name_count, e) < 0)
        return -1;
    struct tenant **all = ARENA_ARRAY(a, struct tenant *, name_count + 1);
    for (size_t i = 0; i < name_count; i++) {
        struct reading r = {.a = a, .taken = &taken, .path = arena_fmt(a, "%s/%s/tenant.json", dir, names[i])};
        if (text_eq(names[i], "common") || !file_exists(r.path))
            continue;
        if (tenant_read(&r, dir, names[i], e) < 0)
            return -1;
        all[n++] = r.t;
    }
    if (n == 0)
        return err_fail(e, ERR_CONFIG, "%s: 没有任何 tenant.json", dir);
    *ret = all;
    *ret_count = n;
    return 0;
}

int tenant_find(struct tenant *const *all, size_t count, const char *id)
{
    size_t from = 0, to = id ? count : 0;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(all[middle]->id, id);
        if (order == 0)
            return (int)middle;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return -1;
}

const struct tenant_unit *tenant_unit(const struct tenant *t, const char *code)
{
    for (size_t i = 0; i < t->unit_count; i++)
        if (text_eq(t->units[i].code, code))
            return &t->units[i];
    return NULL;
}

const char *tenant_organ_name(const struct tenant *t, const char *organ)
{
    for (size_t i = 0; i < t->organ_count; i++)
        if (text_eq(t->organs[i].id, organ))
            return t->organs[i].name;
    return NULL;
}
