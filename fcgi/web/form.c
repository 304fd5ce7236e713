/*
 * web/form.c - urlencoded forms and query strings as nodes
 */
#include "config.h"

#include "web/form.h"

#include <string.h>

#include "base/text.h"
#include "web/limits.h"

static int decode(struct arena *a, const char *p, size_t len, char **ret, size_t *ret_len, struct err *e)
{
    char *out = arena_alloc(a, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (p[i] == '+') {
            out[n++] = ' ';
        } else if (p[i] == '%') {
            int high = i + 2 < len ? text_hex(p[i + 1]) : -1;
            int low = i + 2 < len ? text_hex(p[i + 2]) : -1;
            if (high < 0 || low < 0) {
                err_fail(e, ERR_BAD_FORM, "百分号后面应是两位十六进制数");
                return -1;
            }
            out[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = p[i];
        }
    }
    *ret = out;
    *ret_len = n;
    return 0;
}

/* CR LF and lone CR become LF, as a person sees them. */
static char *lines_mend(struct arena *a, const char *value, size_t len)
{
    char *out = arena_alloc(a, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (value[i] == '\r') {
            out[n++] = '\n';
            if (i + 1 < len && value[i + 1] == '\n')
                i++;
        } else {
            out[n++] = value[i];
        }
    }
    return out;
}

int form_put(struct arena *a, struct node *form, const char *name, const char *value, size_t len, struct err *e)
{
    size_t name_len = strlen(name);
    if (!name_len || name_len > FORM_NAME_MAX || !text_is_utf8(name, name_len) || !text_is_clean(name, 0)) {
        err_fail(e, ERR_BAD_FORM, "表单里有不合格的字段名");
        return err_mend(e, "请从平台的页面重新提交，不要改动页面的内容");
    }
    if (memchr(value, '\0', len) || !text_is_utf8(value, len)) {
        err_fail(e, ERR_BAD_FORM, "有一栏的文字编码不对，读不出来");
        err_mend(e, "请从平台的页面重新填写；接口请用 UTF-8 编码");
        return err_at(e, "/%s", name);
    }
    char *text = lines_mend(a, value, len);
    if (!text_is_clean(text, 1)) {
        err_fail(e, ERR_BAD_FORM, "有一栏里有看不见的控制字符");
        err_mend(e, "请从纯文本重新粘贴");
        return err_at(e, "/%s", name);
    }
    const struct node *there = node_get(form, name);
    if (!there) {
        if (node_count(form) >= FORM_FIELDS_MAX) {
            err_fail(e, ERR_TOO_LARGE, "这次提交的内容有 %d 项以上，过多", FORM_FIELDS_MAX);
            return err_mend(e, "请分几次办理，或者少填几行");
        }
        node_put_text(a, form, name, text);
        return 0;
    }
    struct node *list = (struct node *)there; /* ours: form is */
    if (there->type != NODE_LIST) {
        list = node_list(a);
        node_add_text(a, list, there->u.text);
        node_put(a, form, name, list);
    }
    if (node_count(list) >= FORM_FIELDS_MAX) {
        err_fail(e, ERR_TOO_LARGE, "这次提交的内容有 %d 项以上，过多", FORM_FIELDS_MAX);
        return err_mend(e, "请分几次办理，或者少填几行");
    }
    node_add_text(a, list, text);
    return 0;
}

int form_parse(struct arena *a, const char *bytes, size_t len, struct node **ret, struct err *e)
{
    struct node *form = node_object(a);
    const char *end = bytes + len;
    for (const char *p = bytes; p < end;) {
        const char *stop = memchr(p, '&', (size_t)(end - p));
        if (!stop)
            stop = end;
        if (stop > p) {
            const char *equals = memchr(p, '=', (size_t)(stop - p));
            const char *name_end = equals ? equals : stop;
            const char *value = equals ? equals + 1 : stop;
            char *name = NULL, *text = NULL;
            size_t name_len = 0, text_len = 0;
            if (decode(a, p, (size_t)(name_end - p), &name, &name_len, e) < 0 ||
                decode(a, value, (size_t)(stop - value), &text, &text_len, e) < 0)
                return -1;
            if (strlen(name) != name_len) {
                err_fail(e, ERR_BAD_FORM, "表单里有不合格的字段名");
                return err_mend(e, "请从平台的页面重新提交，不要改动页面的内容");
            }
            if (form_put(a, form, name, text, text_len, e) < 0)
                return -1;
        }
        p = stop + 1;
    }
    *ret = form;
    return 0;
}

const char *form_take(struct node *form, const char *name)
{
    struct node *before = NULL;
    for (struct node *n = form->u.kids.first; n; before = n, n = n->next) {
        if (!text_eq(n->key, name))
            continue;
        if (before)
            before->next = n->next;
        else
            form->u.kids.first = n->next;
        if (form->u.kids.last == n)
            form->u.kids.last = before;
        form->u.kids.count--;
        return node_str(n, "");
    }
    return "";
}

/* What a field is called on the page: nobody is told the name it has on the wire. */
static const char *label_of(const char *name)
{
    static const char *const labels[][2] = {
        {"comes_on", "施行日期"}, {"login", "账号"},         {"name", "名称"},
        {"organ", "岗位"},        {"outcome", "受理或退回"}, {"post", "岗位"},
        {"project", "项目"},      {"reason", "理由"},        {"regulation", "版本标识"},
        {"state", "列入或移出"},  {"subject", "种类"},       {"tenant", "地区"},
        {"title", "名称"},        {"unit", "单位"},          {"version", "打开页面时的版本"},
    };

    for (size_t i = 0; i < ARRAY_LEN(labels); i++)
        if (text_eq(labels[i][0], name))
            return labels[i][1];
    return name;
}

static int text_read(struct arena *a, const struct node *n, const char *name, size_t min_chars, size_t max_chars,
                     const char **ret, struct err *e)
{
    if (n && n->type != NODE_TEXT) {
        err_fail(e, ERR_BAD_INPUT, "「%s」应是一段文字，且只填一次", label_of(name));
        err_mend(e, "请只填一次");
        return err_at(e, "/%s", name);
    }
    const char *text = n ? text_trim(a, n->u.text) : "";
    size_t chars = text_chars(text);
    if (chars < min_chars || chars > max_chars) {
        if (!chars)
            err_fail(e, ERR_BAD_INPUT, "「%s」没有填写", label_of(name));
        else
            err_fail(e, ERR_BAD_INPUT, "「%s」有 %zu 个字，应为 %zu 到 %zu 个字", label_of(name), chars, min_chars,
                     max_chars);
        err_mend(e, "%s", chars ? "请改写到这个长度" : "请填写");
        return err_at(e, "/%s", name);
    }
    *ret = text;
    return 0;
}

int form_text(struct arena *a, const struct node *form, const char *name, size_t min_chars, size_t max_chars,
              const char **ret, struct err *e)
{
    return text_read(a, node_get(form, name), name, min_chars, max_chars, ret, e);
}

int form_text_opt(struct arena *a, const struct node *form, const char *name, size_t max_chars, const char *def,
                  const char **ret, struct err *e)
{
    const struct node *n = node_get(form, name);
    if (!n) {
        *ret = def;
        return 0;
    }
    return text_read(a, n, name, 0, max_chars, ret, e);
}

int form_i64(const struct node *form, const char *name, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    const struct node *n = node_get(form, name);
    int64_t v = 0;
    int ok = n && (n->type == NODE_INT || (n->type == NODE_TEXT && text_i64(n->u.text, &v) == 0));
    if (n && n->type == NODE_INT)
        v = n->u.integer;
    if (!ok) {
        err_fail(e, ERR_BAD_INPUT, "「%s」应是一个整数", label_of(name));
        err_mend(e, "请填写整数");
        return err_at(e, "/%s", name);
    }
    if (v < min || v > max) {
        err_fail(e, ERR_BAD_INPUT, "「%s」应在 %lld 到 %lld 之间", label_of(name), (long long)min, (long long)max);
        err_mend(e, "请改写这个数");
        return err_at(e, "/%s", name);
    }
    *ret = v;
    return 0;
}

struct node *form_group(struct arena *a, const struct node *form, const char *prefix)
{
    const struct node *whole = node_get(form, prefix);
    if (whole && whole->type == NODE_OBJECT)
        return node_copy(a, whole);
    struct node *group = node_object(a);
    size_t len = strlen(prefix);
    for (const struct node *n = node_first(form); n; n = n->next)
        if (!strncmp(n->key, prefix, len) && n->key[len] == '.' && n->key[len + 1])
            node_put(a, group, n->key + len + 1, node_copy(a, n));
    return group;
}
