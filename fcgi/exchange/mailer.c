/*
 * exchange/mailer.c - letters handed to the mail server: claimed, sent with no transaction open, settled under a fence
 *
 * The same letter has the same Message-ID however often it is sent, so one that arrived twice is seen to be one.
 */
#include "config.h"

#include "exchange/mailer.h"

#include <string.h>

#include "base/mailtext.h"
#include "base/text.h"
#include "casework/notify.h"
#include "exchange/peer.h"
#include "exchange/trail.h"
#include "exchange/trip.h"
#include "store/duties.h"

enum { ROUND_MAX = 50, LETTER_BYTES_MAX = 4 * 1024 * 1024, LETTER_ARENA_BYTES = 32 * 1024 * 1024 };

struct posting {
    const struct push_job *job;
    struct mailer *m;
    struct arena *a;
    struct db *db;
    struct mail letter;
    int64_t began_ms;
};

void mailer_close(struct mailer *m)
{
    peer_link_free(m->link);
    m->link = NULL;
}

static int settle(struct posting *p, const struct mail_answer *answer, struct err *e)
{
    const struct config *c = &p->job->platform->config;
    instant now = instant_now();
    int failures = p->letter.attempts > 0 ? (int)p->letter.attempts - 1 : 0;
    int64_t pause_ms = backoff_ms(failures, c->push_backoff_min_s, c->push_backoff_max_s, trip_chance());
    int over = now - p->letter.created_at > c->push_giveup_s * INT64_C(1000000);
    const char *state = answer->kind == MAIL_SENT ? "sent" : answer->kind == MAIL_DEAD || over ? "dead" : "queued";
    struct push_report r = {.tenant = p->job->district->tenant->id,
                            .peer = "mail",
                            .filing = "",
                            .id = p->letter.id,
                            .what = "mail",
                            .state = state,
                            .status = answer->status,
                            .error = answer->said,
                            .ms = clock_monotonic_ms() - p->began_ms};

    if (mail_settle(p->db, p->a, &p->letter, state, now + pause_ms * 1000, answer->status, answer->said, now, e) < 0)
        return -1;
    if (p->job->report != NULL)
        p->job->report(&r);
    return 0;
}

static void feel_pulse(struct posting *p, const struct mail_answer *answer)
{
    const struct config *c = &p->job->platform->config;

    if (answer->kind == MAIL_LATER && answer->status == 0)
        circuit_failure(&p->m->circuit, clock_monotonic_ms(), c->push_backoff_min_s, c->push_backoff_max_s,
                        trip_chance());
    else
        circuit_success(&p->m->circuit);
}

static int send_one(struct posting *p, int *ret_sent, struct err *e)
{
    const struct platform *pl = p->job->platform;
    const struct config *c = &pl->config;
    struct buf b CLEANUP_(buf_free) = {0};
    struct mail_answer answer = {.kind = MAIL_DEAD, .said = "邮件地址不合格"};
    struct mailtext text = {.from = c->mail_from,
                            .to = p->letter.address,
                            .from_name = "政务信息化项目管理平台",
                            .subject = p->letter.subject,
                            .key = p->letter.key,
                            .body = p->letter.body,
                            .date = p->letter.created_at};

    buf_init(&b, LETTER_BYTES_MAX);
    if (mailtext_put(&b, p->a, &text) == 0 && buf_ok(&b)) {
        struct mail_letter l = {.url = c->mail_url,
                                .ca_file = c->mail_ca,
                                .user = c->mail_user,
                                .password = pl->mail_password,
                                .is_local = config_mail_is_local(c),
                                .from = c->mail_from,
                                .to = p->letter.address,
                                .bytes = buf_str(&b),
                                .len = b.len,
                                .timeout_s = (int)c->push_timeout_s};

        peer_mail(p->a, &p->m->link, &l, &answer);
        feel_pulse(p, &answer);
    }
    *ret_sent += answer.kind == MAIL_SENT;
    return settle(p, &answer, e);
}

static int send_due(const struct push_job *job, struct mailer *m, int *ret_sent, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("mail", LETTER_ARENA_BYTES);

    for (int i = 0; i < ROUND_MAX && (job->stop == NULL || !*job->stop); i++) {
        struct posting p = {.job = job, .m = m, .a = a, .began_ms = clock_monotonic_ms()};
        int rc;

        arena_reset(a);
        if (!circuit_allows(&m->circuit, clock_monotonic_ms()))
            return 0;
        if (district_db(job->platform, job->district, &p.db, e) < 0)
            return -1;
        rc = mail_claim(p.db, a, instant_now(), (int)job->platform->config.push_lease_s, &p.letter, e);
        if (rc <= 0)
            return rc;
        if (send_one(&p, ret_sent, e) < 0)
            return -1;
    }
    return 0;
}

int mailer_run(const struct push_job *job, struct mailer *m, struct arena *a, int *ret_sent, struct err *e)
{
    struct desk d = desk_of_system(job->platform, job->district, a, "");
    int letters;

    *ret_sent = 0;
    if (text_is_empty(job->platform->config.mail_url))
        return 0;
    if (notify_spread(&d, &letters, e) < 0)
        return -1;
    return send_due(job, m, ret_sent, e);
}
