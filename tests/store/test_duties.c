/*
 * test_duties.c - the day's run, cards, letters, wishes, delegations and handings: every column goes and comes
 */
#include "config.h"

#include "store_test.h"
#include "store/duties.h"

static const int64_t PROJECT = 700001;
static const struct project_sight all = {.unit = "", .place = ""};

static void the_run_has_one_holder(void)
{
    struct db *one = test_district(), *other = test_district();
    date day = date_of(2031, 5, 6);
    struct nightly n, m;

    MUST(nightly_get(one, test_arena, day, &n, &test_err) == 0);
    MUST(nightly_add(one, test_arena, day, test_now(), &test_err) == 0 && nightly_add(other, test_arena, day, test_now(), &test_err) == 0);
    MUST(tx_begin(one, &test_err) == 0 && tx_begin(other, &test_err) == 0);
    MUST(nightly_take(one, test_arena, day, &n, &test_err) == 1 && n.last_project == 0 && text_eq(n.state, "running"));
    MUST(nightly_take(other, test_arena, day, &m, &test_err) == 0); /* it waits for nobody */
    n.last_project = 5;
    n.projects = 6;
    n.changed = 7;
    n.opened = 8;
    n.yellow = 9;
    n.red = 10;
    n.exceeding = 12;
    n.drifted = 13;
    n.failed = 11;
    n.state = "done";
    n.ended_at = test_now();
    MUST(nightly_save(one, test_arena, &n, &test_err) == 0 && nightly_posts(one, test_arena, day, test_now(), &test_err) == 0 && tx_commit(one, &test_err) == 0);
    tx_rollback(other);
    MUST(nightly_get(other, test_arena, day, &m, &test_err) == 1);
    MUST(m.last_project == 5 && m.projects == 6 && m.changed == 7 && m.opened == 8 && m.yellow == 9 && m.red == 10 && m.failed == 11 && m.exceeding == 12 && m.drifted == 13);
    MUST(text_eq(m.state, "done") && m.ended_at == n.ended_at && m.posts_at != INSTANT_NONE && m.started_at != INSTANT_NONE);
    MUST(nightly_newest(other, test_arena, &m, &test_err) == 1 && m.day == day);
    MUST(nightly_again(other, test_arena, day, &test_err) == 0 && nightly_get(one, test_arena, day, &m, &test_err) == 1);
    MUST(text_eq(m.state, "running") && m.last_project == 0 && m.posts_at == INSTANT_NONE && m.red == 10);
    db_close(one);
    db_close(other);
}

static void cards_are_given_once_and_written_once(void)
{
    struct db *db = test_district();
    struct project p = test_project(PROJECT, "牌");
    date day = date_of(2031, 5, 6);
    struct card *rows, c = {.project = PROJECT, .duty = "d", .key = "2031", .kind = "yellow", .name = "事项", .who = "tech", .unit = "", .due_on = day + 3,
                            .given_on = day, .articles = "12", .note = "附言", .by_name = "某局"};
    struct desk_probe *probe;
    struct asked q;
    size_t count;

    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    MUST(card_give(db, test_arena, &c, &test_err) == 1 && card_give(db, test_arena, &c, &test_err) == 0);
    c.kind = "urge";
    MUST(card_give(db, test_arena, &c, &test_err) == 1);
    MUST(card_given(db, test_arena, PROJECT, PROJECT, &rows, &count, &test_err) == 0 && count == 2 && text_eq(rows[0].duty, "d") && text_eq(rows[0].key, "2031"));
    MUST(card_urged(db, test_arena, "tech", &all, day, 5, &rows, &count, &test_err) == 0 && count == 1);
    MUST(text_eq(rows[0].kind, "urge") && text_eq(rows[0].name, "事项") && rows[0].due_on == day + 3 && rows[0].given_on == day && text_eq(rows[0].note, "附言"));
    MUST(text_eq(rows[0].by_name, "某局") && text_eq(rows[0].articles, "12") && text_eq(rows[0].title, "牌"));
    MUST(card_urged(db, test_arena, "tech", &all, day + 1, 5, &rows, &count, &test_err) == 0 && count == 0);
    MUST(desk_probe_ask(db, test_arena, "tech", &all, "x", day, day, &q, &test_err) == 0 && asked_take(&q, test_arena, &probe, &count, &test_err) == 0 && probe->urged && !probe->asked);
    MUST(desk_probe_ask(db, test_arena, "tech", &all, "x", day + 1, day, &q, &test_err) == 0 && asked_take(&q, test_arena, &probe, &count, &test_err) == 0 && !probe->urged);
    MUST(card_unmailed(db, test_arena, day, 5, &rows, &count, &test_err) == 0 && count == 2);
    MUST(card_mailed(db, test_arena, rows[0].id, &test_err) == 0 && card_mailed(db, test_arena, rows[1].id, &test_err) == 0);
    MUST(card_unmailed(db, test_arena, day, 5, &rows, &count, &test_err) == 0 && count == 0);
    db_close(db);
}

static void a_letter_is_claimed_by_one_and_settled_under_its_fence(void)
{
    struct db *one = test_district(), *other = test_district();
    instant now = test_now();
    struct mail m = {.key = "k-1", .person = "u", .address = "a@b.cn", .subject = "题", .body = "文\n", .state = "queued", .created_at = now, .next_try = now}, x, y;
    struct person_setting s = {.person = "u", .mail = "each", .kinds = "red,urge", .updated_at = now}, t;

    MUST(mail_add(one, test_arena, &m, &test_err) == 0 && mail_add(one, test_arena, &m, &test_err) == 0); /* one key, one letter */
    MUST(mail_claim(one, test_arena, now, 60, &x, &test_err) == 1 && text_eq(x.key, "k-1") && text_eq(x.body, "文\n") && text_eq(x.address, "a@b.cn") && x.attempts == 1);
    MUST(mail_claim(other, test_arena, now, 60, &y, &test_err) == 0);
    MUST(mail_claim(other, test_arena, now + 61000000, 60, &y, &test_err) == 1 && y.fence == x.fence + 1); /* the lease ran out */
    MUST_ERR(mail_settle(one, test_arena, &x, "sent", now, 250, "", now, &test_err), ERR_STALE);
    MUST(mail_settle(other, test_arena, &y, "queued", now + 5000000, 451, "later", now, &test_err) == 0);
    MUST(mail_claim(one, test_arena, now, 60, &x, &test_err) == 0 && mail_claim(one, test_arena, now + 5000000, 60, &x, &test_err) == 1 && x.attempts == 3);
    MUST(mail_settle(one, test_arena, &x, "sent", now, 250, "", now, &test_err) == 0 && mail_claim(one, test_arena, now + 999000000, 60, &x, &test_err) == 0);
    MUST(mail_expire(one, test_arena, now, &test_err) == 0 && test_number(one, "test.mail", "SELECT COUNT(*) FROM mail") == 1);
    MUST(mail_expire(one, test_arena, now + 1, &test_err) == 0 && test_number(one, "test.mail2", "SELECT COUNT(*) + 0 FROM mail") == 0);
    MUST(person_setting_get(one, test_arena, "u", &t, &test_err) == 0 && person_setting_put(one, test_arena, &s, &test_err) == 0);
    s.mail = "none";
    MUST(person_setting_put(one, test_arena, &s, &test_err) == 0 && person_setting_get(one, test_arena, "u", &t, &test_err) == 1);
    MUST(text_eq(t.mail, "none") && text_eq(t.kinds, "red,urge") && t.updated_at == now);
    db_close(one);
    db_close(other);
}

static void who_acts_for_whom(void)
{
    struct db *db = test_district();
    date day = date_of(2031, 5, 6);
    struct delegation *rows, got, g = {.id = 71, .organ = "tech", .unit = "", .from_person = "a", .from_name = "甲", .to_person = "b", .to_name = "乙",
                                       .from_on = day, .to_on = day + 2, .reason = "出差", .created_at = test_now(), .revoked_at = INSTANT_NONE};
    struct handing h = {.project = PROJECT, .organ = "tech", .unit = "", .person = "b", .name = "乙", .by_person = "a", .by_name = "甲", .reason = "分工", .at = test_now(), .kind = "hand", .step = "", .until_on = DATE_NONE},
                   *list;
    struct project_whole w;
    struct task task = {.project = PROJECT, .organ = "tech", .unit = "", .act = "x.accept", .name = "受理", .procedure_name = "审查", .since = test_now(), .due_on = DATE_NONE, .articles = "", .hand_person = "", .hand_name = ""},
                other = task;
    struct task *tasks;
    struct asked q;
    size_t count, mine = 0;

    other.act = "x.pass";
    MUST(delegation_add(db, test_arena, &g, &test_err) == 0);
    MUST(delegation_for(db, test_arena, "b", "tech", "", day + 2, &rows, &count, &test_err) == 0 && count == 1 && text_eq(rows[0].from_name, "甲"));
    MUST(delegation_for(db, test_arena, "b", "tech", "", day + 3, &rows, &count, &test_err) == 0 && count == 0);
    MUST(delegation_for(db, test_arena, "b", "tech", "", day - 1, &rows, &count, &test_err) == 0 && count == 0);
    MUST(delegation_for(db, test_arena, "b", "approval", "", day, &rows, &count, &test_err) == 0 && count == 0);
    MUST(delegation_overlaps(db, test_arena, "a", "tech", "", day + 2, day + 9, &test_err) == 1 && delegation_overlaps(db, test_arena, "a", "tech", "", day + 3, day + 9, &test_err) == 0);
    MUST(delegation_list(db, test_arena, "", "", day, &rows, &count, &test_err) == 0 && count == 1 && text_eq(rows[0].reason, "出差") && rows[0].to_on == day + 2);
    MUST(delegation_list(db, test_arena, "tech", "", day + 3, &rows, &count, &test_err) == 0 && count == 0);
    MUST(delegation_revoke(db, test_arena, 71, test_now(), &test_err) == 0 && delegation_get(db, test_arena, 71, &got, &test_err) == 1 && got.revoked_at != INSTANT_NONE);
    MUST(delegation_for(db, test_arena, "b", "tech", "", day, &rows, &count, &test_err) == 0 && count == 0);
    MUST(handing_add(db, test_arena, &h, &test_err) == 0);
    h.name = "丙";
    MUST(handing_add(db, test_arena, &h, &test_err) == 0 && project_whole(db, test_arena, PROJECT, &w, &test_err) == 1 && w.hand_count == 2);
    list = w.hands;
    MUST(list[0].id < list[1].id && text_eq(list[0].name, "乙") && text_eq(list[1].name, "丙") && text_eq(list[1].by_name, "甲") && text_eq(list[1].reason, "分工") && list[1].at == h.at);
    MUST(text_eq(list[1].person, "b") && text_eq(list[1].by_person, "a") && text_eq(list[1].organ, "tech") && *list[1].unit == '\0' && text_eq(list[1].kind, "hand") && list[1].ask == 0);
    MUST(task_replace(db, test_arena, PROJECT, NULL, 0, (struct task[]){task, other}, 2, &test_err) == 0);
    MUST(task_hand(db, test_arena, &h, &test_err) == 0 && task_ask(db, test_arena, "tech", &all, 50, &q, &test_err) == 0);
    MUST(asked_take(&q, test_arena, &tasks, &count, &test_err) == 0);
    for (size_t i = 0; i < count; i++) {
        MUST(text_eq(tasks[i].hand_person, tasks[i].project == PROJECT ? "b" : "") && text_eq(tasks[i].hand_name, tasks[i].project == PROJECT ? "丙" : ""));
        mine += tasks[i].project == PROJECT;
    }
    MUST(mine == 2);
    db_close(db);
}

/* A paper to a unit, copied to an office of one place: what each finds, and that a first opening is one. */
static void a_paper_waits_for_whom_it_names_until_it_is_opened(void)
{
    struct db *db = test_district();
    const date day = date_of(2031, 5, 6);
    struct decision paper = {.id = 7001, .project = PROJECT, .event_seq = 1, .kind = "k", .name = "批复", .number = "甲〔2031〕1号", .title = "关于甲的批复", .issued_on = day,
                             .organ = "approval", .organ_name = "审批局", .person_name = "甲", .body = "{}", .state = "issued"};
    const struct addressee to[] = {{.organ = "unit", .unit = "jyj", .decision = 7001, .place = "p1", .name = "教育局", .is_main = 1, .read_at = INSTANT_NONE, .read_by = ""},
                                   {.organ = "finance", .unit = "", .decision = 7001, .place = "p1", .name = "财政局", .is_main = 0, .read_at = INSTANT_NONE, .read_by = ""}};
    struct addressee opened = to[1], *rows;
    struct addressed *list;
    size_t count;

    MUST(tx_begin(db, &test_err) == 0 && decision_add(db, test_arena, &paper, &test_err) == 0 && addressee_add(db, test_arena, to, 2, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    MUST(addressee_of(db, test_arena, 7001, &rows, &count, &test_err) == 0 && count == 2 && rows[0].is_main && text_eq(rows[1].name, "财政局") && rows[1].read_at == INSTANT_NONE);
    const struct project_sight one = {.unit = "", .place = "p1"}, other = {.unit = "", .place = "p2"}, unit = {.unit = "jyj", .place = ""};
    MUST(addressed_list(db, test_arena, "finance", &all, 1, 0, 10, &list, &count, &test_err) == 0 && count == 1 && text_eq(list[0].number, "甲〔2031〕1号") && !list[0].is_main);
    MUST(addressed_list(db, test_arena, "finance", &one, 0, 0, 10, &list, &count, &test_err) == 0 && count == 1);
    MUST(addressed_list(db, test_arena, "finance", &other, 0, 0, 10, &list, &count, &test_err) == 0 && count == 0);
    MUST(addressed_list(db, test_arena, "unit", &unit, 0, 0, 10, &list, &count, &test_err) == 0 && count == 1 && list[0].is_main);
    MUST(addressed_list(db, test_arena, "unit", &unit, 0, 7001, 10, &list, &count, &test_err) == 0 && count == 0);
    opened.read_at = test_now();
    opened.read_by = "乙";
    MUST(addressee_read(db, test_arena, &opened, &test_err) == 1);
    opened.read_by = "丙";
    MUST(addressee_read(db, test_arena, &opened, &test_err) == 0);
    MUST(addressed_list(db, test_arena, "finance", &all, 1, 0, 10, &list, &count, &test_err) == 0 && count == 0);
    MUST(addressed_list(db, test_arena, "finance", &all, 0, 0, 10, &list, &count, &test_err) == 0 && count == 1 && text_eq(list[0].read_by, "乙"));
    db_close(db);
}

static void a_notice_stands_from_its_first_day_to_its_last(void)
{
    struct db *db = test_district();
    const date day = date_of(2031, 5, 6);
    struct district_notice n = {.id = 8001, .title = "停机", .body = "周六\n停机", .from_on = day, .to_on = day + 2, .by_person = "a", .by_name = "甲", .posted_at = test_now(), .ended_at = INSTANT_NONE, .ended_by = ""},
                           got, *rows;
    size_t count;

    MUST(notice_add(db, test_arena, &n, &test_err) == 0);
    MUST(notice_now(db, test_arena, day - 1, 5, &rows, &count, &test_err) == 0 && count == 0);
    MUST(notice_now(db, test_arena, day + 2, 5, &rows, &count, &test_err) == 0 && count == 1 && text_eq(rows[0].body, "周六\n停机") && rows[0].to_on == day + 2);
    MUST(notice_now(db, test_arena, day + 3, 5, &rows, &count, &test_err) == 0 && count == 0);
    n.ended_at = test_now();
    n.ended_by = "乙";
    MUST(notice_end(db, test_arena, &n, &test_err) == 0 && notice_get(db, test_arena, 8001, &got, &test_err) == 1 && got.ended_at != INSTANT_NONE && text_eq(got.ended_by, "乙"));
    MUST(notice_now(db, test_arena, day, 5, &rows, &count, &test_err) == 0 && count == 0);
    MUST(notice_list(db, test_arena, 0, 5, &rows, &count, &test_err) == 0 && count == 1);
    MUST(notice_list(db, test_arena, 8001, 5, &rows, &count, &test_err) == 0 && count == 0);
    db_close(db);
}

/* What waits for that person; the cheap question before it must have an answer where this one has. */
static int desk_asks(struct db *db, const char *organ, const char *person, struct handing **ret)
{
    struct desk_probe *probe;
    struct asked q;
    size_t count, one;

    if (desk_probe_ask(db, test_arena, organ, &all, person, date_of(2031, 5, 6), date_of(2031, 5, 6), &q, &test_err) < 0 ||
        asked_take(&q, test_arena, &probe, &one, &test_err) < 0 || one != 1 ||
        handing_asked(db, test_arena, organ, "", person, 50, ret, &count, &test_err) < 0)
        return -1;
    return !probe->asked && count > 0 ? -1 : (int)count;
}

static void a_request_to_sign_first_ends_once(void)
{
    struct db *db = test_district();
    const date day = date_of(2031, 5, 6);
    struct handing ask = {.project = PROJECT, .organ = "tech", .unit = "", .person = "s", .name = "签", .by_person = "a", .by_name = "甲", .reason = "看安全", .at = test_now(),
                          .kind = "ask", .step = "x.opinion", .until_on = day},
                   row = ask, *list;
    struct project_whole w;
    struct awaited *posts;
    size_t count, waiting = 0;

    MUST(handing_add(db, test_arena, &ask, &test_err) == 0 && project_whole(db, test_arena, PROJECT, &w, &test_err) == 1);
    MUST(w.hand_count > 0);
    list = &w.hands[w.hand_count - 1];
    MUST(text_eq(list->kind, "ask") && text_eq(list->step, "x.opinion") && list->until_on == day && list->ask == 0 && text_eq(list->reason, "看安全"));
    row.ask = list->id;
    row.kind = "urge";
    row.until_on = DATE_NONE;
    MUST(desk_asks(db, "tech", "s", &list) == 0); /* the project is a draft */
    w.project.state = "running";
    MUST(project_save(db, test_arena, &w.project, &test_err) == 0);
    MUST(desk_asks(db, "tech", "s", &list) == 1 && text_eq(list->title, "牌") && list->until_on == day && list->urged_at == INSTANT_NONE);
    MUST(desk_asks(db, "tech", "b", &list) == 0 && desk_asks(db, "approval", "s", &list) == 0);
    MUST(handing_add(db, test_arena, &row, &test_err) == 0 && desk_asks(db, "tech", "s", &list) == 1 && list->urged_at == row.at);
    MUST(awaited_list(db, test_arena, &posts, &count, &test_err) == 0);
    for (size_t i = 0; i < count; i++)
        waiting += text_eq(posts[i].person, "s") && text_eq(posts[i].name, "签") && posts[i].waiting == 1;
    MUST(waiting == 1);
    row.kind = "agree";
    MUST(handing_add(db, test_arena, &row, &test_err) == 0 && desk_asks(db, "tech", "s", &list) == 0);
    row.kind = "back"; /* whatever the road to it, the table keeps one end */
    MUST(handing_add(db, test_arena, &row, &test_err) == -1);
    db_close(db);
}

const struct test TESTS_DUTIES[] = {
    {"the run has one holder", the_run_has_one_holder},
    {"cards are given once and written once", cards_are_given_once_and_written_once},
    {"a letter is claimed by one and settled under its fence", a_letter_is_claimed_by_one_and_settled_under_its_fence},
    {"who acts for whom", who_acts_for_whom},
    {"a request to sign first ends once", a_request_to_sign_first_ends_once},
    {"a paper waits for whom it names until it is opened", a_paper_waits_for_whom_it_names_until_it_is_opened},
    {"a notice stands from its first day to its last", a_notice_stands_from_its_first_day_to_its_last},
    {NULL, NULL},
};
