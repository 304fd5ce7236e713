/*
 * web/sign.c - coming in, choosing a post, leaving
 *
 * The only routes that set or end a session. A new token is made at every login; what a browser brought
 * along before never becomes valid.
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "identity/session.h"
#include "web/form.h"

enum { LOGIN_MAX = 64, PASSWORD_MAX = 256, POST_MAX = 200 };

int page_root(struct call *c, struct err *e)
{
    c->location = call_first_page(c);
    return 0;
}

static void districts_put(struct call *c)
{
    struct node *list = node_put_list(c->arena, c->model, "districts");
    for (size_t i = 0; i < c->platform->count; i++) {
        const struct district *d = &c->platform->districts[i];
        const struct regulation *r = district_regulation(d, instant_date(instant_now()));
        struct node *o = node_add_object(c->arena, list);
        node_put_text(c->arena, o, "id", d->tenant->id);
        node_put_text(c->arena, o, "name", d->tenant->name);
        if (!r)
            continue;
        node_put_text(c->arena, o, "regulation", regulation_title(r));
        node_put_fmt(c->arena, o, "href", "/%s/regulation", d->tenant->id);
    }
}

static void posts_put(struct call *c)
{
    const struct actor *who = c->actor;
    struct node *list = node_put_list(c->arena, c->model, "posts");
    int first = c->kept && !(who->post && resume_fits(c->kept, who->post));
    for (size_t i = 0; i < who->post_count; i++) {
        const struct post *p = &who->posts[i];
        if (c->kept && !resume_fits(c->kept, p))
            continue; /* what was typed can only be handed in at these */
        struct node *o = node_add_object(c->arena, list);
        node_put_fmt(c->arena, o, "post", "%s/%s/%s", p->tenant, p->organ, p->unit);
        node_put_text(c->arena, o, "tenant", p->tenant);
        node_put_text(c->arena, o, "tenant_name", p->tenant_name);
        node_put_text(c->arena, o, "organ", p->organ);
        node_put_text(c->arena, o, "organ_name", p->organ_name);
        node_put_text(c->arena, o, "unit", p->unit);
        node_put_text(c->arena, o, "unit_name", p->unit_name);
        node_put_bool(c->arena, o, "is_chosen", who->post == p || first);
        first = 0;
    }
}

/* What a client needs to go on: who it is, its posts, and the token its next POST must carry. */
static void session_put(struct call *c)
{
    struct node *o = node_put_object(c->arena, c->model, "person");
    node_put_text(c->arena, o, "name", c->actor->name);
    node_put_text(c->arena, o, "login", c->actor->login);
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    posts_put(c);
}

int page_login(struct call *c, struct err *e)
{
    districts_put(c);
    resume_put(c);
    node_put_text(c->arena, c->model, "login", "");
    return 0;
}

static int login_again(struct call *c, struct err *e)
{
    districts_put(c);
    resume_put(c);
    node_put_bool(c->arena, c->model, "is_refused", 1);
    node_put_text(c->arena, c->model, "login", node_get_str(c->form, "login")); /* never the password */
    return 0;
}

int page_login_post(struct call *c, struct err *e)
{
    const char *login, *tenant, *token;
    const struct node *password = node_get(c->form, "password");
    struct db *db;
    struct actor who;

    resume_read(c);
    c->again = login_again;
    if (form_text(c->arena, c->form, "login", 1, LOGIN_MAX, &login, e) < 0 ||
        form_text_opt(c->arena, c->form, "tenant", LOGIN_MAX, c->district ? c->district->tenant->id : "", &tenant, e) <
            0)
        return -1;
    if (c->kept)
        tenant = c->kept->district->tenant->id;
    if (!password || password->type != NODE_TEXT || !*password->u.text || strlen(password->u.text) > PASSWORD_MAX) {
        err_fail(e, ERR_BAD_INPUT, "密码没有填写，或者过长");
        err_mend(e, "请填写政务目录账号的密码");
        return err_at(e, "/password");
    }
    if (platform_db(c->platform, &db, e) < 0)
        return -1;
    if (session_login(&c->platform->identity, db, c->arena, login, password->u.text, strlen(password->u.text), tenant,
                      c->http.address, instant_now(), &token, &who, e) < 0)
        return -1;
    if (c->actor && session_leave(db, c->arena, c->actor, e) < 0)
        return -1;
    c->person = who;
    c->actor = &c->person;
    c->cookie = token;
    if (c->kept)
        return resume_next(c, e);
    c->location = call_first_page(c);
    session_put(c);
    return 0;
}

int page_logout(struct call *c, struct err *e)
{
    struct db *db;
    if (platform_db(c->platform, &db, e) < 0 || session_leave(db, c->arena, c->actor, e) < 0)
        return -1;
    c->actor = NULL;
    c->cookie = "";
    c->location = "/login";
    return 0;
}

int page_posts(struct call *c, struct err *e)
{
    session_put(c);
    resume_put(c);
    return 0;
}

/* The radio of the page says "tenant/organ/unit" in one value; JSON may say the three apart. */
static int post_read(struct call *c, const char **ret_tenant, const char **ret_organ, const char **ret_unit,
                     struct err *e)
{
    const char *post;
    if (form_text_opt(c->arena, c->form, "post", POST_MAX, "", &post, e) < 0)
        return -1;
    if (!*post) {
        if (form_text(c->arena, c->form, "tenant", 1, LOGIN_MAX, ret_tenant, e) < 0 ||
            form_text(c->arena, c->form, "organ", 1, LOGIN_MAX, ret_organ, e) < 0)
            return -1;
        return form_text_opt(c->arena, c->form, "unit", LOGIN_MAX, "", ret_unit, e);
    }
    char **part;
    size_t count = text_split(c->arena, post, '/', &part);
    if (count != 3) {
        err_fail(e, ERR_BAD_INPUT, "没有这个岗位");
        err_mend(e, "请从列出的岗位中选择");
        return err_at(e, "/post");
    }
    *ret_tenant = part[0];
    *ret_organ = part[1];
    *ret_unit = part[2];
    return 0;
}

int page_posts_choose(struct call *c, struct err *e)
{
    const char *tenant = "", *organ = "", *unit = "";
    struct db *db;

    resume_read(c);
    c->again = page_posts;
    if (post_read(c, &tenant, &organ, &unit, e) < 0)
        return -1;
    if (platform_db(c->platform, &db, e) < 0 ||
        session_choose(&c->platform->identity, db, c->arena, &c->person, tenant, organ, unit, &c->cookie, e) < 0)
        return -1;
    if (c->kept)
        return resume_next(c, e);
    c->location = call_first_page(c);
    session_put(c);
    return 0;
}
