/*
 * tests/exchange/probe.c - the layer driven from outside, for tests/exchange/run
 *
 *   probe key PRIVATE PUBLIC                       makes a key pair
 *   probe make SETTINGS USER PASSWORD              schemas, accounts, migrations, grants, as the administrator
 *   probe file SETTINGS TENANT CASES NUMBER COUNT  projects brought to the given case's history; its attempt is then
 *                                                  done as a person does it, and files upward
 *   probe act SETTINGS TENANT ORGAN PROJECT ACT JSON   an act of an office: the mended filing's way up
 *   probe seal KEY                                 stdin: a receipt's text; stdout: it, sealed with that key
 *   probe stamp KEY PURPOSE SENDER RECEIVER ID SECONDS   stdin: a body; stdout: key, time (off by SECONDS), signature
 *   probe serve SETTINGS                           the receiving side, one request a line (tab-separated), one answer a
 * line
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/filing.h"
#include "exchange/exchange.h"
#include "exchange/peers.h"
#include "exchange/receipt.h"
#include "store/case.h"
#include "store/filing.h"
#include "store/migrate.h"

enum { ARENA_BYTES = 256 << 20, LINE_BYTES = 4 << 20 };

static struct arena *a;
static struct err e;

static void must(int rc, const char *what)
{
    if (rc >= 0)
        return;
    fprintf(stderr, "probe: %s: %s %s (%s)\n", what, e.path, e.message, e.detail);
    exit(1);
}

static char *slurp(const char *path)
{
    char *bytes;
    size_t len;

    must(file_read(a, path, 8 << 20, &bytes, &len, &e), path);
    return bytes;
}

static const struct node *json(const char *text)
{
    const struct node *n;

    must(jsonin_parse(a, text, strlen(text), &n, NULL, NULL, &e), "json");
    return n;
}

static char *written(const struct node *n)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 8 << 20);
    jsonout_tree(&b, n);
    return arena_dup(a, buf_str(&b));
}

static struct arena *platform_arena;

static struct platform *open_platform(const char *settings)
{
    struct platform *p;

    platform_arena = arena_new("platform", ARENA_BYTES);
    casework_set_freeze(envelope_freeze);
    must(platform_load(platform_arena, settings, &p, &e), settings);
    return p;
}

static struct desk desk_at(struct platform *p, const char *tenant, const struct actor *who, const char *key)
{
    struct desk d = {.platform = p,
                     .district = platform_district(p, tenant),
                     .arena = a,
                     .actor = who,
                     .request_id = arena_fmt(a, "probe-%.16s", crypto_token(a)),
                     .address = "127.0.0.1",
                     .key = key};

    d.machine_now = instant_now();
    d.now = district_now(p, d.district, &d.clock_moved);
    return d;
}

static const struct actor *person(const char *tenant, const char *organ, const char *kind)
{
    struct actor *who = ARENA_NEW(a, struct actor);
    struct post *post = ARENA_NEW(a, struct post);

    *post = (struct post){.tenant = tenant,
                          .tenant_name = tenant,
                          .organ = organ,
                          .organ_name = organ,
                          .unit = "",
                          .unit_name = "",
                          .unit_kind = "",
                          .place = "",
                          .kind = kind};
    *who = (struct actor){.person = "11111111-2222-3333-4444-555555555555",
                          .login = "probe",
                          .name = "测试员",
                          .session = "0123456789abcdef",
                          .token_mac = "",
                          .csrf = "",
                          .posts = post,
                          .post_count = 1,
                          .post = post};
    return who;
}

/* ---- make ---- */

static struct db *as_admin(const struct platform *p, const char *user, const char *password, const char *schema)
{
    struct db_place place = {.socket = p->config.db_socket, .user = user, .password = password, .schema = schema};
    struct db *db;

    must(db_open(&place, &db, &e), "administrator");
    return db;
}

static void migrate(const struct platform *p, const char *user, const char *password, const char *schema,
                    const char *dir)
{
    struct db *db = as_admin(p, user, password, schema);
    struct migrate_report done;

    must(migrate_run(db, a, arena_fmt(a, "%s/%s", p->config.migrations_dir, dir), &done, &e), "migrate");
    db_close(db);
}

static const char *secret(const struct platform *p, const char *name)
{
    return text_trim(a, slurp(arena_fmt(a, "%s/%s", p->config.secrets_dir, name)));
}

static int cmd_make(char **v)
{
    struct platform *p = open_platform(v[0]);
    struct db *admin = as_admin(p, v[1], v[2], NULL);

    for (size_t i = 0; i < p->count; i++) {
        const char *id = p->tenants[i]->id, *user = arena_fmt(a, "gz_%s", id);

        must(admin_make_tenant(admin, id, user, secret(p, arena_fmt(a, "db-%s", id)), &e), id);
        migrate(p, v[1], v[2], user, "tenant");
        must(admin_grant_tenant(admin, id, user, &e), id);
    }
    db_close(admin);
    return 0;
}

/* ---- file ---- */

static const struct node *nth(const struct node *list, const char *number)
{
    int64_t n;

    must(text_i64(number, &n), "number");
    const struct node *it = node_first(list);

    while (it != NULL && n-- > 0)
        it = it->next;
    return it;
}

static void say_errors(const struct err_list *errors)
{
    for (int i = 0; i < errors->count && i < ERR_LIST_MAX; i++)
        fprintf(stderr, "probe: %s %s\n", errors->item[i].path, errors->item[i].message);
}

static void add_history(struct db *db, const struct project *p, const struct case_input *in)
{
    for (size_t i = 0; i < in->history_count; i++) {
        const struct case_event *h = &in->history[i];
        struct event ev = {.project = p->id,
                           .seq = (int64_t)i + 1,
                           .at = h->at,
                           .entered_at = h->at,
                           .what = h->what,
                           .name = h->what,
                           .by = h->by,
                           .by_name = h->by,
                           .unit = "",
                           .person = "",
                           .person_name = "",
                           .with_json = h->with != NULL ? written(h->with) : "{}",
                           .articles = "",
                           .regulation = p->regulation,
                           .calendar_version = p->calendar_version,
                           .request_id = "probe"};

        must(event_add(db, a, &ev, &e), "event");
    }
}

static int64_t add_project(const struct desk *d, struct db *db, const struct case_input *in, int64_t no)
{
    const struct regulation *r = d->district->regulations[0];
    const struct tenant_unit *unit = &d->district->tenant->units[0];
    struct project p = {.id = crypto_ident(d->machine_now / 1000),
                        .number = arena_fmt(a, "T-%lld-%.6s", (long long)no, crypto_token(a)),
                        .title = arena_fmt(a, "智慧养老服务监管平台（%lld）", (long long)no),
                        .unit_code = unit->code,
                        .unit_name = unit->name,
                        .unit_kind = unit->kind,
                        .place = unit->place,
                        .regulation = regulation_id(r),
                        .calendar_version = calendar_version(d->platform->calendar),
                        .facts = written(in->facts),
                        .total_investment = 80000000,
                        .state = "running",
                        .route = "",
                        .stage = "",
                        .stage_name = "",
                        .holder = "",
                        .holder_name = "",
                        .holder_since = d->now,
                        .next_due = DATE_NONE,
                        .next_name = "",
                        .marks = "[]",
                        .submitted_on = instant_date(in->history[0].at),
                        .created_at = d->now,
                        .updated_at = d->now,
                        .created_by = "probe",
                        .created_name = "测试员",
                        .version = 1,
                        .event_count = (int64_t)in->history_count};

    must(tx_begin(db, &e), "begin");
    must(project_add(db, a, &p, &e), "project");
    add_history(db, &p, in);
    must(tx_commit(db, &e), "commit");
    return p.id;
}

static void act(struct platform *p, const char *tenant, int64_t project, const struct node *attempt)
{
    const struct actor *who = person(tenant, node_get_str(attempt, "by"), "office");
    struct desk d = desk_at(p, tenant, who, crypto_token(a));
    struct err_list errors = {0};
    struct act_done done;
    struct project row;
    struct db *db;

    must(district_db(p, d.district, &db, &e), "db");
    must(project_get(db, a, project, &row, &e), "project");
    if (act_do(&d, project, row.version, node_get_str(attempt, "what"), node_get(attempt, "with"), &done, &errors, &e) <
        0) {
        say_errors(&errors);
        must(-1, node_get_str(attempt, "what"));
    }
}

static int cmd_file(char **v)
{
    struct platform *p = open_platform(v[0]);
    struct desk d = desk_at(p, v[1], NULL, "");
    const struct node *scenario = nth(json(slurp(v[2])), v[3]);
    struct node *without = node_object(a);
    struct err_list errors = {0};
    struct case_input in;
    int64_t count;
    struct db *db;

    must(text_i64(v[4], &count), "count");
    for (const struct node *n = node_first(scenario); n != NULL; n = n->next)
        if (text_eq(n->key, "today") || text_eq(n->key, "facts") || text_eq(n->key, "history"))
            node_put(a, without, n->key, node_copy(a, n));
    if (case_read(d.district->regulations[0], a, without, &in, &errors) < 0) {
        say_errors(&errors);
        return 1;
    }
    must(district_db(p, d.district, &db, &e), "db");
    for (int64_t i = 0; i < count; i++) {
        int64_t project = add_project(&d, db, &in, i + 1);
        struct outbox *rows;
        size_t n;

        act(p, v[1], project, node_get(scenario, "attempt"));
        must(outbox_list(db, a, project, "", "", 0, 10, &rows, &n, &e), "outbox");
        for (size_t k = 0; k < n; k++)
            printf("%lld %lld\n", (long long)project, (long long)rows[k].id);
    }
    platform_close(p);
    return 0;
}

static int cmd_act(char **v)
{
    struct platform *p = open_platform(v[0]);
    struct node *attempt = node_object(a);
    int64_t project;

    must(text_i64(v[3], &project), "project");
    node_put_text(a, attempt, "by", v[2]);
    node_put_text(a, attempt, "what", v[4]);
    node_put(a, attempt, "with", node_copy(a, json(v[5])));
    act(p, v[1], project, attempt);
    platform_close(p);
    return 0;
}

/* ---- seal ---- */

static int cmd_seal(char **v)
{
    char *text = arena_alloc(a, RECEIPT_BYTES_MAX + 1);
    size_t len = fread(text, 1, RECEIPT_BYTES_MAX, stdin);
    struct node *n = node_object(a);
    struct crypto_key *key;
    const char *signature;

    must(crypto_key_private(v[0], &key, &e), v[0]);
    must(wire_sign(a, key, "receipt", text, len, &signature, &e), "sign");
    node_put_text(a, n, "key_id", crypto_key_id(a, key));
    node_put_text(a, n, "receipt", text);
    node_put_text(a, n, "signature", signature);
    printf("%s", written(n));
    crypto_key_free(key);
    return 0;
}

static int cmd_stamp(char **v)
{
    char *body = arena_alloc(a, ENVELOPE_BYTES_MAX + 1);
    size_t len = fread(body, 1, ENVELOPE_BYTES_MAX, stdin);
    struct stamp_of of = {.purpose = v[1], .sender = v[2], .receiver = v[3], .body = body, .len = len};
    struct crypto_key *key;
    struct stamp stamp;
    int64_t off;

    must(text_i64(v[4], &of.id), "id");
    must(text_i64(v[5], &off), "seconds");
    must(crypto_key_private(v[0], &key, &e), v[0]);
    must(stamp_make(a, key, &of, instant_now() + off * 1000000, &stamp, &e), "stamp");
    printf("%s\t%s\t%s\n", stamp.key_id, stamp.timestamp, stamp.signature);
    crypto_key_free(key);
    return 0;
}

/* ---- serve ---- */

static const char *hex_of(const char *s)
{
    return crypto_hex(a, s, strlen(s));
}

static struct inbound inbound_of(char **w, const char *hex)
{
    size_t len = strlen(hex) / 2;
    unsigned char *body = arena_alloc(a, len + 1);

    must(crypto_unhex(hex, body, len), "hex");
    return (struct inbound){
        .body = (const char *)body, .len = len, .key_id = w[0], .timestamp = w[1], .signature = w[2]};
}

/* outbox TENANT STATE · message TENANT ID · inbox TENANT STATE · item TENANT SENDER ID: what the page is made of */
static int view_line(const struct desk *d, char **w, size_t n, struct node **ret)
{
    struct node *filter = node_object(a);
    int64_t id = 0;

    if (n == 3)
        node_put_text(a, filter, "state", w[2]);
    if (text_eq(w[0], "outbox") && n == 3)
        return outbox_view(d, filter, ret, &e);
    if (text_eq(w[0], "inbox") && n == 3)
        return inbox_view(d, filter, ret, &e);
    if (text_eq(w[0], "message") && n == 3 && text_i64(w[2], &id) == 0)
        return outbox_message_view(d, id, ret, &e);
    if (text_eq(w[0], "item") && n == 4 && text_i64(w[3], &id) == 0)
        return inbox_item_view(d, w[2], id, ret, &e);
    return err_fail(&e, ERR_BAD_INPUT, "probe: no such word");
}

/* receive TENANT KEY TIME SIGNATURE BODYHEX · status TENANT SENDER ID KEY TIME SIGNATURE · decide TENANT SENDER ID
 * VERSION OUTCOME REASON · retry TENANT ID CLASS · and the views above */
static void serve_line(struct platform *p, char **w, size_t n)
{
    struct desk d = desk_at(p, w[1], NULL, "");
    const char *receipt = "";
    int repeat = 0, rc = -1;
    int64_t id = 0, version = 0;

    e = (struct err){0};
    if (text_eq(w[0], "receive") && n == 6) {
        struct inbound in = inbound_of(w + 2, w[5]);

        rc = filing_receive(&d, &in, &receipt, &repeat, &e);
    } else if (text_eq(w[0], "status") && n == 7 && text_i64(w[3], &id) == 0) {
        struct inbound in = {.body = "", .len = 0, .key_id = w[4], .timestamp = w[5], .signature = w[6]};

        rc = filing_status(&d, w[2], id, &in, &receipt, &e);
    } else if (text_eq(w[0], "decide") && n == 7 && text_i64(w[3], &id) == 0 && text_i64(w[4], &version) == 0) {
        struct node *list = node_list(a);

        if (*w[6] != '\0') {
            struct node *row = node_add_object(a, list);
            char **piece;
            size_t pieces = text_split(a, w[6], '|', &piece); /* what · item|what · kind|item|what */

            if (pieces > 2)
                node_put_text(a, row, "kind", piece[0]);
            node_put_text(a, row, "item", pieces > 1 ? piece[pieces - 2] : "建设方案");
            node_put_text(a, row, "what", piece[pieces - 1]);
        }
        d.actor = person(w[1], "intake", "intake");
        rc = inbox_decide_op(&d, w[2], id, version, w[5], list, &e);
    } else if (text_eq(w[0], "retry") && n == 4 && text_i64(w[2], &id) == 0) {
        d.actor = person(w[1], "competent", w[3]);
        rc = outbox_retry(&d, id, &e);
    } else {
        struct node *view = NULL;

        rc = view_line(&d, w, n, &view);
        receipt = rc == 0 ? written(view) : "";
    }
    printf("%d\t%s\t%s\n", rc == 0 ? 200 + repeat : err_status(e.code), err_slug(e.code),
           hex_of(rc == 0 ? receipt : e.message));
    fflush(stdout);
}

static int cmd_serve(char **v)
{
    struct platform *p = open_platform(v[0]);
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    while ((len = getline(&line, &cap, stdin)) > 0) {
        char **w;
        size_t n;

        if (line[len - 1] == '\n')
            line[len - 1] = '\0';
        n = text_split(a, line, '\t', &w);
        serve_line(p, w, n);
        arena_reset(a);
    }
    free(line);
    platform_close(p);
    return 0;
}

static const struct {
    const char *name;
    int words;
    int (*run)(char **v);
} COMMANDS[] = {{"make", 3, cmd_make}, {"file", 5, cmd_file},   {"act", 6, cmd_act},
                {"seal", 1, cmd_seal}, {"stamp", 6, cmd_stamp}, {"serve", 1, cmd_serve}};

int main(int argc, char **argv)
{
    a = arena_new("probe", ARENA_BYTES);
    if (argc == 4 && text_eq(argv[1], "key")) {
        must(crypto_key_generate(argv[2], argv[3], &e), "key");
        arena_free(a);
        return 0;
    }
    for (size_t i = 0; argc > 1 && i < ARRAY_LEN(COMMANDS); i++)
        if (text_eq(argv[1], COMMANDS[i].name) && argc == 2 + COMMANDS[i].words) {
            int rc = COMMANDS[i].run(argv + 2);

            arena_free(platform_arena);
            arena_free(a);
            return rc;
        }
    fprintf(stderr, "probe: unknown command\n");
    return 2;
}
