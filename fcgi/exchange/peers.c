/*
 * exchange/peers.c - whom a district exchanges filings with, and with which keys: peers.json
 *
 *   { "<tenant>": { "key": "<private pem>", "peers": { "<party>": {
 *       "endpoint": "https://host/exchange", "ca": "<pem>",      both, or neither for one that only files to us
 *       "certificate": "<pem>", "certificate_key": "<pem>",      optional: mutual TLS
 *       "public_key": "<pem>" | ["<pem>", …],                    pinned; two while it changes its key
 *       "hold": false } } } }
 *
 * Relative paths are relative to the file. Keys are read here, so that a wrong one stops the
 * start and not the first filing.
 */
#include "config.h"

#include "exchange/peers.h"

#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "exchange/peer.h"

enum { PEERS_BYTES_MAX = 1024 * 1024, PEERS_ARENA_BYTES = 16 * 1024 * 1024 };

struct load {
    struct arena *a;
    const char *path;
    struct err *e;
};

/* file:line:column in front of whatever was said; err_fail cannot format from e's own text. */
static int place(struct load *l, const struct node *n)
{
    char *said = arena_dup(l->a, l->e->message), *detail = arena_dup(l->a, l->e->detail);

    err_fail(l->e, ERR_CONFIG, "%s:%d:%d: %s", l->path, n->line, n->column, said);
    err_detail(l->e, "%s", detail);
    return -1;
}

static int fault(struct load *l, const struct node *n, const char *what)
{
    err_fail(l->e, ERR_CONFIG, "%s", what);
    return place(l, n);
}

static int no_others(struct load *l, const struct node *o, const char *const *names)
{
    for (const struct node *kid = node_first(o); kid != NULL; kid = kid->next) {
        const char *const *name = names;

        while (*name != NULL && !text_eq(*name, kid->key))
            name++;
        if (*name == NULL)
            return fault(l, kid, arena_fmt(l->a, "没有「%s」这一项", kid->key));
    }
    return 0;
}

/* A file named in the row, which must be there; "" when absent. */
static int read_path(struct load *l, const struct node *o, const char *key, const char **ret)
{
    const struct node *n = node_get(o, key);

    *ret = "";
    if (n == NULL)
        return 0;
    if (n->type != NODE_TEXT || text_is_empty(n->u.text))
        return fault(l, n, "应写文件的路径");
    *ret = file_beside(l->a, l->path, n->u.text);
    if (!file_exists(*ret))
        return fault(l, n, arena_fmt(l->a, "没有文件 %s", *ret));
    return 0;
}

static void free_key(void *key)
{
    crypto_key_free(key);
}

static int read_public(struct load *l, const struct node *n, struct wire_keys *keys)
{
    struct crypto_key *key;

    if (n->type != NODE_TEXT)
        return fault(l, n, "公钥应写文件的路径");
    if (keys->count == WIRE_KEYS_MAX)
        return fault(l, n, arena_fmt(l->a, "公钥不超过 %d 个", WIRE_KEYS_MAX));
    if (crypto_key_public(file_beside(l->a, l->path, n->u.text), &key, l->e) < 0)
        return place(l, n);
    arena_defer(l->a, free_key, key);
    keys->key[keys->count] = key;
    keys->id[keys->count] = crypto_key_id(l->a, key);
    keys->count++;
    return 0;
}

static int read_publics(struct load *l, const struct node *o, struct wire_keys *keys)
{
    const struct node *n = node_get(o, "public_key");

    if (n == NULL)
        return fault(l, o, "缺少 public_key");
    if (n->type != NODE_LIST)
        return read_public(l, n, keys);
    if (node_count(n) == 0)
        return fault(l, n, "至少要有一个公钥");
    for (const struct node *k = node_first(n); k != NULL; k = k->next)
        if (read_public(l, k, keys) < 0)
            return -1;
    return 0;
}

/* https, no user, no query, no blank, no slash at the end: paths are put behind it. */
static int endpoint_is_good(const char *s)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/[]%";

    return text_starts(s, "https://") && strlen(s) > 8 && strlen(s) <= 500 && strspn(s, allowed) == strlen(s) &&
           s[8] != '/' && s[8] != ':' && !text_ends(s, "/");
}

static int read_endpoint(struct load *l, const struct node *o, struct peer *peer)
{
    const struct node *n = node_get(o, "endpoint");

    peer->endpoint = "";
    if (n != NULL && (n->type != NODE_TEXT || !endpoint_is_good(n->u.text)))
        return fault(l, n, "endpoint 应写作 https://主机/路径，末尾没有斜线");
    if (n != NULL)
        peer->endpoint = n->u.text;
    if (read_path(l, o, "ca", &peer->ca_file) < 0 || read_path(l, o, "certificate", &peer->certificate) < 0 ||
        read_path(l, o, "certificate_key", &peer->certificate_key) < 0)
        return -1;
    if ((*peer->endpoint == '\0') != (*peer->ca_file == '\0'))
        return fault(l, o, "endpoint 与 ca 应同时写");
    if ((*peer->certificate == '\0') != (*peer->certificate_key == '\0'))
        return fault(l, o, "certificate 与 certificate_key 应同时写");
    return 0;
}

static int read_peer(struct load *l, const struct node *o, struct peer *peer)
{
    static const char *const names[] = {"endpoint", "ca", "certificate", "certificate_key", "public_key", "hold", NULL};
    const struct node *hold;

    if (!text_is_id(o->key))
        return fault(l, o, "单位代号应由小写字母、数字、下划线组成");
    if (o->type != NODE_OBJECT)
        return fault(l, o, "应是一个对象");
    hold = node_get(o, "hold");
    if (no_others(l, o, names) < 0 || read_endpoint(l, o, peer) < 0 || read_publics(l, o, &peer->keys) < 0)
        return -1;
    if (hold != NULL && hold->type != NODE_BOOL)
        return fault(l, hold, "hold 应是 true 或 false");
    peer->party = o->key;
    peer->hold = hold != NULL && hold->u.truth;
    peer->arena = l->a;
    return 0;
}

static int read_house(struct load *l, const struct node *o, struct house *h)
{
    static const char *const names[] = {"key", "peers", NULL};
    const struct node *key, *peers;

    if (!text_is_id(o->key) || o->type != NODE_OBJECT)
        return fault(l, o, "应是以地区代号为名的对象");
    if (no_others(l, o, names) < 0)
        return -1;
    key = node_get(o, "key");
    peers = node_get(o, "peers");
    if (key == NULL || key->type != NODE_TEXT)
        return fault(l, key != NULL ? key : o, "key 应写本方私钥文件的路径");
    if (peers == NULL || peers->type != NODE_OBJECT)
        return fault(l, peers != NULL ? peers : o, "peers 应是一个对象");
    if (crypto_key_private(file_beside(l->a, l->path, key->u.text), &h->key, l->e) < 0)
        return place(l, key);
    arena_defer(l->a, free_key, h->key);
    h->key_id = crypto_key_id(l->a, h->key);

    h->tenant = o->key;
    h->peers = ARENA_ARRAY(l->a, struct peer, node_count(peers));
    for (const struct node *p = node_first(peers); p != NULL; p = p->next, h->count++)
        if (read_peer(l, p, &h->peers[h->count]) < 0)
            return -1;
    return 0;
}

int peers_load(struct arena *a, const char *path, struct peers **ret, struct err *e)
{
    struct load l = {.a = a, .path = path, .e = e};
    struct peers *p = ARENA_NEW(a, struct peers);
    int line = 0, column = 0;
    const struct node *root;
    char *bytes;
    size_t len;

    if (file_read(a, path, PEERS_BYTES_MAX, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(a, bytes, len, &root, &line, &column, e) < 0)
        return place(&l, &(struct node){.line = line, .column = column});
    if (root->type != NODE_OBJECT)
        return fault(&l, root, "应是以地区代号为名的对象");
    p->houses = ARENA_ARRAY(a, struct house, node_count(root));
    for (const struct node *h = node_first(root); h != NULL; h = h->next, p->count++)
        if (read_house(&l, h, &p->houses[p->count]) < 0)
            return -1;
    *ret = p;
    return 0;
}

struct house *peers_house(const struct peers *p, const char *tenant)
{
    for (size_t i = 0; i < p->count; i++)
        if (text_eq(p->houses[i].tenant, tenant))
            return &p->houses[i];
    return NULL;
}

struct peer *house_peer(const struct house *h, const char *party)
{
    for (size_t i = 0; i < h->count; i++)
        if (text_eq(h->peers[i].party, party))
            return &h->peers[i];
    return NULL;
}

/* cache: peers.json of this process, by the name of the file; read anew only when another is asked for */
static struct {
    struct arena *arena;
    const char *path;
    struct peers *peers;
} cache;

static int cache_load(const char *path, struct err *e)
{
    struct arena *a = arena_new("peers", PEERS_ARENA_BYTES);
    struct peers *peers = NULL;

    if (peers_load(a, path, &peers, e) < 0) {
        arena_free(a);
        return -1;
    }
    arena_free(cache.arena);
    cache.arena = a;
    cache.path = arena_dup(a, path);
    cache.peers = peers;
    return 0;
}

int house_open(const struct platform *p, const char *tenant, struct house **ret, struct err *e)
{
    const char *path = p->config.peers_file;

    if (text_is_empty(path)) {
        err_fail(e, ERR_CONFIG, "没有配置 peers.json，不能上报和接收");
        err_mend(e, "请管理员在设置里写明 peers.file，并登记对方的地址和公钥");
        return -1;
    }
    if (!text_eq(cache.path, path) && cache_load(path, e) < 0)
        return -1;

    struct house *h = peers_house(cache.peers, tenant);

    if (h == NULL) {
        err_fail(e, ERR_CONFIG, "peers.json 中没有本地区，不能上报和接收");
        err_mend(e, "请管理员在 peers.json 中登记本地区的私钥和对方");
        return -1;
    }
    *ret = h;
    return 0;
}
