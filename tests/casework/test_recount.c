/*
 * tests/casework/test_recount.c - last days counted without a notice, counted again when it is there
 */
#include "config.h"

#include "harness.h"

/*
 * Accepted on 16 December 2026, 15 working days by weekdays alone end on 6 January 2027. With New Year's Day free it is the
 * 7th; with the Saturday after it worked the 6th again; with that Sunday worked too the 5th.
 */
#define MID_DECEMBER "2026-12-16T09:00"
#define BY_WEEKDAY "2027-01-06"
static const char LATER[] = "", SAME[] = "\"2027-01-02\"", EARLIER[] = "\"2027-01-02\", \"2027-01-03\"";

static int64_t accepted(const char *name, const char *at)
{
    int64_t id;

    test_clock("xinzhou", at);
    id = test_draft("xinzhou", "kfq", test_facts("xinzhou", name, "58.60", NULL));
    if (id == 0 || test_walk("xinzhou", "kfq", id, (const struct step[]){ XZ_REVIEW[0], XZ_REVIEW[1], { NULL, NULL, NULL } }) < 0)
        return 0;
    return id;
}

/* The calendars of the platform and one of 2027 more. */
static int publish(const char *name, const char *workdays)
{
    const char *from = arena_fmt(test_arena, "%s/common/calendar", test_platform->config.tenants_dir);
    const char *to = arena_fmt(test_arena, "%s/%s", test_scratch, name), *year;
    char **names, *bytes;
    size_t count, len;

    MUST_OR(file_mkdirs(to, 0700, &test_err) == 0 && file_list(test_arena, from, &names, &count, &test_err) == 0, -1);
    for (size_t i = 0; i < count; i++) {
        MUST_OR(file_read(test_arena, arena_fmt(test_arena, "%s/%s", from, names[i]), 1 << 18, &bytes, &len, &test_err) == 0, -1);
        MUST_OR(file_write(arena_fmt(test_arena, "%s/%s", to, names[i]), bytes, len, 0600, &test_err) == 0, -1);
    }
    year = arena_fmt(test_arena, "{\"year\": 2027, \"notices\": [\"国办发明电〔2026〕9号\"], \"holidays\": [\"2027-01-01\"], \"workdays\": [%s]}", workdays);
    MUST_OR(file_write(arena_fmt(test_arena, "%s/2027.json", to), year, strlen(year), 0600, &test_err) == 0, -1);
    MUST_OR(calendar_load(test_arena, to, &test_platform->calendar, &test_err) == 0, -1);
    return 0;
}

static int64_t count_of(const char *fmt, int64_t id)
{
    return test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM %s AND project = %" PRId64, fmt, id));
}

static int64_t audited(int64_t id)
{
    return test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM audit WHERE what = 'calendar.recount' AND object = 'project/%" PRId64 "'", id));
}

/* The opinion's last day, as the three kinds of rows have it. */
static int stands(int64_t id, const char *due, int provisional, const char *version)
{
    const char *duty = arena_fmt(test_arena, "duty WHERE duty = 'technical_opinion' AND due_on = '%s' AND provisional = %d AND calendar_version = '%s'",
                                 due, provisional, version);
    const char *row = arena_fmt(test_arena, "SELECT COUNT(*) FROM project WHERE next_due = '%s' AND next_provisional = %d AND id = %" PRId64, due, provisional, id);

    return count_of(duty, id) == 1 && test_number("xinzhou", row) == 1 &&
           count_of(arena_fmt(test_arena, "task WHERE organ = 'tech' AND due_on = '%s'", due), id) == 1;
}

static int waits(int64_t id)
{
    int64_t ids[DUTY_PROVISIONAL_PROJECTS];
    size_t count;
    struct db *db;

    MUST_OR(district_db(test_platform, platform_district(test_platform, "xinzhou"), &db, &test_err) == 0, -1);
    MUST_OR(duty_provisional(db, test_arena, id - 1, ids, &count, &test_err) == 0, -1);
    return count > 0 && ids[0] == id;
}

static struct node *recount(int64_t id, int dry)
{
    struct desk d = test_system("xinzhou", "");
    struct node *done;

    MUST_OR(project_recount(&d, id, dry, &done, &test_err) == 0, NULL);
    return done;
}

static const char *first(const struct node *done, const char *member)
{
    return node_get_str(node_first(node_get(done, "duties")), member);
}

static const struct node *opinion_of(const struct node *page)
{
    const struct node *du = node_first(node_get(page, "duties"));

    while (du != NULL && !text_eq(node_get_str(du, "id"), "technical_opinion"))
        du = du->next;
    return du;
}

/* The project's page, its list and the page that counts again say the day that stands, and what the present calendar gives. */
static void says(int64_t id, const char *due, int waiting, const char *by_now)
{
    struct desk d = test_desk("xinzhou", "tech", NULL);
    struct node *page, *status, *counted;
    const struct node *du, *stands;
    const char *steps = "";

    MUST(project_view(&d, id, &page, &test_err) == 0 && project_status(&d, id, &status, &test_err) == 0);
    du = opinion_of(page);
    MUST(text_eq(node_get_str(du, "due_on"), due) && text_eq(node_get_str(status, "next_due"), due));
    MUST(node_get_bool(du, "provisional") == waiting && node_get_bool(status, "provisional") == waiting);
    stands = node_get(du, "stands");
    MUST((stands != NULL) == (waiting || !text_eq(due, by_now)));
    MUST(stands == NULL || node_get_bool(stands, "recount_due") == waiting);
    MUST(stands == NULL || text_eq(due, by_now) || strstr(node_get_str(stands, "text"), by_now) != NULL);
    MUST(duty_recount(&d, id, "technical_opinion", "", &counted, &test_err) == 0);
    for (const struct node *n = node_first(node_get(counted, "steps")); n != NULL; n = n->next)
        steps = arena_fmt(test_arena, "%s%s", steps, node_str(n, ""));
    MUST(strstr(steps, due) != NULL && strstr(steps, by_now) != NULL);
}

/* One story for each of the outcomes; told: the day was notified. */
static void story(const char *name, const char *workdays, int told, const char *outcome, const char *by_notice, const char *due)
{
    struct calendar *before = test_platform->calendar;
    const char *old = calendar_version(before), *now, *row;
    int64_t id = accepted(name, MID_DECEMBER);
    struct node *done;

    MUST(id > 0 && stands(id, BY_WEEKDAY, 1, old) && waits(id) == 1);
    MUST((done = recount(id, 0)) != NULL && node_count(node_get(done, "duties")) == 0 && audited(id) == 0); /* no notice yet */
    if (told)
        test_number("xinzhou", arena_fmt(test_arena, "UPDATE duty SET notified = 1, told_on = '2026-12-17', told_by = '《通知》甲1号' WHERE project = %" PRId64, id));
    MUST(publish(outcome, workdays) == 0);
    now = calendar_version(test_platform->calendar);
    MUST(!text_eq(now, old));

    says(id, BY_WEEKDAY, 1, by_notice);

    MUST((done = recount(id, 1)) != NULL && text_eq(first(done, "outcome"), outcome));
    MUST(stands(id, BY_WEEKDAY, 1, old) && audited(id) == 0); /* only told */

    MUST((done = recount(id, 0)) != NULL && node_count(node_get(done, "duties")) == 1);
    MUST(text_eq(first(done, "outcome"), outcome) && text_eq(first(done, "due_before"), BY_WEEKDAY));
    MUST(text_eq(first(done, "due_after"), by_notice) && text_eq(node_get_str(done, "title"), name));
    MUST(stands(id, due, 0, text_eq(outcome, "kept") ? old : now));
    MUST(waits(id) == 0 && audited(id) == 1);
    row = arena_fmt(test_arena,
                    "SELECT COUNT(*) FROM audit WHERE object = 'project/%" PRId64 "' AND what = 'calendar.recount' AND result = 'ok'"
                    " AND person_name = '系统' AND before_sm3 <> '' AND after_sm3 <> '' AND before_sm3 <> after_sm3"
                    " AND JSON_VALUE(detail, '$.duties[0].outcome') = '%s' AND JSON_VALUE(detail, '$.duties[0].due_before') = '" BY_WEEKDAY "'"
                    " AND JSON_VALUE(detail, '$.duties[0].due_after') = '%s' AND JSON_VALUE(detail, '$.duties[0].calendar_before') = '%s'"
                    " AND JSON_VALUE(detail, '$.duties[0].calendar_after') = '%s'",
                    id, outcome, by_notice, old, now);
    MUST(test_number("xinzhou", row) == 1);

    MUST(told == (count_of("duty WHERE notified = 1 AND told_on = '2026-12-17' AND told_by = '《通知》甲1号' AND duty = 'technical_opinion'", id) == 1));
    MUST(text_eq(first(done, "told_by"), told ? "《通知》甲1号" : ""));
    says(id, due, 0, by_notice);

    MUST((done = recount(id, 0)) != NULL && node_count(node_get(done, "duties")) == 0 && audited(id) == 1); /* once is enough */
    MUST(stands(id, due, 0, text_eq(outcome, "kept") ? old : now));
    test_platform->calendar = before;
}

static void a_provisional_day_moves_later(void)
{
    story("重算推后", LATER, 0, "moved", "2027-01-07", "2027-01-07");
}

static void a_provisional_day_nobody_was_told_moves_earlier(void)
{
    story("重算提前", EARLIER, 0, "moved", "2027-01-05", "2027-01-05");
}

static void a_notified_day_stays_and_is_listed(void)
{
    story("重算保留", EARLIER, 1, "kept", "2027-01-05", BY_WEEKDAY);
}

static void a_notified_day_may_move_later(void)
{
    story("通知后推后", LATER, 1, "moved", "2027-01-07", "2027-01-07");
}

static void the_same_day_is_no_longer_provisional(void)
{
    story("重算不变", SAME, 0, "confirmed", BY_WEEKDAY, BY_WEEKDAY);
}

static void a_day_that_was_not_provisional_stands(void)
{
    struct calendar *before = test_platform->calendar;
    const char *old = calendar_version(before);
    int64_t id = accepted("重算不动", MID_DECEMBER);
    struct node *done;

    MUST(id > 0);
    test_number("xinzhou", arena_fmt(test_arena, "UPDATE duty JOIN project p ON p.id = project SET provisional = 0, next_provisional = 0 WHERE p.id = %" PRId64, id));
    MUST(waits(id) == 0 && publish("stands", LATER) == 0);
    MUST((done = recount(id, 0)) != NULL && node_count(node_get(done, "duties")) == 0);
    MUST(stands(id, BY_WEEKDAY, 0, old) && audited(id) == 0);
    test_platform->calendar = before;
}

/* Beside one that moves: the new year's notice makes a December weekend working days, the opinion's day was sure before. */
static void a_sure_day_stands_beside_one_that_moves(void)
{
    struct calendar *before = test_platform->calendar;
    const char *old = calendar_version(before), *now;
    int64_t id = accepted("重算一项", "2026-12-01T09:00");
    struct node *done;

    MUST(id > 0 && stands(id, "2026-12-22", 0, old));
    MUST(test_act("xinzhou", "unit", "kfq", id, "crypto_assessment.complete", NULL, &(struct act_done){0}) == 0);
    MUST(count_of("duty WHERE duty = 'crypto_filing' AND due_on = '2027-01-12' AND provisional = 1", id) == 1);
    MUST(publish("weekend", "\"2026-12-05\", \"2026-12-06\"") == 0);
    now = calendar_version(test_platform->calendar);
    MUST((done = recount(id, 0)) != NULL && node_count(node_get(done, "duties")) == 1);
    MUST(text_eq(first(done, "duty"), "crypto_filing") && text_eq(first(done, "due_after"), "2027-01-11"));
    MUST(count_of(arena_fmt(test_arena, "duty WHERE duty = 'crypto_filing' AND due_on = '2027-01-11' AND provisional = 0 AND calendar_version = '%s'", now), id) == 1);
    MUST(stands(id, "2026-12-22", 0, old) && audited(id) == 1);
    test_platform->calendar = before;
}

/* Between the new year's file and the recount somebody acts: what his act does not move stays where it was. */
static void an_act_does_not_count_again(void)
{
    struct calendar *before = test_platform->calendar;
    const char *old = calendar_version(before);
    int64_t id = accepted("重算以前办理", MID_DECEMBER);

    MUST(id > 0 && publish("acted", EARLIER) == 0);
    MUST(test_act("xinzhou", "tech", NULL, id, "technical_review.commission", "{\"agency\": \"武汉信息工程咨询有限公司\"}", NULL) == 0);
    MUST(stands(id, BY_WEEKDAY, 1, old) && waits(id) == 1);
    says(id, BY_WEEKDAY, 1, "2027-01-05");
    MUST(recount(id, 0) != NULL && stands(id, "2027-01-05", 0, calendar_version(test_platform->calendar)));
    test_platform->calendar = before;
}

/* The unit is told by the request for corrections itself, in its transaction. */
static void a_request_for_corrections_tells_its_day(void)
{
    int64_t id;

    test_clock("xinzhou", "2026-12-01T09:00");
    id = test_draft("xinzhou", "kfq", test_facts("xinzhou", "补正告知", "58.60", NULL));
    MUST(id > 0 && test_act("xinzhou", "unit", "kfq", id, "technical_review.submit", NULL, NULL) == 0);
    MUST(count_of("duty WHERE notified = 1", id) == 0);
    MUST(test_act("xinzhou", "tech", NULL, id, "technical_review.ask_correction",
                  "{\"correction\": [{\"item\": \"project_summary\", \"what\": \"写清楚\"}], \"until\": \"2026-12-10\"}", NULL) == 0);
    MUST(count_of("duty WHERE duty = 'correction' AND notified = 1 AND told_on = '2026-12-01' AND told_by = '补正要求' AND due_on = '2026-12-10'", id) == 1);
    MUST(count_of("duty WHERE notified = 1", id) == 1);
}

/* An approval names what its reader must do by when: told by its name and number. */
static void a_letter_tells_the_days_it_names(void)
{
    int64_t id;

    test_clock("mudan", "2024-06-03T09:00");
    id = test_draft("mudan", "mzj", test_facts("mudan", "文书告知", "86.50", NULL));
    MUST(id > 0 && test_walk("mudan", "mzj", id, MD_INITIATION) == 0);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM duty WHERE duty = 'progress_report' AND notified = 1 AND project = %" PRId64, id)) == 0);
    MUST(test_act("mudan", "ndrc", NULL, id, "initiation.approve", NULL, NULL) == 0);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM duty d JOIN decision p ON p.project = d.project AND d.told_by = CONCAT('《', p.name, '》', p.number)"
                                        " WHERE d.notified = 1 AND d.duty = 'progress_report' AND d.told_on = '2024-06-03' AND d.project = %" PRId64, id)) >= 1);
}

const struct test TESTS_RECOUNT[] = {
    { "a provisional day moves later when the notice is there", a_provisional_day_moves_later },
    { "a provisional day nobody was told moves earlier", a_provisional_day_nobody_was_told_moves_earlier },
    { "a notified day does not come earlier and is listed", a_notified_day_stays_and_is_listed },
    { "a notified day may move later", a_notified_day_may_move_later },
    { "the same day is no longer provisional", the_same_day_is_no_longer_provisional },
    { "a day that was not provisional stands", a_day_that_was_not_provisional_stands },
    { "a sure day stands beside one that moves", a_sure_day_stands_beside_one_that_moves },
    { "an act in between does not count again", an_act_does_not_count_again },
    { "a request for corrections tells its day", a_request_for_corrections_tells_its_day },
    { "a letter tells the days it names", a_letter_tells_the_days_it_names },
    { NULL, NULL },
};
