/*
 * casework/bill_file.c - the files of a draft: a list in the row, the content by its SM3 in the tenant's tree
 */
#include "config.h"

#include "casework/bill_part.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/keep.h"

#define CASES "cases/"
#define ENDS  ".json"

enum { NAME_BYTES_MAX = 64, FOLDERS_KEPT_S = 600, TREE_FDS = 8, LIST_BYTES = 256 * 1024 };

/* ---- names ---- */

static int is_case_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return n > 0 && strlen(s) <= NAME_BYTES_MAX && text_eq(s + n, ENDS);
}

int bill_file_name_is_right(const char *name)
{
    if (text_eq(name, "text.json") || text_eq(name, "rules.json") || text_eq(name, "findings.json"))
        return 1;
    return text_starts(name, CASES) && is_case_name(name + strlen(CASES));
}

const char *bill_file_name(struct arena *a, const char *given)
{
    const char *last = file_name_last(given);

    if (bill_file_name_is_right(last))
        return arena_dup(a, last);
    return is_case_name(last) ? arena_fmt(a, CASES "%s", last) : NULL;
}

/* ---- the list ---- */

void bill_files_read(const struct desk *d, const struct bill *b, struct bill_files *ret)
{
    const struct node *list = view_json(d->arena, b->files);

    *ret = (struct bill_files){.rows = ARENA_ARRAY(d->arena, struct bill_file, BILL_FILES_MAX + 1)};
    for (const struct node *n = node_first(list); n != NULL && ret->count < BILL_FILES_MAX; n = n->next)
        ret->rows[ret->count++] = (struct bill_file){
            .name = node_get_str(n, "name"), .sm3 = node_get_str(n, "sm3"), .size = node_get_int(n, "size", 0)};
}

void bill_files_write(const struct desk *d, const struct bill_files *files, struct bill *b)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    struct buf all CLEANUP_(buf_free) = {0};

    buf_init(&all, LIST_BYTES);
    for (size_t i = 0; i < files->count; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "name", files->rows[i].name);
        node_put_text(a, o, "sm3", files->rows[i].sm3);
        node_put_int(a, o, "size", files->rows[i].size);
        buf_fmt(&all, "%s:%s\n", files->rows[i].name, files->rows[i].sm3);
    }
    b->files = view_json_text(a, list);
    b->digest = crypto_sm3_hex(a, buf_str(&all), all.len);
}

const struct bill_file *bill_file_find(const struct bill_files *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (text_eq(files->rows[i].name, name))
            return &files->rows[i];
    return NULL;
}

/* Sorted by name: one set of files has one digest. */
static int list_put(struct bill_files *files, const struct bill_file *file, struct err *e)
{
    size_t at = 0;

    while (at < files->count && strcmp(files->rows[at].name, file->name) < 0)
        at++;
    if (at == files->count || !text_eq(files->rows[at].name, file->name)) {
        if (files->count == BILL_FILES_MAX) {
            err_fail(e, ERR_TOO_LARGE, "一个草稿最多 %d 个文件", BILL_FILES_MAX);
            return err_mend(e, "请把几个案例合进一个文件，或者去掉不用的");
        }
        memmove(&files->rows[at + 1], &files->rows[at], (files->count - at) * sizeof *files->rows);
        files->count++;
    }
    files->rows[at] = *file;
    return 0;
}

static int text_check(const char *name, const char *bytes, size_t len, struct err *e)
{
    if (len == 0) {
        err_fail(e, ERR_BAD_INPUT, "%s 是空的", name);
        return err_mend(e, "请写好内容再保存或者上传");
    }
    if (len > BILL_FILE_BYTES) {
        char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];

        err_fail(e, ERR_TOO_LARGE, "%s 有 %s，一个文件最多 %s", name, text_size(has, (int64_t)len),
                 text_size(most, BILL_FILE_BYTES));
        return err_mend(e, "案例可以按条分成几个文件");
    }
    if (memchr(bytes, '\0', len) == NULL && text_is_utf8(bytes, len))
        return 0;
    err_fail(e, ERR_MEDIA, "%s 不是 UTF-8 文字", name);
    return err_mend(e, "请以 UTF-8 编码另存后再上传");
}

int bill_file_put(const struct desk *d, struct bill_files *files, const char *name, const char *bytes, size_t len,
                  const char **ret_was, struct err *e)
{
    const struct bill_file *was = bill_file_find(files, name);
    struct kept kept;

    if (!bill_file_name_is_right(name)) {
        err_fail(e, ERR_BAD_INPUT, "草稿里不能有「%.60s」这样的文件", name);
        return err_mend(e, "请用 text.json、rules.json、findings.json，案例用 cases/ 下的 .json");
    }
    *ret_was = was != NULL ? was->sm3 : "";
    if (text_check(name, bytes, len, e) < 0 || content_keep_bytes(d, bytes, len, &kept, e) < 0)
        return -1;
    return list_put(files, &(struct bill_file){.name = name, .sm3 = kept.sm3, .size = kept.size}, e);
}

int bill_file_text(const struct desk *d, const char *sm3, char **ret, size_t *ret_len, struct err *e)
{
    const char *path = content_path(d->arena, d->district->tenant->id, sm3);

    return file_read(d->arena, arena_fmt(d->arena, "%s/%s", d->platform->config.files_dir, path), BILL_FILE_BYTES, ret,
                     ret_len, e);
}

/* ---- as a folder ---- */

static int tree_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

/* What cannot be removed now will be another time. */
static void tree_remove(const char *path)
{
    (void)nftw(path, tree_one, TREE_FDS, FTW_DEPTH | FTW_PHYS);
}

/* Folders of earlier contents; those somebody may be reading are left alone. */
static void folders_clear(struct arena *a, const char *root, const char *keep)
{
    struct err e = {0};
    struct stat st;
    char **names;
    size_t count;

    if (file_list(a, root, &names, &count, &e) < 0)
        return;
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_fmt(a, "%s/%s", root, names[i]);

        if (!text_eq(names[i], keep) && stat(path, &st) == 0 && instant_now() / 1000000 - st.st_mtime > FOLDERS_KEPT_S)
            tree_remove(path);
    }
}

static int folder_fill(const struct desk *d, const struct bill_files *files, const char *dir, struct err *e)
{
    struct arena *a = d->arena;
    const char *tree = d->platform->config.files_dir, *tenant = d->district->tenant->id;

    if (file_mkdirs(arena_fmt(a, "%s/cases", dir), 0750, e) < 0)
        return -1;
    for (size_t i = 0; i < files->count; i++) {
        const char *from = arena_fmt(a, "%s/%s", tree, content_path(a, tenant, files->rows[i].sm3));
        const char *to = arena_fmt(a, "%s/%s", dir, files->rows[i].name);

        if (link(from, to) < 0) {
            err_fail(e, ERR_INTERNAL, "草稿的文件 %s 不在存放目录中", files->rows[i].name);
            return err_detail(e, "link %s: %s", from, strerror(errno));
        }
    }
    return 0;
}

int bill_folder(const struct desk *d, const struct bill *b, const char **ret, struct err *e)
{
    struct arena *a = d->arena;
    const char *root =
        arena_fmt(a, "%s/%s/bills/%lld", d->platform->config.files_dir, d->district->tenant->id, (long long)b->id);
    const char *place = arena_fmt(a, "%s/%s", root, b->digest);
    struct bill_files files;

    *ret = arena_fmt(a, "%s/%s", place, b->regulation);
    if (file_exists(*ret))
        return 0;
    const char *beside = arena_fmt(a, "%s/.in-%s", root, crypto_token(a));

    bill_files_read(d, b, &files);
    if (folder_fill(d, &files, arena_fmt(a, "%s/%s", beside, b->regulation), e) < 0) {
        tree_remove(beside);
        return -1;
    }
    /* somebody else may have been quicker: then it is the same */
    if (rename(beside, place) < 0)
        tree_remove(beside);
    folders_clear(a, root, b->digest);
    if (file_exists(*ret))
        return 0;
    err_fail(e, ERR_INTERNAL, "草稿的文件没有备好");
    return err_mend(e, "请再试一次；仍不行请把页面下方的请求编号告诉平台管理员");
}

/* ---- taken from a version that is loaded ---- */

/* The place of a node in its text: line and column are counted in characters. */
static const char *place_of(const char *text, const struct node *n)
{
    const char *p = text;

    for (int line = 1; line < n->line && p != NULL; line++) {
        p = strchr(p, '\n');
        p = p != NULL ? p + 1 : NULL;
    }
    for (int column = 1; p != NULL && column < n->column && *p != '\0'; column++)
        p += text_utf8_step(p, strlen(p), NULL);
    return p;
}

/* The version the rules name, replaced where it stands: the rest stays as it was written. */
static int version_replace(struct arena *a, const char *text, size_t len, const char *version, const char **ret,
                           struct err *e)
{
    const struct node *root, *n;
    const char *at, *end;

    if (jsonin_parse(a, text, len, &root, NULL, NULL, e) < 0)
        return -1;
    n = node_get(root, "regulation");
    at = n != NULL && n->type == NODE_TEXT ? place_of(text, n) : NULL;
    end = at != NULL && *at == '"' ? strchr(at + 1, '"') : NULL;
    if (end == NULL) {
        err_fail(e, ERR_RULE, "rules.json 里没有写版本");
        return err_mend(e, "请在 rules.json 里写明 regulation，即版本标识");
    }
    *ret = arena_fmt(a, "%.*s\"%s\"%s", (int)(at - text), text, version, end + 1);
    return 0;
}

static int copy_one(const struct desk *d, const char *dir, const char *name, const char *regulation,
                    struct bill_files *files, struct err *e)
{
    const char *text, *was;
    char *bytes;
    size_t len;

    if (file_read(d->arena, arena_fmt(d->arena, "%s/%s", dir, name), BILL_FILE_BYTES, &bytes, &len, e) < 0)
        return -1;
    text = bytes;
    if (text_eq(name, "rules.json") && version_replace(d->arena, bytes, len, regulation, &text, e) < 0)
        return -1;
    return bill_file_put(d, files, name, text, strlen(text), &was, e);
}

static int copy_cases(const struct desk *d, const char *dir, const char *regulation, struct bill_files *files,
                      struct err *e)
{
    const char *cases = arena_fmt(d->arena, "%s/cases", dir);
    char **names;
    size_t count;

    if (!file_exists(cases))
        return 0;
    if (file_list(d->arena, cases, &names, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (is_case_name(names[i]) &&
            copy_one(d, dir, arena_fmt(d->arena, CASES "%s", names[i]), regulation, files, e) < 0)
            return -1;
    return 0;
}

/* Doubts accepted of that version, as doubts of the new one. */
static int accepted_add(const struct desk *d, const char *path, const char *version, const char *now, struct node *list,
                        struct err *e)
{
    struct arena *a = d->arena;
    const struct node *root;
    char *bytes;
    size_t len;

    if (!file_exists(path))
        return 0;
    if (file_read(a, path, BILL_FILE_BYTES, &bytes, &len, e) < 0 ||
        jsonin_parse(a, bytes, len, &root, NULL, NULL, e) < 0)
        return -1;
    for (const struct node *n = node_first(node_get(root, "accepted")); n != NULL; n = n->next) {
        const char *of = node_get_str(n, "regulation");
        struct node *o;

        if (*of != '\0' && !text_eq(of, version))
            continue;
        o = node_add(list, node_copy(a, n));
        node_put_text(a, o, "regulation", now);
    }
    return 0;
}

static int copy_accepted(const struct desk *d, const struct regulation *r, const char *now, struct bill_files *files,
                         struct err *e)
{
    struct arena *a = d->arena;
    struct node *root = node_object(a), *list = node_put_list(a, root, "accepted");
    struct buf b CLEANUP_(buf_free) = {0};
    const char *was;

    if (accepted_add(d, arena_fmt(a, "%s/findings.json", d->district->tenant->folder), regulation_id(r), now, list, e) <
            0 ||
        accepted_add(d, arena_fmt(a, "%s/findings.json", regulation_dir(r)), regulation_id(r), now, list, e) < 0)
        return -1;
    if (node_count(list) == 0)
        return 0;
    buf_init(&b, BILL_FILE_BYTES);
    jsonout_pretty(&b, root);
    return bill_file_put(d, files, "findings.json", buf_str(&b), b.len, &was, e);
}

int bill_files_copy(const struct desk *d, const struct regulation *r, const char *regulation, struct bill_files *files,
                    struct err *e)
{
    const char *dir = regulation_dir(r);

    if (copy_one(d, dir, "text.json", regulation, files, e) < 0 ||
        copy_one(d, dir, "rules.json", regulation, files, e) < 0 || copy_cases(d, dir, regulation, files, e) < 0)
        return -1;
    return copy_accepted(d, r, regulation, files, e);
}
