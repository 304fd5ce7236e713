/*
 * tests/store/test_filing.c - outbox and inbox: order, leases, fences, decisions, repeats, gaps
 */
#include "config.h"

#include "store_test.h"

#include <sys/wait.h>
#include <unistd.h>

static const instant SECOND = INT64_C(1000000);

static struct outbox message_of(int64_t id, int64_t project, const char *peer, int64_t version)
{
    return (struct outbox){.id = id, .project = project, .event_seq = version, .filing = peer, .peer = peer, .version = version,
                           .content = "{\"title\":\"报送\"}", .content_mac = "m", .created_at = test_now(), .next_try = INSTANT_NONE,
                           .title = "清单项目"};
}

static int message_queue(struct db *db, int64_t id, int64_t project, const char *peer, int64_t version)
{
    struct outbox m = message_of(id, project, peer, version);

    if (tx_begin(db, &test_err) < 0 || outbox_add(db, test_arena, &m, &test_err) < 0) {
        tx_rollback(db);
        return -1;
    }
    return tx_commit(db, &test_err);
}

static int message_seal(struct db *db, int64_t id, const char *peer, int64_t *ret_seq)
{
    struct outbox m = {.id = id, .envelope = "{\"v\":1,\"title\":\"报送\"}", .sm3 = "s", .signature = "sig", .key_id = "k"};

    if (tx_begin(db, &test_err) < 0 || outbox_seq_take(db, test_arena, peer, 1, &m.tenant_seq, &test_err) < 0 ||
        outbox_seal(db, test_arena, &m, &test_err) < 0) {
        tx_rollback(db);
        return -1;
    }
    *ret_seq = m.tenant_seq;
    return tx_commit(db, &test_err);
}

static int message_add(struct db *db, int64_t id, int64_t project, const char *peer, int64_t version, int64_t *ret_seq)
{
    return message_queue(db, id, project, peer, version) < 0 ? -1 : message_seal(db, id, peer, ret_seq);
}

/* Two acts that file to one bureau: neither waits for the other's commit, and neither has a number before it is sealed. */
static void filings_to_one_bureau_do_not_wait_for_each_other(void)
{
    struct db *one = test_district(), *two = test_district();
    struct db *root = test_root("gz_alpha");
    struct outbox a = message_of(1, 2001, "city", 1), *rows, m;
    size_t n;
    int64_t first, seq;

    MUST(tx_begin(one, &test_err) == 0 && outbox_add(one, test_arena, &a, &test_err) == 0);
    MUST(outbox_get(one, test_arena, 1, &m, &test_err) == 1 && m.tenant_seq == 0); /* it stands there, uncommitted */
    MUST(message_queue(two, 2, 2002, "city", 1) == 0);
    MUST(tx_commit(one, &test_err) == 0);
    MUST(outbox_claim(two, test_arena, "p", test_now(), 60, &m, &test_err) == 0); /* nothing unsealed is claimed */
    MUST(message_queue(one, 3, 2001, "city", 2) == 0);

    MUST(outbox_seal_lock(one, test_arena, &test_err) == 1 && outbox_seal_lock(two, test_arena, &test_err) == 0);
    MUST(outbox_unsealed(one, test_arena, 10, &rows, &n, &test_err) == 0 && n == 2 && rows[0].id == 1 && rows[1].id == 2);
    MUST(text_eq(rows[0].content, "{\"title\":\"报送\"}") && text_eq(rows[0].content_mac, "m"));
    MUST(tx_begin(one, &test_err) == 0 && outbox_seq_take(one, test_arena, "city", 2, &first, &test_err) == 0 && first == 1);
    tx_rollback(one); /* a sealer that dies gives them back */
    MUST(message_seal(one, 1, "city", &seq) == 0 && seq == 1);
    MUST_ERR(message_seal(one, 1, "city", &seq), ERR_STALE); /* written once */
    MUST(outbox_unsealed(one, test_arena, 10, &rows, &n, &test_err) == 0 && n == 2 && rows[0].id == 2 && rows[1].id == 3);
    MUST(tx_begin(one, &test_err) == 0 && outbox_seq_take(one, test_arena, "city", 5, &first, &test_err) == 0 && first == 2);
    MUST(outbox_seq_take(one, test_arena, "city", 1, &first, &test_err) == 0 && first == 7);
    tx_rollback(one);
    MUST(outbox_seal_unlock(one, test_arena, &test_err) == 1);
    MUST(test_script(root, "DELETE FROM outbox; DELETE FROM outbox_series") == 0);
    db_close(root);
    db_close(one);
    db_close(two);
}

static void messages_are_numbered_without_gaps(void)
{
    struct db *db = test_district();
    struct outbox m;
    int64_t seq;

    MUST(message_add(db, 1, 2001, "city", 1, &seq) == 0 && seq == 1);
    MUST(message_add(db, 2, 2001, "city", 2, &seq) == 0 && seq == 2);
    MUST_ERR(message_add(db, 3, 2001, "city", 2, &seq), ERR_CONFLICT); /* the version was filed; the number goes back */
    MUST(message_add(db, 3, 2002, "city", 1, &seq) == 0 && seq == 3);
    MUST(message_add(db, 4, 2001, "province", 1, &seq) == 0 && seq == 1);
    MUST(outbox_get(db, test_arena, 1, &m, &test_err) == 1 && text_eq(m.state, "queued") && m.next_try == test_now());
    MUST(text_eq(m.envelope, "{\"v\":1,\"title\":\"报送\"}") && text_eq(m.title, "清单项目") && m.done_at == INSTANT_NONE);
    MUST(outbox_get(db, test_arena, 99, &m, &test_err) == 0);
    db_close(db);
}

static void only_the_oldest_undone_of_a_project_is_claimed(void)
{
    struct db *one = test_district(), *two = test_district();
    struct outbox a, b, c, d;
    instant now = test_now();

    MUST(outbox_claim(one, test_arena, "p1", now - 1, 60, &a, &test_err) == 0); /* not due yet */
    MUST(outbox_claim(one, test_arena, "p1", now, 60, &a, &test_err) == 1);
    MUST(outbox_claim(two, test_arena, "p2", now, 60, &b, &test_err) == 1);
    MUST(outbox_claim(one, test_arena, "p1", now, 60, &c, &test_err) == 1);
    MUST(outbox_claim(two, test_arena, "p2", now, 60, &d, &test_err) == 0); /* message 2 waits for message 1 */
    MUST(a.id == 1 && b.id == 3 && c.id == 4); /* another peer is not held up */
    MUST(text_eq(a.state, "leased") && a.fence == 1 && a.attempts == 1 && a.lease_until == now + 60 * SECOND && text_eq(a.lease_owner, "p1"));
    MUST(a.envelope != NULL && text_eq(a.envelope, b.envelope));
    MUST(outbox_settle(one, test_arena, &a, "stored", INSTANT_NONE, 200, "", "{\"receipt\":1}", now, &test_err) == 0);
    MUST(outbox_claim(two, test_arena, "p2", now, 60, &d, &test_err) == 1 && d.id == 2);
    db_close(one);
    db_close(two);
}

/* P4: the first sender slept past its lease; its completion must not count */
static void a_fence_shuts_the_late_sender_out(void)
{
    struct db *one = test_district(), *two = test_district();
    struct outbox late, now_owner, m;
    instant now = test_now();

    MUST(outbox_get(one, test_arena, 3, &late, &test_err) == 1 && text_eq(late.state, "leased"));
    MUST(outbox_claim(two, test_arena, "p2", now + 59 * SECOND, 60, &now_owner, &test_err) == 0);
    MUST(outbox_claim(two, test_arena, "p2", now + 60 * SECOND, 600, &now_owner, &test_err) == 1);
    MUST(now_owner.id != 0);
    MUST(outbox_get(one, test_arena, now_owner.id, &m, &test_err) == 1 && m.fence == 2 && m.attempts == 2);
    late = m, late.fence = 1;
    MUST_ERR(outbox_settle(one, test_arena, &late, "stored", INSTANT_NONE, 200, "", "{\"late\":1}", now, &test_err), ERR_STALE);
    MUST(outbox_settle(two, test_arena, &now_owner, "queued", now + 90 * SECOND, 503, "对方系统繁忙", NULL, now, &test_err) == 0);
    MUST_ERR(outbox_settle(two, test_arena, &now_owner, "stored", INSTANT_NONE, 200, "", "{\"again\":1}", now, &test_err), ERR_STALE);
    MUST(outbox_get(one, test_arena, now_owner.id, &m, &test_err) == 1);
    MUST(text_eq(m.state, "queued") && m.next_try == now + 90 * SECOND && m.last_status == 503 && text_eq(m.last_error, "对方系统繁忙"));
    MUST(text_eq(m.stored_receipt, "") && m.lease_until == INSTANT_NONE && text_eq(m.lease_owner, ""));
    db_close(one);
    db_close(two);
}

static void decisions_come_once_and_after_the_receipt(void)
{
    struct db *db = test_district();
    struct outbox m, *rows;
    size_t n;
    instant now = test_now();

    MUST_ERR(outbox_decide(db, test_arena, 2, "accepted", "{}", now, &test_err), ERR_STALE); /* still leased */
    MUST_ERR(outbox_decide(db, test_arena, 99, "accepted", "{}", now, &test_err), ERR_NOT_FOUND);
    MUST_ERR(outbox_decide(db, test_arena, 1, "dead", "{}", now, &test_err), ERR_CONFLICT);
    MUST(outbox_undecided(db, test_arena, now, 10, &rows, &n, &test_err) == 0 && n == 0); /* stored a moment ago */
    MUST(outbox_undecided(db, test_arena, now + 1, 10, &rows, &n, &test_err) == 0 && n == 1 && rows[0].id == 1 && rows[0].envelope == NULL);
    MUST(outbox_asked(db, test_arena, 1, now + 10, &test_err) == 0);
    MUST(outbox_undecided(db, test_arena, now + 10, 10, &rows, &n, &test_err) == 0 && n == 0);
    MUST(outbox_decide(db, test_arena, 1, "returned", "{\"r\":1}", now + 20, &test_err) == 1);
    MUST(outbox_decide(db, test_arena, 1, "returned", "{\"r\":1}", now + 30, &test_err) == 0);
    MUST(outbox_decide(db, test_arena, 1, "accepted", "{\"r\":2}", now + 30, &test_err) == 0);
    MUST(outbox_get(db, test_arena, 1, &m, &test_err) == 1 && text_eq(m.state, "returned"));
    MUST(text_eq(m.decided_receipt, "{\"r\":1}") && text_eq(m.stored_receipt, "{\"receipt\":1}") && m.done_at == now + 20);
    db_close(db);
}

static void people_move_messages_along_the_table_only(void)
{
    struct db *db = test_district();
    struct outbox m, *rows;
    size_t n;
    int64_t count;
    instant now = test_now() + 1000 * SECOND;

    MUST(outbox_claim(db, test_arena, "p1", now, 60, &m, &test_err) == 1);
    MUST(outbox_settle(db, test_arena, &m, "dead", INSTANT_NONE, 422, "对方不收", NULL, now, &test_err) == 0);
    MUST_ERR(outbox_move(db, test_arena, m.id, "dead", "accepted", now, now, &test_err), ERR_CONFLICT);
    MUST_ERR(outbox_move(db, test_arena, m.id, "hold", "queued", now, now, &test_err), ERR_STALE);
    MUST(outbox_move(db, test_arena, m.id, "dead", "queued", now, now, &test_err) == 0);
    MUST(outbox_get(db, test_arena, m.id, &m, &test_err) == 1 && text_eq(m.state, "queued") && m.done_at == INSTANT_NONE);
    MUST(outbox_move_peer(db, test_arena, m.peer, "queued", "hold", INSTANT_NONE, now, &count, &test_err) == 0 && count >= 1);
    MUST(outbox_list(db, test_arena, 0, "hold", "", 0, 10, &rows, &n, &test_err) == 0 && n == (size_t)count && rows[0].envelope == NULL);
    MUST(outbox_move_peer(db, test_arena, m.peer, "hold", "queued", now, now, &count, &test_err) == 0 && count == (int64_t)n);
    MUST(outbox_list(db, test_arena, 2001, "", "", 0, 10, &rows, &n, &test_err) == 0 && n == 3);
    db_close(db);
}

static void attempts_and_shape_are_told(void)
{
    struct db *db = test_district();
    struct outbox_attempt t = {.message = 1, .at = test_now(), .fence = 1, .status = 200, .error = "", .request_sm3 = "r", .answer = "{}"};
    struct outbox_attempt *attempts;
    struct outbox_shape *shapes;
    size_t n;
    int64_t all = 0;
    char *longer = arena_alloc(test_arena, 2000);

    MUST(outbox_attempt_add(db, test_arena, &t, &test_err) == 0);
    for (size_t i = 0; i + 3 < 1999; i += 3)
        memcpy(longer + i, "错", 3);
    t.error = longer, t.fence = 2; /* an answer of any length is cut, not refused */
    MUST(outbox_attempt_add(db, test_arena, &t, &test_err) == 0);
    MUST(outbox_attempts(db, test_arena, 1, &attempts, &n, &test_err) == 0 && n == 2);
    MUST(attempts[0].fence == 1 && attempts[0].at == test_now() && attempts[1].fence == 2 && text_starts(longer, attempts[1].error));
    MUST(outbox_shapes(db, test_arena, &shapes, &n, &test_err) == 0 && n >= 2);
    for (size_t i = 0; i < n; i++) {
        MUST(shapes[i].oldest == test_now());
        all += shapes[i].count;
    }
    MUST(all == 3); /* message 1 is decided */
    db_close(db);
}

/* Child: claims and settles until nothing is left. */
static int push_all(int which)
{
    struct db *db = test_district();
    struct outbox m;
    const char *owner = arena_fmt(test_arena, "pusher-%d", which);
    int rc, tries = 0;

    for (;;) {
        rc = outbox_claim(db, test_arena, owner, test_now() + 5000 * SECOND, 3600, &m, &test_err);
        if (rc < 0 && db_may_retry(&test_err))
            continue;
        if (rc < 0)
            break;
        if (rc == 0) {
            if (++tries > 20) /* others may hold the older ones: look again a few times */
                break;
            usleep(5000);
            continue;
        }
        struct outbox_attempt t = {.message = m.id, .at = instant_now(), .fence = m.fence, .status = 200, .error = owner};
        if (outbox_attempt_add(db, test_arena, &t, &test_err) < 0 ||
            outbox_settle(db, test_arena, &m, "stored", INSTANT_NONE, 200, "", "{}", test_now(), &test_err) < 0)
            break;
    }
    if (rc < 0)
        printf("pusher %d: %s\n", which, test_err.detail);
    db_close(db);
    return rc < 0;
}

static void four_pushers_send_each_message_once_and_in_order(void)
{
    struct db *db = test_district();
    struct db *root = test_root("gz_alpha");
    pid_t child[4];
    int64_t seq;
    int status, bad = 0;

    MUST(test_script(root, "DELETE FROM outbox_attempt; DELETE FROM outbox") == 0);
    for (int64_t i = 0; i < 60; i++)
        MUST(message_add(db, 1000 + i, 2000 + i % 6, "city", 10 + i / 6, &seq) == 0);
    db_close(db);
    db_close(root); /* a child must not inherit a connection */
    for (int k = 0; k < 4; k++)
        if ((child[k] = fork()) == 0)
            _exit(push_all(k));
    for (int k = 0; k < 4; k++)
        bad += waitpid(child[k], &status, 0) != child[k] || status != 0;
    MUST(bad == 0);
    root = test_root("gz_alpha");
    MUST(test_number(root, "test.all_stored", "SELECT COUNT(*) FROM outbox WHERE state = 'stored' AND attempts = 1 AND fence = 1") == 60);
    MUST(test_number(root, "test.once", "SELECT COUNT(*) FROM outbox_attempt") == 60);
    MUST(test_number(root, "test.out_of_order",
                     "SELECT COUNT(*) FROM outbox_attempt x JOIN outbox a ON a.id = x.message JOIN outbox b ON b.project = a.project"
                     " AND b.tenant_seq < a.tenant_seq JOIN outbox_attempt y ON y.message = b.id WHERE y.id > x.id") == 0);
    MUST(test_number(root, "test.shared", "SELECT COUNT(DISTINCT error) FROM outbox_attempt") >= 2);
    db_close(root);
}

/* ---- inbox ---- */

static struct inbox inbox_of(const char *sender, int64_t id, int64_t seq)
{
    return (struct inbox){.id = id, .sender = sender, .sender_name = "某区", .sender_seq = seq, .version = 1, .filing = "initiation",
                          .title = "某项目", .unit_name = "某局", .envelope = "{\"b\":1}", .sm3 = "s", .signature = "g", .key_id = "k",
                          .received_at = test_now() + seq, .stored_receipt = "{\"signed\":1}", .decided_at = INSTANT_NONE};
}

static void a_repeat_gets_the_same_receipt(void)
{
    struct db *db = test_district();
    struct inbox m = inbox_of("east", 5, 1), r;

    MUST(inbox_add(db, test_arena, &m, &test_err) == 0);
    struct inbox again = m;
    again.stored_receipt = "{\"signed\":2}";
    MUST_ERR(inbox_add(db, test_arena, &again, &test_err), ERR_CONFLICT);
    MUST(inbox_get(db, test_arena, "east", 5, &r, &test_err) == 1 && text_eq(r.stored_receipt, "{\"signed\":1}") && text_eq(r.envelope, "{\"b\":1}"));
    again = inbox_of("east", 6, 1); /* another message under a number already used */
    MUST_ERR(inbox_add(db, test_arena, &again, &test_err), ERR_CONFLICT);
    MUST(strstr(test_err.detail, "inbox_seq") != NULL && inbox_get(db, test_arena, "east", 6, &r, &test_err) == 0);
    again = inbox_of("west", 5, 1); /* the same id from another sender is another message */
    MUST(inbox_add(db, test_arena, &again, &test_err) == 0);
    db_close(db);
}

static void an_inbox_message_is_decided_once(void)
{
    struct db *one = test_district(), *two = test_district();
    struct inbox a, b, r;

    MUST(tx_begin(one, &test_err) == 0 && inbox_lock(one, test_arena, "east", 5, &a, &test_err) == 1);
    MUST(inbox_get(two, test_arena, "east", 5, &b, &test_err) == 1 && b.row_version == 1);
    MUST(inbox_decide(one, test_arena, &a, "accepted", "{\"d\":1}", test_now(), "u-9", NULL, &test_err) == 0);
    MUST(tx_commit(one, &test_err) == 0);
    MUST_ERR(inbox_decide(two, test_arena, &b, "returned", "{\"d\":2}", test_now(), "u-8", "[\"x\"]", &test_err), ERR_STALE);
    MUST_ERR(inbox_decide(two, test_arena, &b, "stored", "{}", test_now(), "u-8", NULL, &test_err), ERR_INTERNAL);
    MUST(inbox_get(two, test_arena, "east", 5, &r, &test_err) == 1 && text_eq(r.state, "accepted") && text_eq(r.decided_receipt, "{\"d\":1}"));
    MUST(text_eq(r.decided_by, "u-9") && r.decided_at == test_now() && text_eq(r.reasons, "[]") && r.row_version == 2);
    db_close(one);
    db_close(two);
}

static void gaps_in_a_sender_s_numbers_are_found(void)
{
    struct db *db = test_district();
    struct inbox_gap *gaps;
    struct inbox *rows;
    size_t n;
    static const int64_t seqs[] = {2, 3, 7, 9};

    for (size_t i = 0; i < ARRAY_LEN(seqs); i++) {
        struct inbox m = inbox_of("north", 100 + seqs[i], seqs[i]);
        MUST(inbox_add(db, test_arena, &m, &test_err) == 0);
    }
    MUST(inbox_gaps(db, test_arena, &gaps, &n, &test_err) == 0 && n == 3);
    MUST(text_eq(gaps[0].sender, "north") && gaps[0].from == 1 && gaps[0].to == 1);
    MUST(gaps[1].from == 4 && gaps[1].to == 6 && gaps[2].from == 8 && gaps[2].to == 8);
    MUST(inbox_list(db, test_arena, "stored", "north", NULL, 3, &rows, &n, &test_err) == 0 && n == 3 && rows[0].sender_seq == 2); /* who waits longest stands first */
    MUST(rows[0].envelope == NULL && rows[2].sender_seq == 7);
    struct inbox_place after = {.at = rows[2].received_at, .id = rows[2].id};
    MUST(inbox_list(db, test_arena, "stored", "north", &after, 3, &rows, &n, &test_err) == 0 && n == 1 && rows[0].sender_seq == 9);
    MUST(inbox_list(db, test_arena, "", "north", NULL, 3, &rows, &n, &test_err) == 0 && n == 3 && rows[0].sender_seq == 9);
    after = (struct inbox_place){.at = rows[2].received_at, .id = rows[2].id};
    MUST(inbox_list(db, test_arena, "", "north", &after, 3, &rows, &n, &test_err) == 0 && n == 1 && rows[0].sender_seq == 2);
    struct inbox_count *counts;
    MUST(inbox_counts(db, test_arena, 3, &counts, &n, &test_err) == 0 && n == 3);
    MUST(text_eq(counts[0].state, "stored") && counts[0].count == 3 && text_eq(counts[1].state, "accepted"));
    MUST(inbox_list(db, test_arena, "", "", NULL, 100, &rows, &n, &test_err) == 0 && n == 6);
    db_close(db);
}

const struct test TESTS_FILING[] = {
    {"filings to one bureau do not wait for each other", filings_to_one_bureau_do_not_wait_for_each_other},
    {"messages are numbered without gaps", messages_are_numbered_without_gaps},
    {"only the oldest undone of a project is claimed", only_the_oldest_undone_of_a_project_is_claimed},
    {"a fence shuts the late sender out", a_fence_shuts_the_late_sender_out},
    {"decisions come once and after the receipt", decisions_come_once_and_after_the_receipt},
    {"people move messages along the table only", people_move_messages_along_the_table_only},
    {"attempts and shape are told", attempts_and_shape_are_told},
    {"four pushers send each message once and in order", four_pushers_send_each_message_once_and_in_order},
    {"a repeat gets the same receipt", a_repeat_gets_the_same_receipt},
    {"an inbox message is decided once", an_inbox_message_is_decided_once},
    {"gaps in a sender's numbers are found", gaps_in_a_sender_s_numbers_are_found},
    {NULL, NULL},
};
