/*
 * casework/bill_publish.c - a draft becomes law: proposed by one person with a date, confirmed by another, withdrawn
 *
 * Nobody decides on his own: who confirms is neither who proposed nor who wrote a file last, and the schema says so
 * too. A running project stays under the version it was first submitted under; the list says so one by one.
 */
#include "config.h"

#include "casework/bill_part.h"

#include <string.h>

#include "base/text.h"
#include "identity/directory.h"

enum { REASON_CHARS_MAX = 300, PERSONS_NEEDED = 2 };

/* ---- the date ---- */

/* Not in the past, and after every version there is: the newest whose day has come is the one that counts. */
static int day_check(const struct desk *d, const struct bill *b, date day, struct err *e)
{
    struct arena *a = d->arena;

    if (day < desk_today(d)) {
        err_fail(e, ERR_BAD_INPUT, "施行日期 %s 已经过去，最早为今天 %s", date_text(a, day),
                 date_text(a, desk_today(d)));
        err_mend(e, "请写今天或以后的日期");
        return err_at(e, "/comes_on");
    }
    for (size_t i = 0; i < d->district->regulation_count; i++) {
        const struct regulation *r = d->district->regulations[i];

        if (text_eq(regulation_id(r), b->regulation) || regulation_from(r) < day)
            continue;
        err_fail(e, ERR_BAD_INPUT, "版本「%s」自 %s 起施行，这一版本须在它之后", regulation_id(r),
                 date_text(a, regulation_from(r)));
        err_mend(e, "请写 %s 或以后的日期", date_text(a, regulation_from(r) + 1));
        return err_at(e, "/comes_on");
    }
    return 0;
}

/* ---- is there a second person at all ---- */

/* How many hold the role in the directory; -1 when it does not answer: then it stops nobody here, for confirming needs
 * a person. */
int bill_holders(const struct desk *d)
{
    const struct tenant *t = d->district->tenant;
    struct err ignored = {0};
    int count = -1;

    for (size_t i = 0; i < t->role_count; i++)
        if (text_eq(t->roles[i].id, "editor") &&
            directory_holders(&d->platform->directory, d->arena, t->roles[i].group, &count, &ignored) < 0)
            return -1;
    return count;
}

int bill_vacancy_check(int holders, struct err *e)
{
    if (holders < 0 || holders >= PERSONS_NEEDED)
        return 0;
    err_fail(e, ERR_RULE, "政务目录里法规管理员只有 %d 人，没有第二人可以确认，发布不能进行", holders);
    return err_mend(e, "请政务目录管理员配齐岗位后再提出");
}

/* ---- propose ---- */

struct bill_proposing {
    struct bill_op b;
    date day;
    int holders;
};

/* Not before the day the rules themselves say: what they were written for, and their cases. */
static int day_in_rules(const struct desk *d, const struct bill_law *law, date day, struct err *e)
{
    date written = law->r != NULL ? regulation_from(law->r) : DATE_NONE;
    date last = law->r != NULL ? regulation_to(law->r) : DATE_NONE;

    if (last != DATE_NONE && day > last) {
        err_fail(e, ERR_BAD_INPUT, "rules.json 写的有效期到 %s 为止，在这以后不能开始施行", date_text(d->arena, last));
        err_mend(e, "请写更早的日期，或者改 rules.json 的 version.to");
        return err_at(e, "/comes_on");
    }
    if (day >= written)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "rules.json 写的施行日期是 %s，不能更早施行", date_text(d->arena, written));
    err_mend(e, "请写这一天或以后的日期，或者改 rules.json 的 version.from");
    return err_at(e, "/comes_on");
}

static int propose_work(struct op *op, void *arg, struct err *e)
{
    struct bill_proposing *p = arg;
    const struct desk *d = op->desk;
    struct bill_law law;

    if (bill_begin(op, &p->b, "draft", e) < 0 || bill_vacancy_check(p->holders, e) < 0 ||
        day_check(d, &p->b.bill, p->day, e) < 0 || bill_examine(d, &p->b.bill, &law, e) < 0 ||
        bill_is_sound(&law, e) < 0 || day_in_rules(d, &law, p->day, e) < 0)
        return -1;
    p->b.bill.state = "proposed";
    p->b.bill.comes_on = p->day;
    p->b.bill.proposed_at = d->now;
    p->b.bill.proposed_by = d->actor->person;
    p->b.bill.proposed_name = d->actor->name;
    p->b.bill.reason = "";
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "comes_on", date_text(d->arena, p->day));
    return bill_end(op, &p->b, e);
}

int bill_propose(const struct desk *d, int64_t id, int64_t version, const char *comes_on, struct err *e)
{
    struct bill_proposing p = {.b = {.id = id, .version = version}};
    struct op op = {.desk = d, .may = MAY_BILL_PUBLISH, .what = "bill.propose"};
    struct node *asked = bill_asked(d, &p.b);

    if (date_parse(comes_on, &p.day, e) < 0) {
        err_mend(e, "施行日期写成 2026-01-31 的样子");
        return err_at(e, "/comes_on");
    }
    node_put_text(d->arena, asked, "comes_on", comes_on);
    op.asked = asked;
    op.object = arena_fmt(d->arena, "bill/%lld", (long long)id);
    p.holders = bill_holders(d); /* asked before the transaction: a directory may be slow */
    return op_run(&op, propose_work, &p, e);
}

/* ---- confirm ---- */

int bill_second_person(const struct desk *d, const struct bill *b, struct err *e)
{
    const char *me = d->actor->person;

    if (!text_eq(me, b->proposed_by) && !text_eq(me, b->changed_by))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "%s，不能自己确认发布",
             text_eq(me, b->proposed_by) ? "这一版本是您提出发布的" : "草稿最后是您改的");
    return err_mend(e, "请由另一位法规管理员确认；没有第二人的，须先由政务目录管理员配齐岗位");
}

static int confirm_work(struct op *op, void *arg, struct err *e)
{
    struct bill_op *b = arg;
    const struct desk *d = op->desk;
    struct bill_law law;

    if (bill_begin(op, b, "proposed published", e) < 0)
        return -1;
    if (text_eq(b->bill.state, "published")) { /* decided before, the folder was not finished */
        op->unchanged = 1;
        return 0;
    }
    if (bill_second_person(d, &b->bill, e) < 0)
        return -1;
    if (day_check(d, &b->bill, b->bill.comes_on, e) < 0)
        return err_mend(e, "请退回修改后重新提出，写今天或以后的日期");
    if (bill_examine(d, &b->bill, &law, e) < 0 || bill_is_sound(&law, e) < 0)
        return -1;
    b->bill.state = "published";
    b->bill.confirmed_at = d->now;
    b->bill.confirmed_by = d->actor->person;
    b->bill.confirmed_name = d->actor->name;
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "comes_on", date_text(d->arena, b->bill.comes_on));
    node_put_text(d->arena, op->detail, "proposed_by", b->bill.proposed_name);
    node_put_text(d->arena, op->detail, "law_sm3", regulation_digest(law.r));
    return bill_end(op, b, e);
}

int bill_confirm(const struct desk *d, int64_t id, int64_t version, struct err *e)
{
    struct bill_op b = {.id = id, .version = version};
    struct op op = {.desk = d, .may = MAY_BILL_PUBLISH, .what = "bill.confirm", .asked = bill_asked(d, &b)};
    struct bill row;

    op.object = arena_fmt(d->arena, "bill/%lld", (long long)id);
    if (op_run(&op, confirm_work, &b, e) < 0)
        return -1;
    /* the decision is on record; its effect is made until it is there, as often as it takes */
    if (bill_read_row(d, id, &row, e) < 0)
        return -1;
    return text_eq(row.state, "published") ? bill_place(d, &row, e) : 0;
}

/* ---- withdraw ---- */

struct bill_withdrawing {
    struct bill_op b;
    const char *reason;
};

static int withdraw_work(struct op *op, void *arg, struct err *e)
{
    struct bill_withdrawing *p = arg;
    const struct desk *d = op->desk;
    struct bill *b = &p->b.bill;

    if (bill_begin(op, &p->b, "draft proposed published", e) < 0)
        return -1;
    if (text_eq(b->state, "published") && b->comes_on <= desk_today(d)) {
        err_fail(e, ERR_RULE, "这一版本自 %s 起已经施行，不能撤回", date_text(d->arena, b->comes_on));
        return err_mend(e, "要改的，请另起一个草稿发布");
    }
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "was", b->state);
    node_put_text(d->arena, op->detail, "reason", p->reason);
    /* first it stops being law to come: with the row unchanged it can be done again */
    if (text_eq(b->state, "published") && bill_unplace(d, b, e) < 0)
        return -1;
    b->state = text_eq(b->state, "proposed") ? "draft" : "withdrawn";
    if (text_eq(b->state, "draft")) {
        b->comes_on = DATE_NONE;
        b->proposed_at = INSTANT_NONE;
        b->proposed_by = b->proposed_name = "";
    }
    b->reason = p->reason;
    return bill_end(op, &p->b, e);
}

int bill_withdraw(const struct desk *d, int64_t id, int64_t version, const char *reason, struct err *e)
{
    struct bill_withdrawing p = {.b = {.id = id, .version = version}, .reason = reason};
    struct op op = {.desk = d, .may = MAY_BILL_PUBLISH, .what = "bill.withdraw"};
    struct node *asked = bill_asked(d, &p.b);

    if (text_is_empty(reason) || text_chars(reason) > REASON_CHARS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "没有写理由，或者超过 %d 个字", REASON_CHARS_MAX);
        err_mend(e, "请用一两句话写明");
        return err_at(e, "/reason");
    }
    node_put_text(d->arena, asked, "reason", reason);
    op.asked = asked;
    op.object = arena_fmt(d->arena, "bill/%lld", (long long)id);
    return op_run(&op, withdraw_work, &p, e);
}
