/*
 * casework/notice.c - 公告: what a district tells everybody who works in it, from a day to a day
 *
 * Never changed once it stands, so that nobody can have read another text: it is taken down, and a new one posted.
 */
#include "config.h"

#include "casework/notice.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/op.h"
#include "casework/people.h"
#include "casework/view.h"
#include "store/duties.h"

enum { ROWS = 20, DESK_ROWS = 3, TITLE_CHARS_MAX = 60, BODY_CHARS_MAX = 2000, DAYS_MAX = 366 };

/* ---- posting ---- */

static int text_read(const struct desk *d, const struct node *input, const char *key, const char *label, size_t most,
                     int lines, const char **ret, struct err *e)
{
    *ret = text_trim(d->arena, node_get_str(input, key));
    if (**ret == '\0') {
        err_fail(e, ERR_BAD_INPUT, "没有写公告的%s", label);
        err_mend(e, "请写明%s", label);
    } else if (text_chars(*ret) > most) {
        err_fail(e, ERR_BAD_INPUT, "公告的%s有 %zu 个字，不能超过 %zu 个字", label, text_chars(*ret), most);
        err_mend(e, "请写短一些，详细的内容可以另发文件");
    } else if (!text_is_clean(*ret, lines)) {
        err_fail(e, ERR_BAD_INPUT, "公告的%s里有不能显示的字符%s", label, lines ? "" : "或者换行");
        err_mend(e, "请删去这些字符，再登记一次");
    } else {
        return 0;
    }
    return err_at(e, "/%s", key);
}

static int notice_days(const struct desk *d, const struct node *input, struct district_notice *n, struct err *e)
{
    if (day_read(input, "from_on", "开始日", &n->from_on, e) < 0 ||
        day_read(input, "to_on", "最后一日", &n->to_on, e) < 0)
        return -1;
    if (n->from_on < desk_today(d)) {
        err_fail(e, ERR_BAD_INPUT, "公告不能从过去的日子开始");
        err_mend(e, "请从今天（%s）或以后开始", date_text(d->arena, desk_today(d)));
        return err_at(e, "/from_on");
    }
    if (n->to_on < n->from_on || n->to_on - n->from_on >= DAYS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "公告的最后一日应不早于开始日，一次不超过一年");
        err_mend(e, "请改正最后一日");
        return err_at(e, "/to_on");
    }
    return 0;
}

static void notice_detail(struct op *op, const struct district_notice *n)
{
    struct arena *a = op->desk->arena;

    op->object = arena_fmt(a, "notice/%lld", (long long)n->id);
    op->detail = node_object(a);
    node_put_text(a, op->detail, "title", n->title);
    view_put_date(a, op->detail, "from_on", n->from_on);
    view_put_date(a, op->detail, "to_on", n->to_on);
}

static int post_work(struct op *op, void *arg, struct err *e)
{
    struct district_notice *n = arg;

    n->id = crypto_ident(op->desk->machine_now / 1000);
    notice_detail(op, n);
    return notice_add(op->db, op->desk->arena, n, e);
}

int notice_post(const struct desk *d, const struct node *input, struct err *e)
{
    struct district_notice n = {.by_person = d->actor->person,
                                .by_name = d->actor->name,
                                .posted_at = d->now,
                                .ended_at = INSTANT_NONE,
                                .ended_by = ""};
    struct op op = {.desk = d, .may = MAY_NOTICE_ACT, .what = "notice.post", .asked = input};

    if (permit_check(d->actor, MAY_NOTICE_ACT, e) < 0 ||
        text_read(d, input, "title", "标题", TITLE_CHARS_MAX, 0, &n.title, e) < 0 ||
        text_read(d, input, "body", "内容", BODY_CHARS_MAX, 1, &n.body, e) < 0 || notice_days(d, input, &n, e) < 0)
        return -1;
    return op_run(&op, post_work, &n, e);
}

static int down_work(struct op *op, void *arg, struct err *e)
{
    const int64_t *id = arg;
    const struct desk *d = op->desk;
    struct district_notice n;
    int found = notice_get(op->db, d->arena, *id, &n, e);

    if (found < 0)
        return -1;
    if (found == 0)
        return err_fail(e, ERR_NOT_FOUND, "没有这份公告");
    notice_detail(op, &n);
    if (n.ended_at != INSTANT_NONE) {
        op->unchanged = 1;
        return 0;
    }
    n.ended_at = d->now;
    n.ended_by = d->actor->name;
    return notice_end(op->db, d->arena, &n, e);
}

int notice_take_down(const struct desk *d, int64_t id, struct err *e)
{
    struct op op = {.desk = d, .may = MAY_NOTICE_ACT, .what = "notice.take_down"};
    struct node *asked = node_object(d->arena);

    view_put_id(d->arena, asked, "id", id);
    op.asked = asked;
    return op_run(&op, down_work, &id, e);
}

/* ---- the page ---- */

static const char *state_put(const struct desk *d, const struct district_notice *n, struct node *o)
{
    const date today = desk_today(d);
    const char *state = n->ended_at != INSTANT_NONE ? "ended"
                        : n->to_on < today          ? "over"
                        : n->from_on > today        ? "future"
                                                    : "now";
    static const char *const names[][2] = {
        {"ended", "已撤下"}, {"over", "已过期"}, {"future", "未开始"}, {"now", "正在公告"}};

    node_put_text(d->arena, o, "state", state);
    node_put_bool(d->arena, o, "is_now", text_eq(state, "now"));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], state))
            node_put_text(d->arena, o, "state_name", names[i][1]);
    return state;
}

static void lines_put(struct arena *a, const char *body, struct node *o)
{
    struct node *lines = node_put_list(a, o, "lines");
    char **part;
    size_t count = text_split(a, body, '\n', &part);

    for (size_t i = 0; i < count; i++) {
        const char *line = text_trim(a, part[i]);

        if (*line != '\0')
            node_add_text(a, lines, line);
    }
}

static void notice_show(const struct desk *d, const struct district_notice *n, int may_post, struct node *list)
{
    struct arena *a = d->arena;
    struct node *o = node_object(a);
    const char *state = state_put(d, n, o);

    if (text_eq(state, "future") && !may_post)
        return;
    view_put_id(a, o, "id", n->id);
    node_put_text(a, o, "title", n->title);
    lines_put(a, n->body, o);
    view_put_date(a, o, "from_on", n->from_on);
    view_put_date(a, o, "to_on", n->to_on);
    node_put_text(a, o, "by_name", n->by_name);
    view_put_date(a, o, "posted_on", instant_date(n->posted_at));
    if (n->ended_at != INSTANT_NONE) {
        view_put_date(a, o, "ended_on", instant_date(n->ended_at));
        node_put_text(a, o, "ended_by", n->ended_by);
    }
    node_put_bool(a, o, "may_end", may_post && (text_eq(state, "now") || text_eq(state, "future")));
    node_add(list, o);
}

int notices_view(const struct desk *d, const char *after, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list = node_put_list(a, page, "notices");
    struct district_notice *rows;
    struct db *db;
    int64_t before;
    size_t count;

    if (permit_check(d->actor, MAY_NOTICE_READ, e) < 0 || view_place(a, after, 1, &before, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0 || notice_list(db, a, before, ROWS + 1, &rows, &count, e) < 0)
        return -1;

    const int may_post = permit_allows(d->actor->post->kind, MAY_NOTICE_ACT);

    for (size_t i = 0; i < count && i < ROWS; i++)
        notice_show(d, &rows[i], may_post, list);
    node_put_bool(a, page, "may_post", may_post);
    node_put_bool(a, page, "is_later", before > 0);
    view_put_date(a, page, "today", desk_today(d));
    if (count > ROWS)
        view_put_id(a, page, "next_after", rows[ROWS - 1].id);
    *ret = page;
    return 0;
}

int notices_put(const struct desk *d, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "notices");
    struct district_notice *rows;
    struct db *db;
    size_t count;

    if (district_db(d->platform, d->district, &db, e) < 0 ||
        notice_now(db, a, desk_today(d), DESK_ROWS, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "title", rows[i].title);
        node_put_text(a, o, "by_name", rows[i].by_name);
        view_put_date(a, o, "from_on", rows[i].from_on);
        node_put_text(a, o, "href", view_href(d, "/notices#n%lld", (long long)rows[i].id));
    }
    return 0;
}
