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
        test_number("xinzhou", arena_fmt(test_arena, "UPDATE duty SET notified = 1 WHERE project = %" PRId64, id));
    MUST(publish(outcome, workdays) == 0);
    now = calendar_version(test_platform->calendar);
    MUST(!text_eq(now, old));

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

const struct test TESTS_RECOUNT[] = {
    { "a provisional day moves later when the notice is there", a_provisional_day_moves_later },
    { "a provisional day nobody was told moves earlier", a_provisional_day_nobody_was_told_moves_earlier },
    { "a notified day does not come earlier and is listed", a_notified_day_stays_and_is_listed },
    { "a notified day may move later", a_notified_day_may_move_later },
    { "the same day is no longer provisional", the_same_day_is_no_longer_provisional },
    { "a day that was not provisional stands", a_day_that_was_not_provisional_stands },
    { "a sure day stands beside one that moves", a_sure_day_stands_beside_one_that_moves },
    { NULL, NULL },
};
