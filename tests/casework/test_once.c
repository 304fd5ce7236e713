/*
 * tests/casework/test_once.c - one effect a key, one winner a version
 */
#include "config.h"

#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

static int64_t events_of(int64_t id)
{
    return test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM event WHERE project = %" PRId64, id));
}

/* A draft with its materials, ready to be sent for review. */
static int64_t ready_project(const char *name)
{
    int64_t id = test_draft("xinzhou", "wjj", test_facts("xinzhou", name, "45.00", NULL));
    struct desk d = test_desk("xinzhou", "unit", "wjj");

    if (id == 0 || test_input(&d, id, "technical_review.submit", NULL) == NULL)
        return 0;
    return id;
}

static const struct node *catalogue(void)
{
    return test_json("{\"resources\": [{\"resource\": \"业务数据\", \"origin\": \"produced\", \"sharing\": \"unconditional\","
                     " \"openness\": \"closed\", \"manner\": \"平台接口\"}]}");
}

static void same_key_same_answer(void)
{
    int64_t id = ready_project("重复提交"), version;
    struct desk d = test_desk("xinzhou", "unit", "wjj");
    struct act_done first, second;

    MUST(id > 0);
    version = test_version("xinzhou", id);
    MUST(act_do(&d, id, version, "technical_review.submit", catalogue(), &first, &test_errors, &test_err) == 0);
    MUST(act_do(&d, id, version, "technical_review.submit", catalogue(), &second, &test_errors, &test_err) == 0);
    MUST(!first.repeated && second.repeated);
    MUST(first.seq == second.seq && text_eq(first.text, second.text) && text_eq(first.number, second.number));
    MUST(first.version == second.version && events_of(id) == 1);
    /* the same key for something else, or by someone else, is no answer */
    MUST_ERR(act_do(&d, id, first.version, "technical_review.submit", test_json("{\"reason\": \"x\"}"), &second, &test_errors, &test_err), ERR_CONFLICT);
    struct desk other = test_desk("xinzhou", "tech", NULL);

    other.key = d.key;
    MUST_ERR(act_do(&other, id, version, "technical_review.submit", catalogue(), &second, &test_errors, &test_err), ERR_CONFLICT);
    MUST(events_of(id) == 1);
}

static void stale_version(void)
{
    int64_t id = ready_project("过时版本"), version, ret_id, ret_version;
    struct desk d = test_desk("xinzhou", "unit", "wjj");

    MUST(id > 0);
    version = test_version("xinzhou", id);
    MUST(draft_save(&d, id, version, test_facts("xinzhou", "过时版本", "46.00", NULL), &ret_id, &ret_version, &test_errors, &test_err) == 0);
    MUST(ret_version == version + 1);
    d = test_desk("xinzhou", "unit", "wjj");
    MUST_ERR(draft_save(&d, id, version, test_facts("xinzhou", "过时版本", "47.00", NULL), &ret_id, &ret_version, &test_errors, &test_err), ERR_STALE);
    struct act_done done;

    d = test_desk("xinzhou", "unit", "wjj");
    MUST_ERR(act_do(&d, id, version, "technical_review.submit", catalogue(), &done, &test_errors, &test_err), ERR_STALE);
    MUST(events_of(id) == 0);
}

/* n processes do the act at once; gives how many said ok, ok by repetition, stale, and otherwise. */
struct race { int ok, repeated, stale, other; };

static int racer(int64_t id, int64_t version, const char *key, int start_fd)
{
    struct desk d = test_desk("xinzhou", "unit", "wjj");
    struct act_done done;
    char go;

    if (key != NULL)
        d.key = key;
    if (read(start_fd, &go, 1) < 0)
        return 4;
    if (act_do(&d, id, version, "technical_review.submit", catalogue(), &done, &test_errors, &test_err) == 0)
        return done.repeated ? 1 : 0;
    if (test_err.code != ERR_STALE)
        printf("  racer: %s %s\n", test_err.message, test_err.detail);
    return test_err.code == ERR_STALE ? 2 : 3;
}

static struct race race_of(int n, int64_t id, const char *key)
{
    struct race r = { 0 };
    int64_t version = test_version("xinzhou", id);
    int gate[2];

    test_fork_prepare();
    if (pipe(gate) < 0)
        abort();
    for (int i = 0; i < n; i++) {
        if (fork() == 0) {
            close(gate[1]);
            test_child_exit(racer(id, version, key, gate[0]));
        }
    }
    close(gate[0]);
    close(gate[1]); /* all at once */
    for (int i = 0; i < n; i++) {
        int status;

        if (wait(&status) < 0 || !WIFEXITED(status))
            r.other++;
        else if (WEXITSTATUS(status) == 0)
            r.ok++;
        else if (WEXITSTATUS(status) == 1)
            r.repeated++;
        else if (WEXITSTATUS(status) == 2)
            r.stale++;
        else
            r.other++;
    }
    return r;
}

static void exactly_one_wins(void)
{
    for (int round = 0; round < 5; round++) {
        int64_t id = ready_project("并发办理");

        MUST(id > 0);
        struct race r = race_of(4, id, NULL);

        MUST(r.ok == 1 && r.stale == 3);
        MUST(events_of(id) == 1);
    }
}

static void twins_get_one_answer(void)
{
    for (int round = 0; round < 5; round++) {
        int64_t id = ready_project("双击");

        MUST(id > 0);
        struct race r = race_of(3, id, crypto_token(test_arena));

        MUST(r.ok == 1 && r.repeated == 2);
        MUST(events_of(id) == 1);
    }
}

/* A new draft has no row to lock: the key alone keeps twins from becoming two projects. */
static void twin_drafts_are_one(void)
{
    const char *key = crypto_token(test_arena);
    int64_t before = test_number("xinzhou", "SELECT COUNT(*) FROM project");

    test_fork_prepare();
    for (int i = 0; i < 4; i++) {
        if (fork() == 0) {
            struct desk d = test_desk("xinzhou", "unit", "wjj");
            int64_t id, version;

            d.key = key;
            int rc = draft_save(&d, 0, -1, test_facts("xinzhou", "双击新建", "30.00", NULL), &id, &version, &test_errors, &test_err);

            if (rc < 0)
                printf("  draft: %s %s\n", test_err.message, test_err.detail);
            test_child_exit(rc == 0 ? 0 : 1);
        }
    }
    for (int i = 0; i < 4; i++) {
        int status = 1;

        MUST(wait(&status) > 0 && status == 0);
    }
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM project") == before + 1);
}

const struct test TESTS_ONCE[] = {
    { "the same key gets the same answer, another request with it a conflict", same_key_same_answer },
    { "an old version is refused as stale", stale_version },
    { "of four at once exactly one acts", exactly_one_wins },
    { "twins with one key get one answer", twins_get_one_answer },
    { "twins of a new draft become one project", twin_drafts_are_one },
    { NULL, NULL },
};
