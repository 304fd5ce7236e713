/*
 * tests/store/test_audit.c - the chain: sealed by several at once, whole, and broken in every way found out
 */
#include "config.h"

#include "store_test.h"

#include <sys/wait.h>
#include <unistd.h>

#define KEY "audit key of the district"
enum { AUDIT_ROWS = 1200, AUDIT_TAMPERINGS = 60 };

static int audit_one(struct db *db, int i)
{
    struct audit row = {.at = test_now() + i, .case_at = i % 3 == 0 ? INSTANT_NONE : test_now(),
                        .request_id = arena_fmt(test_arena, "r-%d", i), .session = "0123456789abcdef", .person = "u-1",
                        .person_name = "王一", .organ = "tech", .unit = "", .address = "10.0.0.1", .what = "project.act",
                        .object = arena_fmt(test_arena, "project/%d", i % 7), .result = i % 5 == 0 ? "refused" : "ok",
                        .reason = "", .articles = "7,12", .before_sm3 = "b", .after_sm3 = "a",
                        .detail = i % 2 == 0 ? "" : "{\"n\":\"😀\"}"};

    return audit_add(db, test_arena, KEY, sizeof KEY - 1, &row, &test_err);
}

static void rows_are_added_and_listed(void)
{
    struct db *db = test_district();
    struct audit *rows;
    size_t n;

    MUST(tx_begin(db, &test_err) == 0);
    for (int i = 0; i < AUDIT_ROWS; i++)
        MUST(audit_one(db, i) == 0);
    MUST(tx_commit(db, &test_err) == 0);
    MUST(audit_list(db, test_arena, "", "", 0, 10, &rows, &n, &test_err) == 0 && n == 10);
    MUST(rows[0].id > rows[9].id && text_eq(rows[0].request_id, arena_fmt(test_arena, "r-%d", AUDIT_ROWS - 1)));
    MUST(audit_list(db, test_arena, "project/3", "", rows[0].id, 1000, &rows, &n, &test_err) == 0 && n == 171);
    MUST(text_eq(rows[0].object, "project/3") && strlen(rows[0].mac) == 64);
    db_close(db);
}

static void rows_not_yet_linked_are_checked_too(void)
{
    struct db *db = test_district(), *root = test_root("gz_alpha");
    struct audit_report r;

    MUST(audit_verify(db, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0);
    MUST(r.first_bad_no == 0 && r.rows == AUDIT_ROWS && r.links == 0 && r.unsealed == AUDIT_ROWS && text_eq(r.head, ""));
    MUST(audit_verify(db, test_arena, "another key", 11, &r, &test_err) == 0 && r.first_bad_no == 1);
    MUST(tx_begin(root, &test_err) == 0);
    MUST(test_script(root, "UPDATE audit SET result = 'ok' WHERE request_id = 'r-600'; UPDATE audit SET result = 'refused' WHERE request_id = 'r-601'") == 0);
    MUST(audit_verify(root, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0 && r.first_bad_no == 1 && r.first_bad_audit > 0);
    tx_rollback(root);
    db_close(db);
    db_close(root);
}

static void several_sealers_make_one_chain(void)
{
    pid_t child[3];
    int status, bad = 0;
    int64_t count;
    struct audit_report r;

    for (size_t k = 0; k < ARRAY_LEN(child); k++)
        if ((child[k] = fork()) == 0) {
            struct db *mine = test_district();
            for (int i = 0; i < 20; i++)
                if (audit_seal(mine, test_arena, &count, &test_err) < 0) {
                    printf("sealer: %s\n", test_err.detail);
                    _exit(1);
                }
            db_close(mine);
            _exit(0);
        }
    for (size_t k = 0; k < ARRAY_LEN(child); k++)
        bad += waitpid(child[k], &status, 0) != child[k] || status != 0;
    MUST(bad == 0);
    struct db *db = test_district();
    MUST(audit_seal(db, test_arena, &count, &test_err) == 0 && count == 0);
    MUST(audit_verify(db, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0);
    MUST(r.first_bad_no == 0 && r.links == AUDIT_ROWS && r.rows == AUDIT_ROWS && r.unsealed == 0 && strlen(r.head) == 64);
    for (int i = 0; i < 7; i++)
        MUST(audit_one(db, AUDIT_ROWS + i) == 0);
    MUST(audit_verify(db, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0 && r.unsealed == 7 && r.links == AUDIT_ROWS);
    MUST(audit_seal(db, test_arena, &count, &test_err) == 0 && count == 7);
    db_close(db);
}

/* A transaction that was slow to commit leaves a row with a lower id than the newest linked one. */
static void a_late_row_is_linked_after_all(void)
{
    struct db *slow = test_district(), *db = test_district();
    struct audit_report r;
    int64_t count;

    MUST(tx_begin(slow, &test_err) == 0 && audit_one(slow, 5000) == 0);
    MUST(audit_one(db, 5001) == 0);
    MUST(audit_seal(db, test_arena, &count, &test_err) == 0 && count == 1);
    MUST(tx_commit(slow, &test_err) == 0);
    MUST(audit_seal(db, test_arena, &count, &test_err) == 0 && count == 1);
    MUST(audit_verify(db, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0 && r.first_bad_no == 0 && r.unsealed == 0);
    db_close(slow);
    db_close(db);
}

/* ---- tampering, by somebody who holds the whole database but not the key ---- */

static const char *tamper_edit(int64_t no)
{
    /* clang-format off */
    static const char *const changes[] = {
        "at = at + INTERVAL 1 MICROSECOND", "case_at = COALESCE(case_at, at) + INTERVAL 1 SECOND", "request_id = CONCAT(request_id, 'x')",
        "session = 'fedcba9876543210'", "person = 'u-2'", "person_name = '王二'", "organ = 'techx'", "unit = 'edu'",
        "address = '10.0.0.2'", "what = 'project.read'", "object = 'project/99'", "result = 'failed'", "reason = 'x'",
        "articles = '7,1'", "before_sm3 = ''", "after_sm3 = 'b'", "detail = '[]'",
        "unit = organ, organ = ''", /* the same letters in another field */
        "mac = REVERSE(mac)",
    };
    /* clang-format on */
    return arena_fmt(test_arena, "UPDATE audit SET %s WHERE id = (SELECT audit_id FROM audit_link WHERE no = %" PRId64 ")",
                     changes[test_chance(ARRAY_LEN(changes))], no);
}

static const char *tamper_swap(int64_t no, int64_t other)
{
    return arena_fmt(test_arena,
                     "SET @x = (SELECT audit_id FROM audit_link WHERE no = %" PRId64 "), @y = (SELECT audit_id FROM audit_link WHERE no = %" PRId64 ");"
                     "UPDATE audit SET id = -1 WHERE id = @x; UPDATE audit SET id = @x WHERE id = @y; UPDATE audit SET id = @y WHERE id = -1",
                     no, other);
}

static const char *tamper_swap_links(int64_t no, int64_t other)
{
    return arena_fmt(test_arena,
                     "UPDATE audit_link SET no = -1 WHERE no = %" PRId64 "; UPDATE audit_link SET no = %" PRId64 " WHERE no = %" PRId64
                     "; UPDATE audit_link SET no = %" PRId64 " WHERE no = -1",
                     no, no, other, other);
}

#define AUDIT_COPY                                                                                                       \
    "INSERT INTO audit (at, case_at, request_id, session, person, person_name, organ, unit, address, what, object, result," \
    " reason, articles, before_sm3, after_sm3, detail, mac) SELECT at, case_at, request_id, session, person, person_name," \
    " organ, unit, address, what, object, result, reason, articles, before_sm3, after_sm3, detail, "

/* Statements of one random tampering. */
static const char *tamper(int kind, int64_t no, int64_t other)
{
    switch (kind) {
    case 0:
    case 1:
        return tamper_edit(no);
    case 2: /* the row goes, the link stays */
        return arena_fmt(test_arena, "DELETE FROM audit WHERE id = (SELECT audit_id FROM audit_link WHERE no = %" PRId64 ")", no);
    case 3: /* both go */
        return arena_fmt(test_arena,
                         "SET @x = (SELECT audit_id FROM audit_link WHERE no = %" PRId64 "); DELETE FROM audit_link WHERE no = %" PRId64
                         "; DELETE FROM audit WHERE id = @x",
                         no, no);
    case 4:
        return tamper_swap(no, other);
    case 5:
        return tamper_swap_links(no, other);
    case 6: /* forged: a row with a MAC made up */
        return AUDIT_COPY "SHA2('guess', 256) FROM audit ORDER BY id LIMIT 1";
    case 7: /* copied: a row with a true MAC, a second time */
        return arena_fmt(test_arena, AUDIT_COPY "mac FROM audit WHERE id = (SELECT audit_id FROM audit_link WHERE no = %" PRId64 ")", no);
    case 8: /* the link alone goes */
        return arena_fmt(test_arena, "DELETE FROM audit_link WHERE no = %" PRId64, no);
    default: /* closed up after a deletion: the numbers are contiguous again */
        return arena_fmt(test_arena,
                         "SET @x = (SELECT audit_id FROM audit_link WHERE no = %" PRId64 "); DELETE FROM audit_link WHERE no = %" PRId64
                         "; DELETE FROM audit WHERE id = @x; UPDATE audit_link SET no = no - 1 WHERE no > %" PRId64 " ORDER BY no",
                         no, no, no);
    }
}

static void tampering_is_found_sixty_times(void)
{
    struct db *root = test_root("gz_alpha");
    struct audit_report r;
    int64_t links = test_number(root, "test.links", "SELECT COUNT(*) FROM audit_link");

    MUST(test_script(root, "SET foreign_key_checks = 0, check_constraint_checks = 0") == 0);
    for (int i = 0; i < AUDIT_TAMPERINGS; i++) {
        int kind = i % 10;
        int64_t no = 1 + test_chance(links - 1), other = no == 1 ? links : no - 1;
        const char *sql = tamper(kind, no, other);
        MUST(tx_begin(root, &test_err) == 0 && test_script(root, sql) == 0);
        MUST(audit_verify(root, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0);
        if (r.first_bad_no == 0)
            printf("not found: %s\n", sql);
        MUST(r.first_bad_no > 0 && r.why[0] != '\0');
        MUST(kind == 6 || kind == 7 || r.first_bad_no == (no < other || kind < 4 || kind > 5 ? no : other));
        tx_rollback(root);
        MUST(!db_is_broken(root));
    }
    MUST(audit_verify(root, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0 && r.first_bad_no == 0);
    db_close(root);
}

/* Whoever holds the database can cut the tail or link everything anew; a head noted elsewhere tells. */
static void a_noted_head_finds_a_cut_tail_and_a_rebuilt_chain(void)
{
    struct db *root = test_root("gz_alpha");
    struct audit_anchor head, middle;
    struct audit_report r;
    int64_t count;

    MUST(audit_head(root, test_arena, &head, &test_err) == 0 && head.no > AUDIT_ROWS);
    MUST(audit_verify_from(root, test_arena, KEY, sizeof KEY - 1, &head, &r, &test_err) == 0);
    MUST(r.first_bad_no == 0 && r.links == head.no && text_eq(r.head, head.hash));
    for (int i = 1; i <= 10; i++) {
        const char *cut = arena_fmt(test_arena,
                                    "SET foreign_key_checks = 0; DELETE FROM audit WHERE id IN (SELECT audit_id FROM audit_link WHERE no > %" PRId64
                                    "); DELETE FROM audit_link WHERE no > %" PRId64,
                                    head.no - i, head.no - i);
        MUST(tx_begin(root, &test_err) == 0 && test_script(root, cut) == 0);
        MUST(audit_verify_from(root, test_arena, KEY, sizeof KEY - 1, &head, &r, &test_err) == 0);
        MUST(r.first_bad_no == head.no - i + 1 && strstr(r.why, "截去") != NULL);
        tx_rollback(root);
    }
    middle = head;
    /* for good, being the last test: one row goes, the chain is sealed again over the rest */
    MUST(test_script(root, "DELETE FROM audit_link; DELETE FROM audit WHERE request_id = 'r-77'") == 0);
    MUST(audit_seal(root, test_arena, &count, &test_err) == 0 && count == head.no - 1);
    MUST(audit_one(root, 9000) == 0 && audit_seal(root, test_arena, &count, &test_err) == 0 && count == 1);
    MUST(audit_verify(root, test_arena, KEY, sizeof KEY - 1, &r, &test_err) == 0 && r.first_bad_no == 0); /* alone it looks whole */
    MUST(audit_verify_from(root, test_arena, KEY, sizeof KEY - 1, &middle, &r, &test_err) == 0);
    MUST(r.first_bad_no == head.no && strstr(r.why, "留存") != NULL);
    db_close(root);
}

const struct test TESTS_AUDIT[] = {
    {"rows are added and listed", rows_are_added_and_listed},
    {"rows not yet linked are checked too", rows_not_yet_linked_are_checked_too},
    {"several sealers make one chain", several_sealers_make_one_chain},
    {"a late row is linked after all", a_late_row_is_linked_after_all},
    {"tampering is found sixty times", tampering_is_found_sixty_times},
    {"a noted head finds a cut tail and a rebuilt chain", a_noted_head_finds_a_cut_tail_and_a_rebuilt_chain},
    {NULL, NULL},
};
