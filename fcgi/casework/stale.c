/*
 * casework/stale.c - a form that is out of date: what changed since it was opened
 *
 * A form carries marks of the facts as they stood (id and the head of a digest) and the number of events there were;
 * from these two the page says field by field what others changed, and what happened. Without them (a machine's
 * request) every field that differs from what is kept counts.
 */
#include "config.h"

#include "casework/stale.h"

#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/facts.h"
#include "casework/part.h"
#include "casework/view.h"

enum { MARK_HEX = 8, MARK_BYTES_MAX = 64 * 1024, EVENTS_SHOWN = 20 };

static const char *mark_of(struct arena *a, const struct node *value)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, MARK_BYTES_MAX);
    jsonout_canonical(&b, value);
    return arena_dupn(a, crypto_sm3_hex(a, buf_str(&b), b.len), MARK_HEX);
}

char *stale_marks(struct arena *a, const struct node *facts)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, MARK_BYTES_MAX);
    for (const struct node *n = node_first(facts); n != NULL; n = n->next)
        buf_fmt(&b, "%s%s:%s", b.len > 0 ? " " : "", n->key, mark_of(a, n));
    return arena_dup(a, buf_str(&b));
}

/* The mark a fact had when the form was opened; "" when it was not known then. */
static const char *mark_was(struct arena *a, const char *marks, const char *fact)
{
    size_t n = strlen(fact);

    for (const char *p = marks; *p != '\0'; p += strspn(p, " ")) {
        size_t word = strcspn(p, " ");

        if (word == n + 1 + MARK_HEX && strncmp(p, fact, n) == 0 && p[n] == ':')
            return arena_dupn(a, p + n + 1, MARK_HEX);
        p += word;
    }
    return "";
}

static int is_changed(struct arena *a, const struct stale_form *form, const char *fact, const struct node *now,
                      const struct node *yours)
{
    if (*form->marks != '\0')
        return !text_eq(mark_was(a, form->marks, fact), now != NULL ? mark_of(a, now) : "");
    return node_get(form->facts, fact) != NULL && (now == NULL || yours == NULL || !node_equal(now, yours));
}

static const char *value_words(struct arena *a, const struct node *how, const struct node *value)
{
    const char *s = value != NULL ? view_value(a, how, value) : "";

    return *s != '\0' ? s : "没有填写";
}

static void put_rows(const struct desk *d, const struct casefile *c, const struct stale_form *form, struct node *list)
{
    struct arena *a = d->arena;
    struct err_list *unread = ARENA_NEW(a, struct err_list);
    struct node *read = facts_read(c->regulation, a, form->facts != NULL ? form->facts : node_object(a), 0, unread);

    for (const struct node *f = node_first(regulation_facts_wording(c->regulation, a, NULL)); f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id");
        const struct node *now = node_get(c->facts, id), *given = node_get(form->facts, id),
                          *yours = node_get(read, id);

        if (!is_changed(a, form, id, now, yours))
            continue;
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "path", arena_fmt(a, "/facts/%s", id));
        node_put_text(a, n, "label", node_get_str(f, "label"));
        node_put_text(a, n, "theirs", value_words(a, f, now));
        /* what could not be read is said as it was typed */
        node_put_text(a, n, "yours",
                      given == NULL                                                 ? "本页没有这一项"
                      : yours == NULL && given->type == NODE_TEXT && *given->u.text ? given->u.text
                                                                                    : value_words(a, f, yours));
    }
}

static void put_events(const struct desk *d, const struct casefile *c, int64_t seen, struct node *list)
{
    struct arena *a = d->arena;
    int shown = 0;

    for (size_t i = c->event_count; i-- > 0 && c->events[i].seq > seen && shown < EVENTS_SHOWN; shown++) {
        const struct event *ev = &c->events[i];
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "path", arena_fmt(a, "/events/%lld", (long long)ev->seq));
        view_put_instant(a, n, "at", ev->entered_at);
        node_put_text(a, n, "name", ev->name);
        node_put_text(a, n, "by_name", ev->by_name);
        node_put_text(a, n, "person_name", ev->person_name);
    }
}

int stale_view(const struct desk *d, int64_t project, const struct stale_form *form, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    struct casefile c;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0)
        return -1;
    node_put_int(a, n, "version", c.p.version);
    put_rows(d, &c, form, node_put_list(a, n, "rows"));
    put_events(d, &c, form->seen >= 0 ? form->seen : c.p.event_count - 1, node_put_list(a, n, "events"));
    node_put_bool(a, n, "is_recount", node_count(node_get(n, "rows")) + node_count(node_get(n, "events")) == 0);
    *ret = n;
    return 0;
}
