/*
 * web/intake.c - who asks, whether it may, what it brought, and whether it came from our own page
 */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "identity/session.h"
#include "web/call.h"
#include "web/form.h"
#include "web/frame.h"
#include "web/limits.h"

/* ---- who ---- */

static int person_load(struct call *c, const char *token, struct err *e)
{
    struct db *db;
    if (platform_db(c->platform, &db, e) < 0)
        return -1;
    int found = session_load(&c->platform->identity, db, c->arena, token, instant_now(), &c->person, e);
    if (found == 1)
        c->actor = &c->person;
    return found;
}

int call_person(struct call *c, struct err *e)
{
    enum who who = c->route->who;
    if (who == WHO_PEER || (who == WHO_ANYONE && !c->route->template))
        return 0;
    const char *token = "";
    int found = http_cookie(c->arena, c->http.cookie, frame_cookie_name(c), &token, e);
    if (found < 0)
        return -1;
    if (found && *token)
        found = person_load(c, token, e);
    if (who == WHO_ANYONE) {
        /* a page for anyone opens also while sessions cannot be looked up */
        *e = (struct err){0};
        return 0;
    }
    if (found < 0)
        return -1;
    if (c->actor)
        return 0;
    return err_fail(e, ERR_NO_SESSION, "%s", *token ? "登录已过期或已退出，请重新登录" : "此页须登录后办理");
}

/* ---- may ---- */

static int post_check(const struct call *c, struct err *e)
{
    const struct post *post = c->actor->post;
    if (!post) {
        err_fail(e, ERR_FORBIDDEN, "尚未选择岗位");
        return err_mend(e, "请先选择以哪个岗位办理");
    }
    if (text_eq(post->tenant, c->district->tenant->id))
        return 0;
    /* another district's addresses do not exist for this post: not even whether they would */
    err_fail(e, ERR_NOT_FOUND, "当前岗位不在%s，此区没有可看的内容", c->district->tenant->name);
    return err_mend(e, "在%s另有岗位的，请先换岗位", c->district->tenant->name);
}

/* Of one act it is said whose it is, not only which kind of post may act at all. */
static void name_hands(struct call *c, struct err *e)
{
    const char *name, *who;
    struct err first = *e, lost = {0};

    if (c->route->action != MAY_PROJECT_ACT || !c->args.word || e->code != ERR_FORBIDDEN ||
        act_hands(&c->desk, c->args.id, c->args.word, &name, &who, &lost) <= 0)
        return;
    const struct post *p = c->actor->post;
    err_fail(e, ERR_FORBIDDEN, "「%s」%s，当前岗位是%s", name, who,
             text_is_empty(p->unit_name) ? p->organ_name : p->unit_name);
    err_mend(e, "%s", first.mend);
    err_detail(e, "%s", first.detail);
}

int call_permit(struct call *c, struct err *e)
{
    if (c->route->who != WHO_POST)
        return 0;
    if (post_check(c, e) < 0)
        return -1;
    if (c->route->action == MAY_ANY || permit_check(c->actor, c->route->action, e) == 0)
        return 0;
    name_hands(c, e);
    /* a refusal is on record too; when even that fails, the refusal stands all the same */
    struct err lost = {0};
    if (audit_note(&c->desk, action_slug(c->route->action), c->http.path, "refused", err_slug(e->code), &lost) < 0)
        err_detail(e, "audit: %s %s", lost.message, lost.detail);
    return -1;
}

/* ---- what it brought ---- */

static int media_refuse(const struct call *c, const char *accepted, struct err *e)
{
    err_fail(e, ERR_MEDIA, "不接受「%s」类型的内容", *c->http.type ? c->http.type : "未写明");
    return err_mend(e, "%s", accepted);
}

/* How many values a document can hold: its separators and brackets outside texts. */
static size_t json_values_most(const char *p, size_t len)
{
    size_t count = 1;
    int in_text = 0;
    for (size_t i = 0; i < len; i++) {
        if (p[i] == '"')
            in_text = !in_text;
        else if (in_text && p[i] == '\\')
            i++;
        else if (!in_text && (p[i] == ',' || p[i] == '{' || p[i] == '['))
            count++;
    }
    return count;
}

/* A member nobody reads is a mistake of the sender's: said, not passed over. */
static int json_members(const struct call *c, const struct node *root, struct err *e)
{
    const char *names = route_members(c->route);
    char **given;
    size_t count = text_split(c->arena, names ? names : "", ' ', &given);
    const char **all = ARENA_ARRAY(c->arena, const char *, count + 3);

    for (size_t i = 0; i < count; i++)
        all[i] = given[i];
    all[count] = "csrf";
    all[count + 1] = "key";
    if (jsonin_end(root, all, e) == 0)
        return 0;
    const char *path = arena_dup(c->arena, e->path);
    err_fail(e, ERR_BAD_INPUT, "这个地址的报文没有「%s」这一项", *path == '/' ? path + 1 : path);
    err_at(e, "%s", path);
    return err_mend(e, "请删去它；这个地址可以写：%s", names && *names ? names : "（没有内容）");
}

static int json_body(struct call *c, const char *bytes, struct err *e)
{
    const struct node *root;
    /* each value costs many times its bytes, and members are looked for one by one */
    if (json_values_most(bytes, (size_t)c->http.length) > JSON_VALUES_MAX) {
        err_fail(e, ERR_TOO_LARGE, "报文里的内容过多，上限 %d 项", JSON_VALUES_MAX);
        return err_mend(e, "请只提交这一页要填的内容");
    }
    if (jsonin_parse(c->arena, bytes, (size_t)c->http.length, &root, NULL, NULL, e) < 0)
        return -1;
    if (root->type != NODE_OBJECT)
        return err_fail(e, ERR_BAD_JSON, "报文应是一个 JSON 对象");
    if (json_members(c, root, e) < 0)
        return -1;
    c->form = node_copy(c->arena, root);
    return 0;
}

static int is_json(const struct call *c)
{
    return text_eq(c->http.type, "application/json");
}

static int is_form(const struct call *c)
{
    return is_json(c) || text_eq(c->http.type, "application/x-www-form-urlencoded") ||
           (!*c->http.type && !c->http.length);
}

static int form_read(struct call *c, const char *bytes, struct err *e)
{
    return is_json(c) ? json_body(c, bytes, e) : form_parse(c->arena, bytes, (size_t)c->http.length, &c->form, e);
}

static int form_body(struct call *c, const struct http_wire *wire, struct err *e)
{
    const char *bytes;
    if (!is_form(c))
        return media_refuse(c, "请用表单（application/x-www-form-urlencoded）或 JSON（application/json）提交", e);
    if (http_body(wire, c->arena, &c->http, HTTP_BODY_MAX, &bytes, e) < 0)
        return -1;
    return form_read(c, bytes, e);
}

/* A page that takes a file or what is typed: without a file its form comes as any other, by the way of files all the
 * same. */
static int file_form(struct call *c, int fd, struct err *e)
{
    char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];
    if (c->http.length > HTTP_BODY_MAX) {
        err_fail(e, ERR_TOO_LARGE, "这次提交的内容有 %s，最多 %s", text_size(has, c->http.length),
                 text_size(most, HTTP_BODY_MAX));
        return err_mend(e, "请删减过长的文字，或者分几次提交");
    }
    char *bytes = arena_alloc(c->arena, (size_t)c->http.length + 1);
    if (file_read_at(fd, 0, bytes, (size_t)c->http.length) < 0)
        return err_fail(e, ERR_INTERNAL, "提交的内容读不出来");
    return form_read(c, bytes, e);
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* The folder as a whole: "/uploads-of-others" begins with "/uploads", too. */
static int is_inside(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/')
        len--;
    return !strncmp(path, folder, len) && path[len] == '/' && !strstr(path, "/../");
}

/* The file is nginx's, named by a parameter no client can make; all the same it must lie where nginx puts them. */
static int file_body(struct call *c, struct err *e)
{
    const char *path = c->http.body_file;
    if (!*path) {
        err_fail(e, ERR_BAD_INPUT, "没有收到文件");
        return err_mend(e, "请先选择文件，再按上传");
    }
    if (!is_inside(path, c->platform->config.upload_dir)) {
        err_fail(e, ERR_INTERNAL, "上传的文件不在约定的目录");
        return err_detail(e, "body file %s is outside upload_dir", path);
    }
    int fd CLEANUP_(fd_close) = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        err_fail(e, ERR_INTERNAL, "上传的文件打不开");
        return err_detail(e, "body file %s: %m", path);
    }
    if (st.st_size != c->http.length) {
        err_fail(e, ERR_BAD_INPUT, "上传的内容没有收全");
        return err_mend(e, "可能是网络中断了，请再上传一次");
    }
    if (st.st_size > c->platform->config.upload_max_bytes) {
        char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];
        err_fail(e, ERR_TOO_LARGE, "这次上传的文件共 %s，一次最多 %s", text_size(has, st.st_size),
                 text_size(most, c->platform->config.upload_max_bytes));
        return err_mend(e, "请分几次上传，或者压缩图片、拆成几个文件再上传");
    }
    if (is_form(c) && route_members(c->route))
        return file_form(c, fd, e);
    c->upload = (struct upload){.path = path, .size = st.st_size};
    if (!text_eq(c->http.type, "multipart/form-data"))
        return 0;
    c->upload.is_multipart = 1;
    if (multipart_parse(c->arena, multipart_read_fd, &fd, st.st_size, c->http.boundary, &c->upload.multipart, e) < 0)
        return -1;
    c->form = c->upload.multipart.fields;
    return 0;
}

int call_body(struct call *c, const struct http_wire *wire, struct err *e)
{
    c->has_body = 1;
    switch (c->route->body) {
    case BODY_NONE:
        return 0;
    case BODY_FORM:
        return form_body(c, wire, e);
    case BODY_RAW:
        if (http_body(wire, c->arena, &c->http, HTTP_BODY_MAX, &c->raw, e) < 0)
            return -1;
        c->raw_len = (size_t)c->http.length;
        return 0;
    case BODY_FILE:
        return file_body(c, e);
    }
    return 0;
}

/* ---- did our own page send it ---- */

int call_origin(const struct call *c, struct err *e)
{
    const struct tenant *t = c->district ? c->district->tenant : NULL;
    if (http_origin_is_ours(&c->http, c->platform->config.origin, t ? t->hosts : NULL, t ? t->host_count : 0))
        return 0;
    err_fail(e, ERR_CSRF, "这次提交不是从本平台的页面发出的");
    err_detail(e, "origin <%s> referer <%.100s> sec-fetch-site <%s>", c->http.origin, c->http.referer,
               c->http.sec_fetch_site);
    return err_mend(e, "请回到本平台的页面重新提交；接口请带 Origin 请求头");
}

static int key_read(struct call *c, const char *in_form, struct err *e)
{
    const char *key = *c->http.idempotency_key ? c->http.idempotency_key : in_form;
    size_t len = strlen(key);
    if (len < 8 || len > 64) {
        err_fail(e, ERR_BAD_INPUT, "缺少防重复提交的编号");
        return err_mend(e, "请刷新页面后再提交；接口请带 Idempotency-Key 请求头");
    }
    c->desk.key = key;
    return 0;
}

int call_genuine(struct call *c, struct err *e)
{
    if (c->http.method != HTTP_POST || c->route->who == WHO_PEER)
        return 0;
    const char *csrf_in_form = form_take(c->form, "csrf");
    const char *key_in_form = form_take(c->form, "key");
    if (call_origin(c, e) < 0)
        return -1;
    if (c->route->who == WHO_ANYONE)
        return 0;
    if (csrf_check(c->actor, *c->http.csrf ? c->http.csrf : csrf_in_form, e) < 0)
        return -1;
    return c->route->who == WHO_POST ? key_read(c, key_in_form, e) : 0;
}
