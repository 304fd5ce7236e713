/*
 * casework/notify.c - cards become letters to those who hold the post
 */
#include "config.h"

#include "casework/notify.h"

#include <string.h>

#include "base/buf.h"
#include "base/mailtext.h"
#include "base/text.h"
#include "casework/casefile.h"
#include "casework/due.h"
#include "casework/remind.h"
#include "casework/view.h"
#include "store/duties.h"

enum { CARDS_MAX = 500, HOLDERS_MAX = 100, KEPT_DAYS = 3, LETTER_BYTES = 1024 * 1024 };

/* The cards of one post, and whom they concern. */
struct notice {
    const struct desk *d;
    struct db *db;
    const struct card *cards;
    size_t count;
    const char *post_name, *group;
    const char *place; /* its people see that place's projects only; "" all */
    int letters;
};

int notify_wants(const char *kinds, const char *kind)
{
    size_t n = strcspn(kind, "_"); /* of 加签, asked, urged, near its day and answered are one choice */

    for (const char *p = kinds; *p != '\0';) {
        size_t len = strcspn(p, ",");

        if (len == n && strncmp(p, kind, n) == 0)
            return 1;
        p += len + (p[len] == ',');
    }
    return 0;
}

static void post_of(const struct tenant *t, struct notice *n)
{
    const char *who = n->cards[0].who;
    const struct tenant_unit *u = text_eq(who, CASEFILE_UNIT) ? tenant_unit(t, n->cards[0].unit) : NULL;

    n->post_name = u != NULL ? u->name : "";
    n->group = u != NULL ? u->group : "";
    n->place = "";
    for (size_t i = 0; u == NULL && i < t->organ_count; i++)
        if (text_eq(t->organs[i].id, who)) {
            n->post_name = t->organs[i].name;
            n->group = t->organs[i].group;
            n->place = t->organs[i].place != NULL ? t->organs[i].place : "";
        }
}

/* ---- what a letter says ---- */

static const char *origin_of(const struct desk *d)
{
    const char *origin = d->platform->config.origin;

    return arena_dupn(d->arena, origin, strcspn(origin, " "));
}

/* A colleague's wish (加签), not a duty of the post. */
static int is_personal(const struct card *c)
{
    return !text_is_empty(c->person);
}

static int are_personal(const struct card *const *cards, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_personal(cards[i]))
            return 0;
    return 1;
}

static void put_card(const struct desk *d, struct buf *b, const struct card *c)
{
    const struct node *due = due_node(d->arena, d->platform->calendar, c->due_on, desk_today(d));

    buf_fmt(b, "【%s】%s%s%s%s\n", remind_card_name(c->kind), c->title, *c->number != '\0' ? "（" : "", c->number,
            *c->number != '\0' ? "）" : "");
    buf_fmt(b, "　事项：%s\n", c->name);
    if (c->due_on != DATE_NONE)
        buf_fmt(b, "　%s：%s（%s）\n", is_personal(c) ? "希望答复" : "最迟", date_text(d->arena, c->due_on),
                node_get_str(due, "text"));
    if (*c->articles != '\0')
        buf_fmt(b, "　依据：%s\n", text_articles(d->arena, c->articles));
    buf_fmt(b, "　办理：%s%s\n\n", origin_of(d),
            view_href(d, is_personal(c) ? "/projects/%lld/cosign" : "/projects/%lld", (long long)c->project));
}

static const char *letter_text(const struct notice *n, const struct person *who, const struct card *const *cards,
                               size_t count)
{
    const struct desk *d = n->d;
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, LETTER_BYTES);
    if (are_personal(cards, count))
        buf_fmt(&b, "%s：\n\n您在%s有以下加签：\n\n", who->name, n->post_name);
    else
        buf_fmt(&b, "%s：\n\n以下事项由%s办理：\n\n", who->name, n->post_name);
    for (size_t i = 0; i < count; i++)
        put_card(d, &b, cards[i]);
    buf_fmt(&b,
            "本邮件由政务信息化项目管理平台自动发出，只作提醒，期限以平台所载和办法的规定为准，请勿回复。\n"
            "要改收哪些邮件：%s%s\n",
            origin_of(d), view_href(d, "/settings"));
    return arena_dup(d->arena, buf_str(&b));
}

static const char *digest_subject(const struct desk *d, const struct card *const *cards, size_t count)
{
    static const char *const kinds[] = {"red",    "yellow",      "urge",       "open",
                                        "cosign", "cosign_urge", "cosign_due", "cosign_said"};
    const char *text =
        arena_fmt(d->arena, "〔%s〕%s：", d->district->tenant->name, are_personal(cards, count) ? "提醒" : "到期提醒");
    int first = 1;

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        int n = 0;

        for (size_t i = 0; i < count; i++)
            n += text_eq(cards[i]->kind, kinds[k]);
        if (n > 0)
            text = arena_fmt(d->arena, "%s%s%s %d 项", text, first ? "" : "，", remind_card_name(kinds[k]), n);
        first = first && n == 0;
    }
    return text;
}

static const char *card_subject(const struct desk *d, const struct card *c)
{
    return arena_fmt(d->arena, "〔%s〕%s：%s%s%s", d->district->tenant->name, remind_card_name(c->kind), c->name,
                     c->due_on == DATE_NONE ? ""
                     : is_personal(c)       ? "，希望答复 "
                                            : "，最迟 ",
                     c->due_on != DATE_NONE ? date_text(d->arena, c->due_on) : "");
}

/* ---- one person ---- */

static int letter_add(struct notice *n, const struct person *who, const char *key, const char *subject,
                      const struct card *const *cards, size_t count, struct err *e)
{
    instant now = instant_now();
    struct mail m = {.key = key,
                     .person = who->uuid,
                     .address = who->mail,
                     .subject = subject,
                     .body = letter_text(n, who, cards, count),
                     .state = "queued",
                     .created_at = now,
                     .next_try = now};

    n->letters++;
    return mail_add(n->db, n->d->arena, &m, e);
}

static int letters_each(struct notice *n, const struct person *who, const struct card *const *cards, size_t count,
                        struct err *e)
{
    const struct desk *d = n->d;

    for (size_t i = 0; i < count; i++) {
        const char *key =
            arena_fmt(d->arena, "%s.card-%lld.%s", d->district->tenant->id, (long long)cards[i]->id, who->uuid);

        if (letter_add(n, who, key, card_subject(d, cards[i]), &cards[i], 1, e) < 0)
            return -1;
    }
    return 0;
}

/* What is for everybody at the post, or for him. */
static int concerns(const struct card *c, const struct person *who)
{
    return !is_personal(c) || text_eq(c->person, who->uuid);
}

static int letters_of(struct notice *n, const struct person *who, const struct person_setting *wish, struct err *e)
{
    const struct desk *d = n->d;
    const struct card **mine = ARENA_ARRAY(d->arena, const struct card *, n->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < n->count; i++)
        if (notify_wants(wish->kinds, n->cards[i].kind) && concerns(&n->cards[i], who) &&
            (*n->place == '\0' || text_eq(n->place, n->cards[i].place)))
            mine[count++] = &n->cards[i];
    if (count == 0 || text_eq(wish->mail, "none"))
        return 0;
    if (text_eq(wish->mail, "each"))
        return letters_each(n, who, mine, count, e);
    return letter_add(n, who,
                      arena_fmt(d->arena, "%s.day-%s.%lld.%s", d->district->tenant->id,
                                date_text(d->arena, desk_today(d)), (long long)mine[0]->id, who->uuid),
                      digest_subject(d, mine, count), mine, count, e);
}

/* ---- one post ---- */

/* What left the platform with a day in it has told the day (fcgi/adr/0012). */
static int card_tell(const struct notice *n, const struct card *c, struct err *e)
{
    const struct desk *d = n->d;

    if (c->due_on == DATE_NONE || is_personal(c) || text_eq(c->kind, "urge"))
        return 0;
    return duty_tell(n->db, d->arena, c->project, &(struct duty_name){c->duty, c->key}, desk_today(d),
                     arena_fmt(d->arena, "提醒邮件（%s）", remind_card_name(c->kind)), e);
}

static int notice_write(struct notice *n, const struct person *people, size_t count, struct err *e)
{
    struct arena *a = n->d->arena;

    for (size_t i = 0; i < count; i++) {
        struct person_setting wish = {.mail = NOTIFY_MAIL_DEFAULT, .kinds = NOTIFY_ALL_KINDS};

        if (!mail_address_is_plain(people[i].mail))
            continue;
        if (person_setting_get(n->db, a, people[i].uuid, &wish, e) < 0 || letters_of(n, &people[i], &wish, e) < 0)
            return -1;
    }
    for (size_t i = 0; i < n->count; i++)
        if (card_mailed(n->db, a, n->cards[i].id, e) < 0 || (n->letters > 0 && card_tell(n, &n->cards[i], e) < 0))
            return -1;
    return 0;
}

/* The directory is asked before the transaction begins. */
static int notice_spread(struct notice *n, struct err *e)
{
    const struct desk *d = n->d;
    struct person *people = NULL;
    size_t count = 0;

    post_of(d->district->tenant, n);
    if (*n->group != '\0' &&
        directory_members(&d->platform->directory, d->arena, n->group, HOLDERS_MAX, &people, &count, e) < 0)
        return -1;
    if (tx_begin(n->db, e) < 0)
        return -1;
    if (notice_write(n, people, count, e) < 0 || tx_commit(n->db, e) < 0) {
        tx_rollback(n->db);
        return -1;
    }
    return 0;
}

static size_t same_post(const struct card *cards, size_t count)
{
    size_t n = 1;

    while (n < count && text_eq(cards[n].who, cards[0].who) && text_eq(cards[n].unit, cards[0].unit))
        n++;
    return n;
}

int notify_spread(const struct desk *d, int *ret_letters, struct err *e)
{
    struct nightly today;
    struct card *cards;
    struct db *db;
    size_t count;
    int found;

    *ret_letters = 0;
    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    found = nightly_get(db, d->arena, desk_today(d), &today, e);
    if (found < 0 || (found == 1 && text_eq(today.state, "running")))
        return found < 0 ? -1 : 0;
    if (card_unmailed(db, d->arena, desk_today(d) - KEPT_DAYS, CARDS_MAX, &cards, &count, e) < 0)
        return -1;
    for (size_t i = 0, n; i < count; i += n) {
        struct notice one = {.d = d, .db = db, .cards = cards + i};

        n = one.count = same_post(cards + i, count - i);
        if (notice_spread(&one, e) < 0)
            return -1;
        *ret_letters += one.letters;
    }
    return 0;
}
