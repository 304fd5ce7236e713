/*
 * tests/casework/test_torture.c - each call into the database library of an operation goes wrong in turn
 *
 * n is raised until the operation passes without having met its fault. Each time: the right kind of error, and of
 * everything the operation writes either all or nothing; all only where the answer to COMMIT was lost, or where the
 * operation was tried again. Repeated with its key it then happens exactly once.
 */
#include "config.h"

#include "fault.h"
#include "harness.h"

enum { CALLS_MAX = 400, COUNTS = 11 };

/* What any of the operations can write. A refusal's own audit row is no half of anything. */
static const struct sql COUNTED = { "test.counts",
    "SELECT (SELECT COUNT(*) FROM event), (SELECT COUNT(*) FROM audit WHERE result = 'ok'), (SELECT COUNT(*) FROM idem) + (SELECT COUNT(form_key) FROM audit),"
    " (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM document), (SELECT COUNT(*) FROM decision),"
    " (SELECT COUNT(*) FROM task), (SELECT COUNT(*) FROM duty), (SELECT SUM(version) FROM project),"
    " (SELECT SUM(last) FROM number_series), (SELECT SUM(last) FROM outbox_series)" };

struct counts {
    int64_t n[COUNTS];
};

struct subject {
    int64_t project;
    struct node *in; /* what the act carries */
    const char *key;
};

struct operation {
    const char *name, *tenant, *organ, *unit, *act;
    int64_t (*prepare)(void); /* a project where the operation is due */
    int (*run)(const struct operation *op, const struct desk *d, const struct subject *s);
    int answers_twice;        /* a repeat with its key gives the answer again; else it does nothing new */
};

static struct arena *try_arena;

static struct counts count(const char *tenant)
{
    struct db *db = test_admin(arena_fmt(test_arena, "gz_%s", tenant));
    struct err e = { 0 };
    struct counts c;
    struct stmt *s;

    if (stmt_open(db, try_arena, &COUNTED, &s, &e) < 0 || stmt_run(s, &e) < 0 || stmt_step(s) != 1) {
        printf("  %s: %s\n", COUNTED.name, e.detail);
        abort();
    }
    for (int i = 0; i < COUNTS; i++)
        c.n[i] = stmt_i64(s, i);
    db_close(db);
    arena_reset(try_arena);
    return c;
}

static struct counts less(struct counts a, const struct counts *b)
{
    for (int i = 0; i < COUNTS; i++)
        a.n[i] -= b->n[i];
    return a;
}

static int same(const struct counts *a, const struct counts *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* ---- the operations ---- */

static int64_t xinzhou_draft(void)
{
    return test_draft("xinzhou", "jyj", test_facts("xinzhou", "逐次出错", "44.00", NULL));
}

static int64_t mudan_before_approval(void)
{
    int64_t id = test_draft("mudan", "mzj", test_facts("mudan", "逐次出错", "368.00", NULL));

    return id > 0 && test_walk("mudan", "mzj", id, MD_INITIATION) == 0 ? id : 0;
}

static int run_act(const struct operation *op, const struct desk *d, const struct subject *s)
{
    struct act_done done;

    memset(&test_errors, 0, sizeof test_errors);
    return act_do(d, s->project, -1, op->act, s->in, &done, &test_errors, &test_err);
}

static int run_upload(const struct operation *op, const struct desk *d, const struct subject *s)
{
    const char *body = arena_fmt(d->arena, "%%PDF-1.4\n%s\n", s->key);
    struct node *doc;

    (void)op;
    return document_take(d, s->project, "technical_review", "request_letter", "函.pdf",
                         test_file("upload", body, strlen(body)), 0, -1, &doc, &test_err);
}

static const struct operation SUBMIT = { "submit", "xinzhou", "unit", "jyj", "technical_review.submit", xinzhou_draft, run_act, 1 };
static const struct operation APPROVE = { "approve, with a filing upward", "mudan", "ndrc", NULL, "initiation.approve", mudan_before_approval, run_act, 1 };
static const struct operation UPLOAD = { "upload", "xinzhou", "unit", "jyj", NULL, xinzhou_draft, run_upload, 0 };

/* ---- one try ---- */

static int subject_new(const struct operation *op, struct subject *s)
{
    struct desk d = test_desk(op->tenant, op->organ, op->unit);

    s->project = op->prepare();
    s->key = crypto_token(test_arena);
    s->in = op->act != NULL && s->project > 0 ? test_input(&d, s->project, op->act, NULL) : NULL;
    return s->project > 0 && (op->act == NULL || s->in != NULL) ? 0 : -1;
}

/* From a connection of its own, so that the n-th call is the same each time. */
static int attempt(const struct operation *op, const struct subject *s)
{
    struct desk d = test_desk(op->tenant, op->organ, op->unit);

    d.arena = try_arena;
    d.key = s->key;
    test_err = (struct err){ 0 };
    int rc = op->run(op, &d, s);
    arena_reset(try_arena);
    return rc;
}

static void somebody_else(const struct operation *op)
{
    struct desk d = test_desk(op->tenant, op->organ, op->unit);
    struct err ignored = { 0 };

    d.arena = try_arena;
    if (audit_note(&d, "test.next", "", "refused", "", &ignored) < 0)
        printf("  the next one met: %s\n", ignored.detail);
    arena_reset(try_arena);
}

static int right_kind(enum fault how, int was_commit)
{
    if (strstr(test_err.detail, " connect: ") != NULL) /* it never came to an operation */
        return test_err.code == ERR_DB;
    switch (how) {
    case FAULT_AGAIN:
        return test_err.code == ERR_BUSY;
    case FAULT_FULL:
        return test_err.code == ERR_DISK;
    default:
        return test_err.code == (was_commit ? ERR_UNCERTAIN : ERR_DB);
    }
}

/* 1 it passed without its fault, 0 it met it and all is well, -1 not well. */
static int try_nth(const struct operation *op, int n, enum fault how, struct subject *s, const struct counts *whole)
{
    static const struct counts none;
    struct counts before = count(op->tenant);
    int was_commit;

    platform_close(test_platform);
    fault_arm(n, how);
    int rc = attempt(op, s);
    int met = fault_disarm(&was_commit);
    somebody_else(op); /* on the same connection, if that still lives: what was left open there would be committed now */
    struct counts did = less(count(op->tenant), &before);

    MUST_OR(rc == 0 || met, -1);
    MUST_OR(rc == 0 || right_kind(how, was_commit), -1);
    MUST_OR(same(&did, rc == 0 || (how == FAULT_AFTER && was_commit) ? whole : &none), -1);
    if (rc == 0 || !same(&did, &none)) { /* the same once more: nothing happens a second time */
        before = count(op->tenant);
        rc = attempt(op, s);
        did = less(count(op->tenant), &before);
        MUST_OR(rc == (op->answers_twice ? 0 : rc) && (!op->answers_twice || same(&did, &none)), -1);
        MUST_OR(subject_new(op, s) == 0, -1);
    }
    return !met;
}

static void torture(const struct operation *op)
{
    struct subject s;
    struct counts before, whole;
    int met = 0;

    try_arena = arena_new("try", 256u * 1024 * 1024);
    MUST(subject_new(op, &s) == 0);
    before = count(op->tenant);
    MUST(attempt(op, &s) == 0);
    whole = less(count(op->tenant), &before);
    MUST(subject_new(op, &s) == 0);
    for (int how = 0; how < FAULT_KINDS; how++) {
        int passed = 0;

        for (int n = 1; n < CALLS_MAX && !passed; n++) {
            passed = try_nth(op, n, (enum fault)how, &s, &whole);
            if (passed < 0)
                printf("  %s: call %d, manner %d\n", op->name, n, how);
            MUST(passed >= 0);
            met += !passed;
        }
        MUST(passed);
    }
    printf("  %s: %d calls went wrong\n", op->name, met);
    MUST(met > FAULT_KINDS * 10);
    arena_free(try_arena);
}

static void submit(void)
{
    torture(&SUBMIT);
}

static void approve(void)
{
    torture(&APPROVE);
}

static void upload(void)
{
    torture(&UPLOAD);
}

const struct test TESTS_TORTURE[] = {
    { "submit: whichever call to the database goes wrong, all or nothing", submit },
    { "approve with a filing upward: whichever call goes wrong, all or nothing", approve },
    { "upload: whichever call goes wrong, all or nothing", upload },
    { NULL, NULL },
};
