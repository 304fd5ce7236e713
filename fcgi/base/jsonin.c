/*
 * base/jsonin.c - strict JSON in
 *
 * Three steps: our scanner accepts or refuses every byte and notes where each value
 * and key stands; json-c builds its tree; that tree is copied into nodes, which take
 * their places in the same order. The order agrees because json-c keeps the order of
 * insertion and duplicate keys were refused (traps J1).
 */
#include "config.h"

#include "base/jsonin.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>
#include <json-c/printbuf.h>

#include "base/buf.h"
#include "base/jsonin_scan.h"
#include "base/text.h"

enum { JSONIN_MARKS_BYTES = 1024 * 1024 * 1024 };

/* What json-c refuses although we took it; none is known. */
static int refuse_jsonc(struct scan *s, enum json_tokener_error why)
{
    jsonin_scan_fail(s, 1, 1, "JSON 不能读取");
    return err_detail(s->e, "json-c: %s", json_tokener_error_desc(why));
}

/*
 * A text among the values may be a password. json-c gathers each in one buffer and gives its memory back as it
 * is: so that buffer gets its full size first (growing would leave copies behind), and is wiped before it goes.
 */
static int gather_room(json_tokener *tok, size_t len)
{
    if (printbuf_memset(tok->pb, 0, 0, (int)len) < 0)
        return -1;
    printbuf_reset(tok->pb);
    return 0;
}

static void gather_wipe(json_tokener *tok)
{
    explicit_bzero(tok->pb->buf, (size_t)tok->pb->size);
}

static int parse_jsonc(struct scan *s, json_object **ret)
{
    /* one level more than ours: json-c counts the value inside the innermost list as one */
    json_tokener *tok = json_tokener_new_ex(JSONIN_DEPTH_MAX + 1);

    if (tok == NULL)
        return refuse_jsonc(s, json_tokener_error_parse_unexpected);
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
    if (gather_room(tok, s->len) < 0) {
        json_tokener_free(tok);
        return refuse_jsonc(s, json_tokener_error_size);
    }

    /* the final NUL belongs to the length, or a number at the end waits for more (trap J) */
    char *text = arena_dupn(s->a, s->bytes, s->len);
    json_object *o = json_tokener_parse_ex(tok, text, (int)s->len + 1);
    enum json_tokener_error why = json_tokener_get_error(tok);

    gather_wipe(tok);
    json_tokener_free(tok);
    if (why != json_tokener_success) {
        json_object_put(o);
        return refuse_jsonc(s, why);
    }
    *ret = o;
    return 0;
}

struct copy {
    struct arena *a;
    const char *bytes;
    const struct mark *mark; /* of the next value */
};

static struct node *copy_value(struct copy *c, json_object *o);

static void copy_append(struct node *parent, struct node *kid)
{
    if (parent->u.kids.last != NULL)
        parent->u.kids.last->next = kid;
    else
        parent->u.kids.first = kid;
    parent->u.kids.last = kid;
    parent->u.kids.count++;
}

/* Keys are known to be different, so that nothing is searched: the whole stays linear. */
static void copy_members(struct copy *c, struct node *n, json_object *o)
{
    struct json_object_iterator it = json_object_iter_begin(o), end = json_object_iter_end(o);

    for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
        struct node *kid = copy_value(c, json_object_iter_peek_value(&it));

        kid->key = arena_dup(c->a, json_object_iter_peek_name(&it));
        kid->key_hash = node_key_hash(kid->key);
        copy_append(n, kid);
    }
}

/* The tree goes right after this: its copy of the text is wiped, where json-c would leave it. */
static const char *copy_text(struct arena *a, json_object *o)
{
    char *text = (char *)json_object_get_string(o);
    size_t len = (size_t)json_object_get_string_len(o);
    const char *ret = arena_dupn(a, text, len);

    explicit_bzero(text, len);
    return ret;
}

static struct node *copy_value(struct copy *c, json_object *o)
{
    const struct mark *m = c->mark++;
    struct node *n = node_placed(c->a, NODE_NULL, &(struct node_place){m->line, m->column, m->key_line, m->key_column});

    switch (json_object_get_type(o)) {
    case json_type_null:
        break;
    case json_type_boolean:
        n->type = NODE_BOOL;
        n->u.truth = json_object_get_boolean(o) != 0;
        break;
    case json_type_int:
    case json_type_double: /* the digits as written, not what became of them */
        n->type = m->whole ? NODE_INT : NODE_NUMBER;
        if (m->whole)
            n->u.integer = json_object_get_int64(o);
        else
            n->u.text = arena_dupn(c->a, c->bytes + m->offset, m->len);
        break;
    case json_type_string:
        n->type = NODE_TEXT;
        n->u.text = copy_text(c->a, o);
        break;
    case json_type_array:
        n->type = NODE_LIST;
        for (size_t i = 0; i < json_object_array_length(o); i++)
            copy_append(n, copy_value(c, json_object_array_get_idx(o, i)));
        break;
    case json_type_object:
        n->type = NODE_OBJECT;
        copy_members(c, n, o);
        break;
    }
    return n;
}

static int scan_and_copy(struct scan *s, struct arena *a, const struct node **ret)
{
    json_object *o = NULL;

    if (s->len > INT_MAX - 1)
        return scan_fail(s, "内容过大");
    if (jsonin_scan(s) < 0 || parse_jsonc(s, &o) < 0)
        return -1;

    struct copy c = {.a = a, .bytes = s->bytes, .mark = (const struct mark *)s->marks.data};

    *ret = copy_value(&c, o);
    json_object_put(o);
    return 0;
}

int jsonin_parse(struct arena *a, const char *bytes, size_t len, const struct node **ret, int *ret_line,
                 int *ret_column, struct err *e)
{
    struct arena *scratch CLEANUP_(arena_freep) = arena_new("jsonin", SIZE_MAX / 2);
    struct scan s = {.a = scratch, .bytes = bytes, .len = len, .line = 1, .column = 1, .e = e};

    buf_init(&s.marks, JSONIN_MARKS_BYTES);
    buf_init(&s.keys, JSONIN_MARKS_BYTES);
    int rc = scan_and_copy(&s, a, ret);

    buf_free(&s.marks);
    buf_free(&s.keys);
    if (rc < 0 && ret_line != NULL)
        *ret_line = s.fault_line;
    if (rc < 0 && ret_column != NULL)
        *ret_column = s.fault_column;
    return rc;
}

/* A JSON pointer's step: "~" and "/" have names of their own there (RFC 6901). */
static int at_key(struct err *e, const char *key)
{
    char step[sizeof e->path];
    size_t n = 0;

    for (; *key != '\0' && n + 3 < sizeof step; key++) {
        if (*key == '~' || *key == '/') {
            step[n++] = '~';
            step[n++] = *key == '~' ? '0' : '1';
        } else {
            step[n++] = *key;
        }
    }
    step[n] = '\0';
    err_at(e, "/%s", step);
    return -1;
}

static int refuse(struct err *e, const char *key, const char *fmt, ...) PRINTF_(3, 4);

static int refuse(struct err *e, const char *key, const char *fmt, ...)
{
    char what[160];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    err_fail(e, ERR_BAD_INPUT, "%s", what);
    at_key(e, key);
    return -1;
}

/* 1 and the member, 0 when absent (no o at all has no members), -1 when o is no object. */
static int find(const struct node *o, const char *key, const struct node **ret, struct err *e)
{
    if (o != NULL && o->type != NODE_OBJECT) {
        err_fail(e, ERR_BAD_INPUT, "应为一组名称和值");
        return -1;
    }
    *ret = node_get(o, key);
    return *ret != NULL;
}

static int find_required(const struct node *o, const char *key, const struct node **ret, struct err *e)
{
    int found = find(o, key, ret, e);

    return found == 0 ? refuse(e, key, "必填") : found;
}

static int check_text(const struct node *n, const char *key, size_t min_chars, size_t max_chars, const char **ret,
                      struct err *e)
{
    if (n->type != NODE_TEXT)
        return refuse(e, key, "应为文字");

    size_t chars = text_chars(n->u.text);

    if (chars == 0 && min_chars > 0)
        return refuse(e, key, "必填");
    if (chars < min_chars)
        return refuse(e, key, "至少 %zu 个字", min_chars);
    if (chars > max_chars)
        return refuse(e, key, "最多 %zu 个字", max_chars);
    *ret = n->u.text;
    return 0;
}

int jsonin_text(const struct node *o, const char *key, size_t min_chars, size_t max_chars, const char **ret,
                struct err *e)
{
    const struct node *n = NULL;

    if (find_required(o, key, &n, e) < 0)
        return -1;
    return check_text(n, key, min_chars, max_chars, ret, e);
}

int jsonin_text_opt(const struct node *o, const char *key, size_t max_chars, const char *def, const char **ret,
                    struct err *e)
{
    const struct node *n = NULL;
    int found = find(o, key, &n, e);

    if (found == 0)
        *ret = def;
    return found <= 0 ? found : check_text(n, key, 0, max_chars, ret, e);
}

static int check_int(const struct node *n, const char *key, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    if (n->type != NODE_INT)
        return refuse(e, key, "应为整数");
    if (n->u.integer < min || n->u.integer > max)
        return refuse(e, key, "应在 %lld 与 %lld 之间", (long long)min, (long long)max);
    *ret = n->u.integer;
    return 0;
}

int jsonin_int(const struct node *o, const char *key, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    const struct node *n = NULL;

    if (find_required(o, key, &n, e) < 0)
        return -1;
    return check_int(n, key, min, max, ret, e);
}

static int check_kids(const struct node *n, const char *key, enum node_type type, size_t max, const struct node **ret,
                      struct err *e)
{
    if (n->type != type)
        return refuse(e, key, type == NODE_LIST ? "应为列表" : "应为一组名称和值");
    if (n->u.kids.count > max)
        return refuse(e, key, "最多 %zu 项", max);
    *ret = n;
    return 0;
}

static int kids_required(const struct node *o, const char *key, enum node_type type, size_t max,
                         const struct node **ret, struct err *e)
{
    const struct node *n = NULL;

    if (find_required(o, key, &n, e) < 0)
        return -1;
    return check_kids(n, key, type, max, ret, e);
}

int jsonin_object(const struct node *o, const char *key, const struct node **ret, struct err *e)
{
    return kids_required(o, key, NODE_OBJECT, SIZE_MAX, ret, e);
}

int jsonin_list(const struct node *o, const char *key, size_t max, const struct node **ret, struct err *e)
{
    return kids_required(o, key, NODE_LIST, max, ret, e);
}

int jsonin_end(const struct node *o, const char *const *names, struct err *e)
{
    for (const struct node *kid = node_first(o); kid != NULL && o->type == NODE_OBJECT; kid = kid->next) {
        const char *const *name = names;

        while (*name != NULL && strcmp(*name, kid->key) != 0)
            name++;
        if (*name == NULL)
            return refuse(e, kid->key, "没有这一项");
    }
    return 0;
}
