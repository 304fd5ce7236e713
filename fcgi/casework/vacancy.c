/*
 * casework/vacancy.c - posts that something waits for and nobody holds
 *
 * Nothing is ever passed because a post is empty: what waits for it waits on. So that somebody learns of it, the
 * directory is asked once a day who holds each post that a task or an open duty names.
 */
#include "config.h"

#include "casework/nightly.h"

#include "base/text.h"
#include "casework/op.h"
#include "casework/view.h"

enum { MEMBERS_MAX = 200 };

struct post_asked {
    const char *name, *group; /* group "": tenant.json gives the post none */
    int64_t waiting;
    const char *organ, *unit, *person;
    int holders;
};

static void post_find(const struct tenant *t, struct post_asked *p)
{
    const struct tenant_unit *u = text_eq(p->organ, CASEFILE_UNIT) ? tenant_unit(t, p->unit) : NULL;

    p->name = p->group = "";
    if (u != NULL) {
        p->name = u->name;
        p->group = u->group;
    }
    for (size_t i = 0; u == NULL && i < t->organ_count; i++)
        if (text_eq(t->organs[i].id, p->organ)) {
            p->name = t->organs[i].name;
            p->group = t->organs[i].group;
        }
}

/* Of one who was asked to sign: his own name, and where. */
static const char *asked_name(const struct desk *d, const struct post_asked *p, const char *person_name)
{
    return *p->person == '\0' ? p->name : arena_fmt(d->arena, "%s（%s，等其加签）", person_name, p->name);
}

/* A body outside, the upper bureau and "anybody" hold no post here. */
static int is_of_here(const struct post_asked *p)
{
    return *p->group != '\0' || text_eq(p->organ, CASEFILE_UNIT);
}

static int posts_ask(const struct desk *d, struct db *db, struct post_asked **ret, size_t *ret_count, struct err *e)
{
    struct awaited *rows;
    struct post_asked *posts;
    size_t count, n = 0;

    if (awaited_list(db, d->arena, &rows, &count, e) < 0)
        return -1;
    posts = ARENA_ARRAY(d->arena, struct post_asked, count + 1);
    for (size_t i = 0; i < count; i++) {
        posts[n] = (struct post_asked){
            .organ = rows[i].organ, .unit = rows[i].unit, .person = rows[i].person, .waiting = rows[i].waiting};
        post_find(d->district->tenant, &posts[n]);
        posts[n].name = asked_name(d, &posts[n], rows[i].name);
        n += (size_t)is_of_here(&posts[n]);
    }
    *ret = posts;
    *ret_count = n;
    return 0;
}

/* Somebody who holds the post; of one who was asked, he himself. */
static int holds(const struct post_asked *p, const struct person *people, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*p->person == '\0' || text_eq(people[i].uuid, p->person))
            return 1;
    return 0;
}

/* No transaction is open: the directory may take its time. */
static int holders_count(const struct desk *d, struct post_asked *posts, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct person *people = NULL;
        size_t n = 0;

        if (*posts[i].group != '\0' &&
            directory_members(&d->platform->directory, d->arena, posts[i].group,
                              *posts[i].person != '\0' ? MEMBERS_MAX : 1, &people, &n, e) < 0)
            return -1;
        posts[i].holders = holds(&posts[i], people, n);
    }
    return 0;
}

static int vacancy_audit(const struct desk *d, struct db *db, const struct vacancy *v, struct err *e)
{
    struct arena *a = d->arena;
    struct node *detail = node_object(a);
    struct audit row = {.what = "nightly.vacancy",
                        .object = arena_fmt(a, "post/%s%s%s%s%s", v->organ, *v->unit != '\0' ? "/" : "", v->unit,
                                            *v->person != '\0' ? "/" : "", v->person),
                        .result = "ok"};

    node_put_text(a, detail, "name", v->name);
    node_put_text(a, detail, "group", v->group_name);
    node_put_int(a, detail, "waiting", v->waiting);
    row.detail = view_json_text(a, detail);
    return audit_put(d, db, &row, e);
}

static int is_known(const struct vacancy *rows, size_t count, const struct vacancy *v)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(rows[i].organ, v->organ) && text_eq(rows[i].unit, v->unit) && text_eq(rows[i].person, v->person))
            return 1;
    return 0;
}

/* What nothing waits for any more: a request that was answered or taken back, a case that went on. */
static int gone_drop(const struct desk *d, struct db *db, const struct vacancy *known, size_t known_count,
                     const struct post_asked *posts, size_t count, struct err *e)
{
    for (size_t i = 0; i < known_count; i++) {
        int waits = 0;

        for (size_t k = 0; k < count; k++)
            waits |= text_eq(posts[k].organ, known[i].organ) && text_eq(posts[k].unit, known[i].unit) &&
                     text_eq(posts[k].person, known[i].person);
        if (!waits && vacancy_drop(db, d->arena, &known[i], e) < 0)
            return -1;
    }
    return 0;
}

static int posts_write(const struct desk *d, struct db *db, const struct post_asked *posts, size_t count, struct err *e)
{
    const date today = desk_today(d);
    struct vacancy *known;
    size_t known_count;

    if (vacancy_list(db, d->arena, &known, &known_count, e) < 0 ||
        gone_drop(d, db, known, known_count, posts, count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const struct post_asked *p = &posts[i];
        struct vacancy v = {.organ = p->organ,
                            .unit = p->unit,
                            .person = p->person,
                            .name = p->name,
                            .group_name = p->group,
                            .waiting = p->waiting,
                            .since = today,
                            .checked_on = today};

        if (p->holders > 0 && is_known(known, known_count, &v) && vacancy_drop(db, d->arena, &v, e) < 0)
            return -1;
        if (p->holders > 0)
            continue;
        if (vacancy_put(db, d->arena, &v, e) < 0 ||
            (!is_known(known, known_count, &v) && vacancy_audit(d, db, &v, e) < 0))
            return -1;
    }
    return vacancy_clear(db, d->arena, today, e) < 0 ? -1 : nightly_posts(db, d->arena, today, instant_now(), e);
}

int nightly_look_for_holders(const struct desk *d, struct err *e)
{
    struct post_asked *posts;
    struct db *db;
    size_t count;

    if (text_is_empty(d->platform->directory.url))
        return 0; /* nobody can sign in at all, and /readyz says so */
    if (district_db(d->platform, d->district, &db, e) < 0 || posts_ask(d, db, &posts, &count, e) < 0 ||
        holders_count(d, posts, count, e) < 0 || tx_begin(db, e) < 0)
        return -1;
    if (posts_write(d, db, posts, count, e) < 0 || tx_commit(db, e) < 0) {
        tx_rollback(db);
        return -1;
    }
    return 0;
}

/* ---- for people ---- */

static void run_put(const struct desk *d, const struct nightly *n, struct node *page)
{
    struct arena *a = d->arena;
    struct node *o = node_put_object(a, page, "nightly");

    view_put_date(a, o, "day", n->day);
    node_put_text(a, o, "state", n->state);
    node_put_bool(a, o, "posts_looked", n->posts_at != INSTANT_NONE);
    node_put_int(a, o, "projects", n->projects);
    node_put_int(a, o, "changed", n->changed);
    node_put_int(a, o, "opened", n->opened);
    node_put_int(a, o, "yellow", n->yellow);
    node_put_int(a, o, "red", n->red);
    node_put_int(a, o, "exceeding", n->exceeding);
    node_put_int(a, o, "drifted", n->drifted);
    node_put_int(a, o, "failed", n->failed);
    node_put_bool(a, o, "has_failed", n->failed > 0);
}

int nightly_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list = node_put_list(a, page, "vacancies");
    struct vacancy *rows;
    struct nightly n;
    struct db *db;
    size_t count;
    int found;

    if (district_db(d->platform, d->district, &db, e) < 0 || vacancy_list(db, a, &rows, &count, e) < 0)
        return -1;
    found = nightly_newest(db, a, &n, e);
    if (found < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "name", *rows[i].name != '\0' ? rows[i].name : rows[i].unit);
        node_put_text(a, o, "organ", rows[i].organ);
        node_put_text(a, o, "unit", rows[i].unit);
        node_put_text(a, o, "group", rows[i].group_name);
        node_put_int(a, o, "waiting", rows[i].waiting);
        view_put_date(a, o, "since", rows[i].since);
        view_put_date(a, o, "checked_on", rows[i].checked_on);
    }
    if (found == 1)
        run_put(d, &n, page);
    *ret = page;
    return 0;
}
