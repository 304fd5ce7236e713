/*
 * exchange/backoff.c - what an answer means, when to try again, when to leave a peer alone
 */
#include "config.h"

#include "exchange/backoff.h"

#include <stddef.h>

#include "base/attr.h"

/* Read from above, the first row that fits; receipt -1 means either. */
/* clang-format off */
static const struct {
    int from, to, receipt;
    enum answer answer;
} TABLE[] = {
    { 200, 299,  1, ANSWER_RECEIPT },
    { 200, 299,  0, ANSWER_UNKNOWN }, /* a login page is no receipt */
    { 300, 399, -1, ANSWER_DEAD },    /* never followed (trap C4) */
    { 401, 401, -1, ANSWER_HOLD },
    { 403, 403, -1, ANSWER_HOLD },
    { 408, 408, -1, ANSWER_RETRY },
    { 409, 409, -1, ANSWER_FETCH },
    { 425, 425, -1, ANSWER_RETRY },
    { 429, 429, -1, ANSWER_RETRY },
    { 400, 499, -1, ANSWER_DEAD },
    { 500, 599, -1, ANSWER_RETRY },
};
/* clang-format on */

enum answer answer_classify(enum link_fault fault, int status, int has_receipt)
{
    switch (fault) {
    case LINK_NOT_SENT:
        return ANSWER_RETRY;
    case LINK_CUT:
        return ANSWER_UNKNOWN;
    case LINK_CERTIFICATE:
        return ANSWER_HOLD;
    case LINK_TOO_LARGE:
        has_receipt = 0;
        break;
    case LINK_OK:
        break;
    }
    for (size_t i = 0; i < ARRAY_LEN(TABLE); i++)
        if (status >= TABLE[i].from && status <= TABLE[i].to &&
            (TABLE[i].receipt < 0 || TABLE[i].receipt == (has_receipt != 0)))
            return TABLE[i].answer;
    return ANSWER_RETRY; /* not HTTP as we know it */
}

enum mail_kind mail_classify(int taken, int login_denied, int status)
{
    if (taken)
        return MAIL_SENT;
    return status >= 500 && status <= 599 && !login_denied ? MAIL_DEAD : MAIL_LATER;
}

int64_t backoff_ms(int failures, int64_t min_s, int64_t max_s, uint64_t chance)
{
    int64_t ceiling = min_s * 1000;

    for (int i = 0; i < failures && ceiling < max_s * 1000; i++)
        ceiling *= 2;
    if (ceiling > max_s * 1000)
        ceiling = max_s * 1000;

    int64_t ms = (int64_t)(chance % (uint64_t)(ceiling + 1));

    return ms < 100 ? 100 : ms;
}

int64_t backoff_after_ms(int64_t jitter_ms, int64_t retry_after_s)
{
    if (retry_after_s <= 0)
        return jitter_ms;
    if (retry_after_s > BACKOFF_RETRY_AFTER_MAX_S)
        retry_after_s = BACKOFF_RETRY_AFTER_MAX_S;
    return retry_after_s * 1000 > jitter_ms ? retry_after_s * 1000 : jitter_ms;
}

int backoff_is_over(int sent, int64_t age_s, int64_t giveup_s)
{
    return sent >= BACKOFF_SENT_MAX || age_s >= giveup_s;
}

int circuit_allows(const struct circuit *c, int64_t now_ms)
{
    return now_ms >= c->until_ms;
}

void circuit_success(struct circuit *c)
{
    c->failures = 0;
    c->until_ms = 0;
}

void circuit_failure(struct circuit *c, int64_t now_ms, int64_t min_s, int64_t max_s, uint64_t chance)
{
    c->failures++;
    if (c->failures >= CIRCUIT_FAILURES)
        c->until_ms = now_ms + min_s * 500 + backoff_ms(c->failures - CIRCUIT_FAILURES, min_s, max_s, chance);
}
