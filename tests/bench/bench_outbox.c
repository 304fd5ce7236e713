/*
 * tests/bench/bench_outbox.c - durable outbox rows a second: by the store's own road, and by a bare client
 *
 *   bench_outbox SOCKET USER SCHEMA PROJECT WRITERS SECONDS PEERS store|bare
 *
 * As many processes as writers, each with a connection of its own and one row a commit. store: a transaction with
 * outbox_add; the number comes when the row is sealed. bare: nothing but the prepared INSERT of the same row, numbered.
 * Prints "N rows"; the rows stay, under peers named bench-…, for the caller to remove.
 */
#include "config.h"

#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/text.h"
#include "store/filing.h"

enum { ENVELOPE_BYTES = 1500, WRITERS_MAX = 256 };

struct plan {
    const char *socket, *user, *schema;
    int64_t project;
    int writers, seconds, peers, bare;
};

static char envelope[ENVELOPE_BYTES + 1];

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    _exit(1);
}

static struct outbox message(const struct plan *p, struct arena *a, int writer, int64_t n)
{
    int64_t id = crypto_ident(instant_now() / 1000);

    return (struct outbox){.id = id,
                           .project = p->project,
                           .event_seq = 1,
                           .filing = "bench",
                           .peer = arena_fmt(a, "bench-%d", writer % p->peers),
                           .tenant_seq = p->bare ? (n * p->writers + writer + 1) : 0,
                           .version = id,
                           .content = envelope,
                           .content_mac = "8f2d0000000000000000000000000000000000000000000000000000000000aa",
                           .sm3 = "8f2d0000000000000000000000000000000000000000000000000000000000aa",
                           .signature = "MEUCIQDJ0c1l2a9b",
                           .key_id = "bench",
                           .created_at = instant_now(),
                           .lease_owner = "",
                           .last_error = "",
                           .stored_receipt = "",
                           .decided_receipt = "",
                           .title = "计量用报送件"};
}

/* ---- the store's road ---- */

static int64_t store_write(const struct plan *p, int writer, int64_t end_ms)
{
    struct db_place place = {
        .socket = p->socket, .user = p->user, .password = "", .schema = p->schema, .timeout_s = 60};
    struct arena *a = arena_new("bench", 1 << 22);
    struct err e = {0};
    struct db *db;
    int64_t n = 0;

    if (db_open(&place, &db, &e) < 0)
        stop("open", e.detail);
    while (clock_monotonic_ms() < end_ms) {
        struct outbox m = message(p, a, writer, n);

        if (tx_begin(db, &e) < 0 || outbox_add(db, a, &m, &e) < 0 || tx_commit(db, &e) < 0)
            stop("add", e.detail);
        arena_reset(a);
        n++;
    }
    db_close(db);
    return n;
}

/* ---- the bare client ---- */

#define BARE_SQL                                                                                                       \
    "INSERT INTO outbox (id, project, event_seq, filing, peer, tenant_seq, version, sm3, signature, key_id, state,"    \
    " created_at, next_try, title, content, envelope) VALUES (?, ?, 1, 'bench', ?, ?, ?, ?, ?, 'bench', 'queued', ?, " \
    "?, ?, ?, '')"

static void text_bind(MYSQL_BIND *b, unsigned long *length, const char *s)
{
    *length = strlen(s);
    *b = (MYSQL_BIND){
        .buffer_type = MYSQL_TYPE_STRING, .buffer = (void *)(uintptr_t)s, .buffer_length = *length, .length = length};
}

static void id_bind(MYSQL_BIND *b, int64_t *v)
{
    *b = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_LONGLONG, .buffer = v};
}

static void bare_add(MYSQL_STMT *s, struct arena *a, struct outbox *m)
{
    const char *now = instant_sql(a, m->created_at);
    unsigned long length[8];
    MYSQL_BIND b[11];

    id_bind(&b[0], &m->id);
    id_bind(&b[1], &m->project);
    text_bind(&b[2], &length[0], m->peer);
    id_bind(&b[3], &m->tenant_seq);
    id_bind(&b[4], &m->version);
    text_bind(&b[5], &length[1], m->sm3);
    text_bind(&b[6], &length[2], m->signature);
    text_bind(&b[7], &length[3], now);
    text_bind(&b[8], &length[4], now);
    text_bind(&b[9], &length[5], m->title);
    text_bind(&b[10], &length[6], m->content);
    if (mysql_stmt_bind_param(s, b) || mysql_stmt_execute(s))
        stop("insert", mysql_stmt_error(s));
}

static int64_t bare_write(const struct plan *p, int writer, int64_t end_ms)
{
    struct arena *a = arena_new("bench", 1 << 22);
    MYSQL *m = mysql_init(NULL);
    int64_t n = 0;

    if (m == NULL || !mysql_real_connect(m, "localhost", p->user, "", p->schema, 0, p->socket, 0) ||
        mysql_set_character_set(m, "utf8mb4"))
        stop("connect", mysql_error(m));
    MYSQL_STMT *s = mysql_stmt_init(m);
    if (s == NULL || mysql_stmt_prepare(s, BARE_SQL, strlen(BARE_SQL)))
        stop("prepare", mysql_error(m));
    while (clock_monotonic_ms() < end_ms) {
        struct outbox row = message(p, a, writer, n);

        bare_add(s, a, &row);
        arena_reset(a);
        n++;
    }
    mysql_close(m);
    return n;
}

int main(int argc, char **argv)
{
    if (argc != 9) {
        fprintf(stderr, "usage: bench_outbox SOCKET USER SCHEMA PROJECT WRITERS SECONDS PEERS store|bare\n");
        return 2;
    }
    struct plan p = {.socket = argv[1],
                     .user = argv[2],
                     .schema = argv[3],
                     .project = atoll(argv[4]),
                     .writers = atoi(argv[5]),
                     .seconds = atoi(argv[6]),
                     .peers = atoi(argv[7]),
                     .bare = text_eq(argv[8], "bare")};
    if (p.writers < 1 || p.writers > WRITERS_MAX || p.peers < 1)
        stop("writers", "1 to 256; peers at least 1");
    memset(envelope, 'x', ENVELOPE_BYTES);
    int64_t *done = mmap(NULL, sizeof *done * WRITERS_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t end_ms = clock_monotonic_ms() + (int64_t)p.seconds * 1000, total = 0;
    int failed = 0, status;

    for (int i = 0; i < p.writers; i++)
        if (fork() == 0) {
            done[i] = p.bare ? bare_write(&p, i, end_ms) : store_write(&p, i, end_ms);
            _exit(0);
        }
    while (wait(&status) > 0)
        failed |= status;
    for (int i = 0; i < p.writers; i++)
        total += done[i];
    printf("%lld rows\n", (long long)total);
    return failed ? 1 : 0;
}
