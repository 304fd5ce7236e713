/*
 * base/jsonrow.c - JSON that this program wrote into a row, read back
 *
 * One walk over the text, straight into nodes. The column's own constraint says that it is JSON, its character set
 * that it is UTF-8, and jsonout wrote it: integers of at most 18 digits, no key twice. At the first thing that is
 * otherwise (a fraction, a \u beyond ASCII, a depth nobody writes) the walk gives up and jsonin_parse judges the text.
 */
#include "config.h"

#include "base/jsonrow.h"

#include <string.h>

#include "base/jsonin.h"

enum { DIGITS_MAX = 18 };

struct walk {
    struct arena *a;
    const char *p;
    int depth;
};

static struct node *value_read(struct walk *w);

static void space_skip(struct walk *w)
{
    while (*w->p == ' ' || *w->p == '\n' || *w->p == '\t' || *w->p == '\r')
        w->p++;
}

/* The character a \-sequence at p stands for, and its length; 0: not one of jsonout's. */
static size_t escape_read(const char *p, char *ret)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = p[1] != '\0' ? strchr(from, p[1]) : NULL;

    if (at != NULL) {
        *ret = to[at - from];
        return 2;
    }
    if (strncmp(p, "\\u00", 4) != 0 || p[4] < '0' || p[4] > '7')
        return 0;

    int low = p[5] >= '0' && p[5] <= '9' ? p[5] - '0' : p[5] >= 'a' && p[5] <= 'f' ? p[5] - 'a' + 10 : -1;

    *ret = (char)((p[4] - '0') << 4 | low);
    return low >= 0 && *ret != '\0' ? 6 : 0;
}

/* The text between quotation marks; NULL gives up. */
static const char *string_read(struct walk *w)
{
    const char *from = ++w->p;
    size_t n = 0;

    while (from[n] != '"' && from[n] != '\\' && (unsigned char)from[n] >= 0x20)
        n++;
    if (from[n] == '"') {
        w->p = from + n + 1;
        return arena_dupn(w->a, from, n);
    }

    const char *end = from + n;

    while (*end != '"') {
        if ((unsigned char)*end < 0x20)
            return NULL;
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    }

    char *text = arena_alloc(w->a, (size_t)(end - from) + 1), *to = text;

    for (const char *p = from; p < end;) {
        size_t step = 1;

        if (*p == '\\')
            step = escape_read(p, to);
        else
            *to = *p;
        if (step == 0)
            return NULL;
        to++;
        p += step;
    }
    *to = '\0';
    w->p = end + 1;
    return text;
}

static struct node *number_read(struct walk *w)
{
    const char *digits = w->p + (*w->p == '-');
    size_t n = strspn(digits, "0123456789");
    int64_t v = 0;

    if (n == 0 || n > DIGITS_MAX || (digits[0] == '0' && (n > 1 || digits != w->p)) || digits[n] == '.' ||
        digits[n] == 'e' || digits[n] == 'E')
        return NULL;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (digits[i] - '0');

    struct node *node = node_int(w->a, digits != w->p ? -v : v);

    w->p = digits + n;
    return node;
}

static struct node *word_read(struct walk *w, const char *word, struct node *n)
{
    size_t len = strlen(word);

    if (strncmp(w->p, word, len) != 0)
        return NULL;
    w->p += len;
    return n;
}

static struct node *member_read(struct walk *w, const char **ret_key)
{
    space_skip(w);
    *ret_key = *w->p == '"' ? string_read(w) : NULL;
    if (*ret_key == NULL)
        return NULL;
    space_skip(w);
    if (*w->p++ != ':')
        return NULL;
    return value_read(w);
}

/* Keys are different, jsonout saw to it: nothing is searched. */
static struct node *kids_read(struct walk *w, struct node *parent, char close)
{
    struct node **tail = &parent->u.kids.first;

    if (++w->depth > JSONIN_DEPTH_MAX)
        return NULL;
    w->p++;
    space_skip(w);
    for (int more = *w->p != close; more;) {
        const char *key = NULL;
        struct node *kid = close == '}' ? member_read(w, &key) : value_read(w);

        if (kid == NULL)
            return NULL;
        kid->key = key;
        kid->key_hash = key != NULL ? node_key_hash(key) : 0;
        *tail = parent->u.kids.last = kid;
        tail = &kid->next;
        parent->u.kids.count++;
        space_skip(w);
        more = *w->p == ',';
        w->p += more;
    }
    if (*w->p != close)
        return NULL;
    w->p++;
    w->depth--;
    return parent;
}

static struct node *text_read(struct walk *w)
{
    const char *text = string_read(w);

    if (text == NULL)
        return NULL;

    struct node *n = node_null(w->a);

    n->type = NODE_TEXT;
    n->u.text = text;
    return n;
}

static struct node *value_read(struct walk *w)
{
    space_skip(w);
    switch (*w->p) {
    case '"':
        return text_read(w);
    case '{':
        return kids_read(w, node_object(w->a), '}');
    case '[':
        return kids_read(w, node_list(w->a), ']');
    case 't':
        return word_read(w, "true", node_bool(w->a, 1));
    case 'f':
        return word_read(w, "false", node_bool(w->a, 0));
    case 'n':
        return word_read(w, "null", node_null(w->a));
    default:
        return number_read(w);
    }
}

int jsonrow_parse(struct arena *a, const char *text, const struct node **ret, struct err *e)
{
    struct walk w = {.a = a, .p = text};
    const struct node *n = value_read(&w);

    space_skip(&w);
    if (n == NULL || *w.p != '\0')
        return jsonin_parse(a, text, strlen(text), ret, NULL, NULL, e);
    *ret = n;
    return 0;
}
