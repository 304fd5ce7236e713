/*
 * exchange/seal.c - a batch of frozen contents becomes numbered, signed envelopes: fcgi/adr/0009
 *
 * Not in the act's transaction: the series of a peer is one row, held until the commit, and a signature takes longer
 * than the rest of the act. What is rolled back here (a killed pusher, a lost connection) gives its numbers back.
 */
#include "config.h"

#include "exchange/seal.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "exchange/trail.h"

/* contents are at most 512 KB each */
enum { BATCH_MAX = 200, BATCH_BYTES_MAX = 256 * 1024 * 1024, SCRATCH_BYTES_MAX = 64 * 1024 * 1024 };

struct batch {
    const struct push_job *job;
    const struct house *house;
    struct db *db;
    struct arena *a, *scratch; /* scratch: for one message */
    struct outbox *rows;
    size_t count;
};

const char *seal_mac(struct arena *a, const struct district *d, const struct outbox *m)
{
    unsigned char mac[CRYPTO_SM3_BYTES];
    const char *text =
        arena_fmt(a, "guizhang-filing-1:%lld:%lld:%lld:%zu:%s:%zu:%s:%s", (long long)m->id, (long long)m->project,
                  (long long)m->version, strlen(m->peer), m->peer, strlen(m->filing), m->filing, m->content);

    crypto_hmac(d->audit_key, sizeof d->audit_key, text, strlen(text), mac);
    return crypto_hex(a, mac, sizeof mac);
}

/* P2: what is not the content the act froze gets no number and no signature. */
static int corrupt(const struct batch *b, struct outbox *m, struct err *e)
{
    static const char *const why = "内容与办理时固定的不符，未编号，未发送";
    const struct push_job *job = b->job;
    struct desk d = desk_of_system(job->platform, job->district, b->a, "");

    if (outbox_move(b->db, b->a, m->id, "queued", "corrupt", INSTANT_NONE, d.machine_now, e) < 0 ||
        trail_add(b->db, &d, "outbox.seal", arena_fmt(b->a, "outbox/%lld", (long long)m->id), "refused", why, NULL, e) <
            0)
        return -1;
    m->state = "corrupt";
    if (job->report != NULL) {
        struct push_report r = {.tenant = job->district->tenant->id,
                                .peer = m->peer,
                                .filing = m->filing,
                                .id = m->id,
                                .what = "seal",
                                .state = m->state,
                                .error = why};

        job->report(&r);
    }
    return 0;
}

static int part_corrupt(const struct batch *b, struct err *e)
{
    for (size_t i = 0; i < b->count; i++) {
        struct outbox *m = &b->rows[i];

        arena_reset(b->scratch);
        if (!text_eq(m->content_mac, seal_mac(b->scratch, b->job->district, m)) && corrupt(b, m, e) < 0)
            return -1;
    }
    return 0;
}

/* Of the peer of row i, which has no number yet: as many as the batch needs, given out in the order of the rows. */
static int number_peer(const struct batch *b, size_t i, struct err *e)
{
    const char *peer = b->rows[i].peer;
    int64_t n = 0, next;

    for (size_t k = i; k < b->count; k++)
        n += text_eq(b->rows[k].peer, peer) && text_eq(b->rows[k].state, "queued");
    if (outbox_seq_take(b->db, b->a, peer, n, &next, e) < 0)
        return -1;
    for (size_t k = i; k < b->count; k++) {
        if (text_eq(b->rows[k].peer, peer) && text_eq(b->rows[k].state, "queued"))
            b->rows[k].tenant_seq = next++;
    }
    return 0;
}

static int sign(const struct batch *b, struct outbox *m, struct err *e)
{
    struct arena *a = b->scratch;
    size_t len;

    if (envelope_number(a, m->content, m->tenant_seq, &m->envelope, &len, e) < 0 ||
        wire_sign(a, b->house->key, "envelope", m->envelope, len, &m->signature, e) < 0)
        return -1;
    m->sm3 = crypto_sm3_hex(a, m->envelope, len);
    m->key_id = b->house->key_id;
    return outbox_seal(b->db, b->a, m, e);
}

static int batch_tx(struct batch *b, struct err *e)
{
    if (outbox_unsealed(b->db, b->a, BATCH_MAX, &b->rows, &b->count, e) < 0 || part_corrupt(b, e) < 0)
        return -1;
    for (size_t i = 0; i < b->count; i++) {
        struct outbox *m = &b->rows[i];

        if (text_eq(m->state, "corrupt"))
            continue;
        if (m->tenant_seq == 0 && number_peer(b, i, e) < 0)
            return -1;
        arena_reset(b->scratch);
        if (sign(b, m, e) < 0)
            return -1;
    }
    return 0;
}

static int batch_seal(struct batch *b, struct err *e)
{
    if (tx_begin(b->db, e) < 0)
        return -1;
    if (batch_tx(b, e) < 0) {
        tx_rollback(b->db);
        return -1;
    }
    return tx_commit(b->db, e);
}

static int seal_all(struct batch *b, struct err *e)
{
    do {
        arena_reset(b->a);
        if (batch_seal(b, e) < 0)
            return -1;
    } while (b->count > 0 && (b->job->stop == NULL || !*b->job->stop));
    return 0;
}

int seal_outbox(const struct push_job *job, const struct house *house, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("seal", BATCH_BYTES_MAX);
    struct arena *scratch CLEANUP_(arena_freep) = arena_new("seal", SCRATCH_BYTES_MAX);
    struct batch b = {.job = job, .house = house, .a = a, .scratch = scratch};
    struct err ignored = {0};
    int rc;

    if (district_db(job->platform, job->district, &b.db, e) < 0)
        return -1;
    rc = outbox_seal_lock(b.db, a, e);
    if (rc <= 0)
        return rc;
    rc = seal_all(&b, e);
    if (outbox_seal_unlock(b.db, scratch, &ignored) < 0) /* the connection is gone, and the lock with it */
        return rc < 0 ? rc : err_fail(e, ERR_BUSY, "发件箱封签后连接中断");
    return rc;
}
