/*
 * casework/bill.c - a draft is begun, its files are written, its doubts accepted; each an act on record
 */
#include "config.h"

#include "casework/bill_part.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"

enum { VERSION_BYTES_MAX = 32, NAME_CHARS_MAX = 80, SAID_CHARS_MAX = 500 };

/* ---- what all of them share ---- */

int bill_read_row(const struct desk *d, int64_t id, struct bill *ret, struct err *e)
{
    struct db *db;

    if (permit_check(d->actor, MAY_BILL_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;

    int found = bill_get(db, d->arena, id, ret, e);

    if (found < 0)
        return -1;
    if (found == 1)
        return 0;
    err_fail(e, ERR_NOT_FOUND, "没有这个法规草稿");
    return err_mend(e, "请从「法规草稿」的清单打开");
}

struct node *bill_asked(const struct desk *d, const struct bill_op *b)
{
    struct node *o = node_object(d->arena);

    view_put_id(d->arena, o, "bill", b->id);
    node_put_int(d->arena, o, "version", b->version);
    return o;
}

static int state_refuse(const struct bill *b, struct err *e)
{
    if (text_eq(b->state, "proposed")) {
        err_fail(e, ERR_CONFLICT, "草稿已由%s提出发布，等第二人确认，现在不能改", b->proposed_name);
        return err_mend(e, "要改的，请先退回修改");
    }
    if (text_eq(b->state, "published")) {
        err_fail(e, ERR_CONFLICT, "草稿已经发布，不能再改");
        return err_mend(e, "要改的，请另起一个草稿");
    }
    if (text_eq(b->state, "withdrawn")) {
        err_fail(e, ERR_CONFLICT, "草稿已经撤回，不能再办理");
        return err_mend(e, "要接着改的，请另起一个草稿");
    }
    err_fail(e, ERR_CONFLICT, "草稿还没有提出发布");
    return err_mend(e, "请先在「发布」页写明施行日期，提出发布");
}

int bill_begin(struct op *op, struct bill_op *b, const char *states, struct err *e)
{
    int found = bill_lock(op->db, op->desk->arena, b->id, &b->bill, e);

    op->object = arena_fmt(op->desk->arena, "bill/%lld", (long long)b->id);
    if (found < 0)
        return -1;
    if (found == 0) {
        err_fail(e, ERR_NOT_FOUND, "没有这个法规草稿");
        return err_mend(e, "请从「法规草稿」的清单打开");
    }
    if (b->bill.version != b->version) {
        err_fail(e, ERR_STALE, "这个草稿在您打开页面之后由%s改过", b->bill.changed_name);
        return err_mend(e, "请核对现在的内容，再决定以哪一份为准");
    }
    /* no state's name is part of another's */
    return strstr(states, b->bill.state) != NULL ? 0 : state_refuse(&b->bill, e);
}

int bill_end(struct op *op, struct bill_op *b, struct err *e)
{
    struct arena *a = op->desk->arena;

    if (bill_save(op->db, a, &b->bill, e) < 0)
        return -1;
    op->after = b->bill.digest;
    if (op->detail == NULL)
        op->detail = node_object(a);
    node_put_text(a, op->detail, "regulation", b->bill.regulation);
    node_put_text(a, op->detail, "state", b->bill.state);
    op->result = node_object(a);
    node_put_int(a, op->result, "version", b->bill.version);
    return 0;
}

/* The same of a changed list of files. */
static int bill_end_files(struct op *op, struct bill_op *b, const struct bill_files *files, struct err *e)
{
    const struct desk *d = op->desk;

    bill_files_write(d, files, &b->bill);
    b->bill.changed_at = d->now;
    b->bill.changed_by = d->actor->person;
    b->bill.changed_name = d->actor->name;
    return bill_end(op, b, e);
}

static int bill_change(const struct desk *d, const char *what, struct bill_op *b, struct node *asked, op_work *work,
                       void *arg, int64_t *ret_version, struct err *e)
{
    struct op op = {.desk = d, .may = MAY_BILL_EDIT, .what = what, .asked = asked};

    op.object = arena_fmt(d->arena, "bill/%lld", (long long)b->id);
    if (op_run(&op, work, arg, e) < 0)
        return -1;
    *ret_version = node_get_int(op.result, "version", 0);
    return 0;
}

/* ---- a new one ---- */

struct bill_new {
    const char *regulation, *name;
    int copy;
    struct bill bill;
};

static int version_check(const struct desk *d, const char *version, struct err *e)
{
    size_t n = strlen(version);

    if (n == 0 || n > VERSION_BYTES_MAX || strspn(version, "abcdefghijklmnopqrstuvwxyz0123456789-") != n ||
        *version == '-') {
        err_fail(e, ERR_BAD_INPUT, "「版本标识」没有填写，或者不能用");
        err_mend(e, "请写小写字母、数字和连字符，例如 2026-8，最多 %d 个字符", VERSION_BYTES_MAX);
        return err_at(e, "/regulation");
    }
    if (district_regulation_version(d->district, version) != NULL) {
        err_fail(e, ERR_BAD_INPUT, "已有版本「%s」", version);
        err_mend(e, "请另写一个版本标识");
        return err_at(e, "/regulation");
    }
    return 0;
}

static int create_work(struct op *op, void *arg, struct err *e)
{
    struct bill_new *n = arg;
    const struct desk *d = op->desk;
    const struct regulation *current = district_regulation(d->district, desk_today(d));
    struct bill_files files;

    n->bill = (struct bill){.id = crypto_ident(d->machine_now / 1000),
                            .regulation = n->regulation,
                            .name = n->name,
                            .based_on = n->copy && current != NULL ? regulation_id(current) : "",
                            .state = "draft",
                            .files = "[]",
                            .comes_on = DATE_NONE,
                            .created_at = d->now,
                            .created_name = d->actor->name,
                            .changed_at = d->now,
                            .changed_by = d->actor->person,
                            .changed_name = d->actor->name,
                            .proposed_at = INSTANT_NONE,
                            .confirmed_at = INSTANT_NONE,
                            .version = 1};
    bill_files_read(d, &n->bill, &files);
    if (n->copy && current == NULL) {
        err_fail(e, ERR_BAD_INPUT, "现在没有施行中的版本可以照抄");
        return err_mend(e, "请选「空白文件」，自己上传");
    }
    if (n->copy && bill_files_copy(d, current, n->regulation, &files, e) < 0)
        return -1;
    bill_files_write(d, &files, &n->bill);
    if (bill_add(op->db, d->arena, &n->bill, e) < 0) {
        if (e->code == ERR_CONFLICT) {
            err_fail(e, ERR_CONFLICT, "已有版本「%s」的草稿", n->regulation);
            err_mend(e, "请在那个草稿上改，或者另写一个版本标识");
            err_at(e, "/regulation");
        }
        return -1;
    }
    op->object = arena_fmt(d->arena, "bill/%lld", (long long)n->bill.id);
    op->after = n->bill.digest;
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "regulation", n->regulation);
    node_put_text(d->arena, op->detail, "based_on", n->bill.based_on);
    op->result = node_object(d->arena);
    view_put_id(d->arena, op->result, "bill", n->bill.id);
    return 0;
}

int bill_create(const struct desk *d, const char *regulation, const char *name, int copy, int64_t *ret_id,
                struct err *e)
{
    struct bill_new n = {.regulation = regulation, .name = name, .copy = copy};
    struct op op = {.desk = d, .may = MAY_BILL_EDIT, .what = "bill.create", .object = "bill"};
    struct node *asked = node_object(d->arena);

    if (text_is_empty(name) || text_chars(name) > NAME_CHARS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "没有写草稿的名称，或者超过 %d 个字", NAME_CHARS_MAX);
        err_mend(e, "请起一个短的名称，如「2026 年修订稿」");
        return err_at(e, "/name");
    }
    if (version_check(d, regulation, e) < 0)
        return -1;
    node_put_text(d->arena, asked, "regulation", regulation);
    node_put_text(d->arena, asked, "name", name);
    node_put_bool(d->arena, asked, "copy", copy);
    op.asked = asked;
    if (op_run(&op, create_work, &n, e) < 0)
        return -1;
    if (text_i64(node_get_str(op.result, "bill"), ret_id) < 0)
        return err_fail(e, ERR_INTERNAL, "草稿的编号读不出来");
    return 0;
}

/* ---- files ---- */

struct bill_putting {
    struct bill_op b;
    struct bill_put *puts;
    size_t count;
};

static void fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

/* The piece of an upload, into memory: it is small and must be looked at. */
static int put_read(const struct desk *d, struct bill_put *p, struct err *e)
{
    const char *name = p->path != NULL ? bill_file_name(d->arena, p->name) : p->name;
    int fd CLEANUP_(fd_close) = -1;
    char *bytes;

    if (name == NULL || !bill_file_name_is_right(name)) {
        err_fail(e, ERR_BAD_INPUT, "「%.80s」不是草稿的文件", file_name_last(p->name));
        return err_mend(e,
                        "草稿由 text.json、rules.json、findings.json 和案例组成，案例的文件名用小写字母、数字和下划线，"
                        "以 .json 结尾");
    }
    p->name = name;
    if (p->path == NULL)
        return 0;
    if (p->length > BILL_FILE_BYTES) {
        char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];

        err_fail(e, ERR_TOO_LARGE, "%s 有 %s，一个文件最多 %s", name, text_size(has, p->length),
                 text_size(most, BILL_FILE_BYTES));
        return err_mend(e, "案例可以按条分成几个文件");
    }
    fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bytes = arena_alloc(d->arena, (size_t)p->length + 1);
    if (fd < 0 || file_read_at(fd, p->offset, bytes, (size_t)p->length) < 0)
        return err_fail(e, ERR_INTERNAL, "上传的文件读不出来");
    p->bytes = bytes;
    p->len = (size_t)p->length;
    return 0;
}

static int put_work(struct op *op, void *arg, struct err *e)
{
    struct bill_putting *p = arg;
    const struct desk *d = op->desk;
    struct node *list;
    struct bill_files files;

    if (bill_begin(op, &p->b, "draft", e) < 0)
        return -1;
    bill_files_read(d, &p->b.bill, &files);
    op->detail = node_object(d->arena);
    list = node_put_list(d->arena, op->detail, "files");
    for (size_t i = 0; i < p->count; i++) {
        struct node *o = node_add_object(d->arena, list);
        const char *was;

        if (bill_file_put(d, &files, p->puts[i].name, p->puts[i].bytes, p->puts[i].len, &was, e) < 0)
            return -1;
        node_put_text(d->arena, o, "name", p->puts[i].name);
        node_put_text(d->arena, o, "was", was);
        node_put_text(d->arena, o, "sm3", bill_file_find(&files, p->puts[i].name)->sm3);
    }
    return bill_end_files(op, &p->b, &files, e);
}

int bill_put_files(const struct desk *d, int64_t id, int64_t version, struct bill_put *files, size_t count,
                   int64_t *ret_version, struct err *e)
{
    struct bill_putting p = {.b = {.id = id, .version = version}, .puts = files, .count = count};
    struct node *asked = bill_asked(d, &p.b), *list = node_put_list(d->arena, asked, "files");

    for (size_t i = 0; i < count; i++) {
        if (put_read(d, &files[i], e) < 0)
            return -1;
        struct node *o = node_add_object(d->arena, list);

        node_put_text(d->arena, o, "name", files[i].name);
        node_put_text(d->arena, o, "sm3", crypto_sm3_hex(d->arena, files[i].bytes, files[i].len));
    }
    return bill_change(d, "bill.file", &p.b, asked, put_work, &p, ret_version, e);
}

struct bill_dropping {
    struct bill_op b;
    const char *name;
};

static int drop_work(struct op *op, void *arg, struct err *e)
{
    struct bill_dropping *p = arg;
    const struct desk *d = op->desk;
    const struct bill_file *file;
    struct bill_files files;

    if (bill_begin(op, &p->b, "draft", e) < 0)
        return -1;
    bill_files_read(d, &p->b.bill, &files);
    file = bill_file_find(&files, p->name);
    if (file == NULL) {
        err_fail(e, ERR_NOT_FOUND, "草稿里没有「%.60s」", p->name);
        return err_mend(e, "请从草稿的文件清单打开");
    }
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "name", file->name);
    node_put_text(d->arena, op->detail, "was", file->sm3);

    size_t at = (size_t)(file - files.rows);

    memmove(&files.rows[at], &files.rows[at + 1], (--files.count - at) * sizeof *files.rows);
    return bill_end_files(op, &p->b, &files, e);
}

int bill_drop_file(const struct desk *d, int64_t id, int64_t version, const char *name, int64_t *ret_version,
                   struct err *e)
{
    struct bill_dropping p = {.b = {.id = id, .version = version}, .name = name};
    struct node *asked = bill_asked(d, &p.b);

    node_put_text(d->arena, asked, "drop", name);
    return bill_change(d, "bill.file", &p.b, asked, drop_work, &p, ret_version, e);
}

/* ---- a doubt accepted ---- */

struct bill_accepting {
    struct bill_op b;
    const struct node *doubt;
};

/* The doubt as it stands now; what somebody else has mended or accepted meanwhile is none any more. */
static int doubt_find(const struct desk *d, const struct bill_accepting *p, const struct finding **ret, struct err *e)
{
    struct bill_law law;

    if (bill_examine(d, &p->b.bill, &law, e) < 0)
        return -1;
    for (const struct finding *x = law.f.first; x != NULL; x = x->next) {
        if (x->accepted != NULL || !text_eq(x->id, node_get_str(p->doubt, "finding")) ||
            !text_eq(x->article, node_get_str(p->doubt, "articles")) ||
            !text_eq(x->message, node_get_str(p->doubt, "about")))
            continue;
        if (x->level == FINDING_ERROR) {
            err_fail(e, ERR_RULE, "这是错误，不能接受：%s", x->message);
            return err_mend(e, "%s", *x->mend != '\0' ? x->mend : "请改正规则");
        }
        *ret = x;
        return 0;
    }
    return err_fail(e, ERR_CONFLICT, "草稿里没有这一处疑问，或者已经有人答复");
}

static int accepted_root(const struct desk *d, const struct bill_files *files, struct node **ret, struct err *e)
{
    const struct bill_file *file = bill_file_find(files, "findings.json");
    const struct node *root;
    int line = 0, column = 0;
    char *bytes;
    size_t len;

    *ret = node_object(d->arena);
    if (file == NULL)
        return 0;
    if (bill_file_text(d, file->sm3, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(d->arena, bytes, len, &root, &line, &column, e) < 0) {
        err_fail(e, ERR_RULE, "findings.json:%d:%d 读不出来，不能写进新的一行", line, column);
        return err_mend(e, "请先改正 findings.json");
    }
    *ret = node_copy(d->arena, root);
    return 0;
}

static void accepted_row(const struct desk *d, const char *regulation, const struct node *doubt, struct node *root)
{
    struct arena *a = d->arena;
    const struct node *there = node_get(root, "accepted");
    struct node *list = there != NULL && there->type == NODE_LIST ? node_copy(a, there) : node_list(a), *o, *articles;
    char **part;
    size_t count = text_split(a, node_get_str(doubt, "articles"), ',', &part);

    o = node_add_object(a, list);
    node_put_text(a, o, "finding", node_get_str(doubt, "finding"));
    node_put_text(a, o, "regulation", regulation);
    node_put_text(a, o, "about", node_get_str(doubt, "about"));
    articles = node_put_list(a, o, "articles");
    for (size_t i = 0; i < count; i++)
        node_add_text(a, articles, part[i]);
    node_put_text(a, o, "reading", node_get_str(doubt, "reading"));
    node_put_text(a, o, "reason", node_get_str(doubt, "reason"));
    node_put_text(a, o, "by", d->actor->name);
    node_put_text(a, o, "date", date_text(a, desk_today(d)));
    node_put(a, root, "accepted", list);
}

static int accept_work(struct op *op, void *arg, struct err *e)
{
    struct bill_accepting *p = arg;
    const struct desk *d = op->desk;
    struct buf b CLEANUP_(buf_free) = {0};
    const struct finding *found;
    struct bill_files files;
    struct node *root;
    const char *was;

    if (bill_begin(op, &p->b, "draft", e) < 0 || doubt_find(d, p, &found, e) < 0)
        return -1;
    bill_files_read(d, &p->b.bill, &files);
    if (accepted_root(d, &files, &root, e) < 0)
        return -1;
    accepted_row(d, p->b.bill.regulation, p->doubt, root);
    buf_init(&b, BILL_FILE_BYTES);
    jsonout_pretty(&b, root);
    if (bill_file_put(d, &files, "findings.json", buf_str(&b), b.len, &was, e) < 0)
        return -1;
    op->detail = node_copy(d->arena, p->doubt);
    op->articles = arena_dup(d->arena, found->article);
    return bill_end_files(op, &p->b, &files, e);
}

static int said_check(const struct node *doubt, const char *key, const char *name, struct err *e)
{
    const char *s = node_get_str(doubt, key);

    if (*s != '\0' && text_chars(s) <= SAID_CHARS_MAX)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "没有写%s，或者超过 %d 个字", name, SAID_CHARS_MAX);
    err_mend(e, "请用几句话写明");
    return err_at(e, "/%s", key);
}

int bill_accept(const struct desk *d, int64_t id, int64_t version, const struct node *doubt, int64_t *ret_version,
                struct err *e)
{
    struct bill_accepting p = {.b = {.id = id, .version = version}, .doubt = doubt};
    struct node *asked = bill_asked(d, &p.b);

    if (said_check(doubt, "reading", "这一处怎样理解", e) < 0 || said_check(doubt, "reason", "这样理解的理由", e) < 0)
        return -1;
    node_put(d->arena, asked, "doubt", node_copy(d->arena, doubt));
    return bill_change(d, "bill.accept", &p.b, asked, accept_work, &p, ret_version, e);
}
